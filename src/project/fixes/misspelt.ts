import { type Fixer, replaceRange, underlined } from './fix';

/** Puts what the issue proposes in the place of what it underlines. Quotes around that stay. */
export const misspelt: Fixer = (context) => {
  const name = context.issue.data?.suggestion;
  if (name === undefined) return [];
  const quote = /^(['"`]).*\1$/s.exec(underlined(context))?.[1] ?? '';
  const text = quote === '"' ? JSON.stringify(name) : `${quote}${name}${quote}`;
  return [{ title: `Change to "${name}"`, preferred: true, edits: replaceRange(context, text) }];
};
