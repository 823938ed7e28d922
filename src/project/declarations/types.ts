/** JSDoc's own ways of writing a type, and TypeScript's. */
const translations: readonly [RegExp, string][] = [
  [/\.</g, '<'],
  [/\*/g, 'any'],
  [/\b[Oo]bject\b(?!\s*<)/g, 'Record<string, any>'],
  [/\bObject\s*</g, 'Record<'],
  [/\bfunction\b(?:\s*\([^()]*\))?(?:\s*:\s*[\w.]+)?/g, '((...args: any[]) => any)'],
  [/^\?(.+)$/, '$1 | null'],
  [/^(.+)\?$/, '$1 | null'],
  [/^!/, ''],
];

const opening = '([{<';
const closing = ')]}>';

/**
 * A type as an author wrote it, in a form that a declaration file can hold.
 * @returns `any` for what TypeScript could not read, so that one odd type never spoils the declarations after it.
 */
export function declaredType(written: string): string {
  let type = written.replace(/\s+/g, ' ').trim();
  for (const [pattern, replacement] of translations) type = type.replace(pattern, replacement);
  return type !== '' && isBalanced(type) && /^[\w\s.|&<>()[\]{}:;,?'"$=-]+$/.test(type) ? type : 'any';
}

function isBalanced(type: string): boolean {
  const open: string[] = [];
  let quote = '';
  for (let i = 0; i < type.length; i++) {
    const character = type[i] ?? '';
    if (quote) {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (opening.includes(character)) open.push(character);
    else if (character === '>' && type[i - 1] === '=') continue;
    else if (closing.includes(character) && opening.indexOf(open.pop() ?? '') !== closing.indexOf(character))
      return false;
  }
  return open.length === 0 && !quote;
}

/** @returns lines as a documentation comment with this indent, or "" for none. */
export function docComment(lines: readonly string[], indent = ''): string {
  const text = lines
    .filter((line) => line.trim() !== '')
    .flatMap((line) => line.replaceAll('*/', '*\\/').split(/\r\n|\r|\n/));
  if (text.length === 0) return '';
  return `${indent}/**\n${text.map((line) => `${indent} * ${line}`).join('\n')}\n${indent} */\n`;
}
