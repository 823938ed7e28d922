import { type Fixer, replaceRange, underlined } from './fix';

/**
 * Puts what the issue proposes in the place of what it underlines, or one of the further names that may stand there.
 * Quotes around that stay.
 */
export const misspelt: Fixer = (context) => {
  const { suggestion, choices = [] } = context.issue.data ?? {};
  const quote = /^(['"`]).*\1$/s.exec(underlined(context))?.[1] ?? '';
  const fix = (name: string, title: string, preferred: boolean) => {
    const text = quote === '"' ? JSON.stringify(name) : `${quote}${name}${quote}`;
    return { title: `${title} "${name}"`, preferred, edits: replaceRange(context, text) };
  };
  return [
    ...(suggestion === undefined ? [] : [fix(suggestion, 'Change to', true)]),
    ...choices.filter((name) => name !== suggestion).map((name) => fix(name, 'Use', false)),
  ];
};
