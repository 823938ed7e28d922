/** `{{name}}`, with space around the name or none. */
const place = /\{\{\s*([\p{L}_][\p{L}\p{N}_.-]*)\s*\}\}/gu;

/** @returns the names of the places to fill in, each once, in order. */
export function variablesOf(content: string): string[] {
  return [...new Set([...content.matchAll(place)].map(([, name = '']) => name))];
}
