/** @returns what is wrong with the name of a project, an agent, a skill or an eval, or undefined. */
export function nameProblem(what: string, name: string): string | undefined {
  if (name === '') return `Give the ${what} a name.`;
  if (name.length > 64) return `The ${what} may have at most 64 characters.`;
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)
    ? undefined
    : `Use lower-case letters and digits, with single hyphens between words: ${suggestName(name) || 'my-agent'}.`;
}

/** @returns the nearest valid name, "" when nothing of the text can be kept. */
export function suggestName(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
    .replace(/^-|-$/g, '');
}

/** @returns a name as words, each with a capital: "order-desk" is "Order Desk". */
export function titleOf(name: string): string {
  return name
    .split(/[-_\s]+/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}
