import { baseName } from '../paths';
import { proposed } from '../rules/suggest';
import { type Fixer, replaceRange, underlined } from './fix';

/** Replaces a misspelt name by the one that the issue's hint proposes. Quotes around it stay. */
export const misspelt: Fixer = (context) => {
  const name = proposed(context.issue.hint);
  if (name === undefined) return [];
  const written = underlined(context);
  const quote = /^(['"`]).*\1$/s.exec(written)?.[1] ?? '';
  const prefix = quote ? (/^\.\/(?:skills\/)?/.exec(written.slice(1, -1))?.[0] ?? '') : '';
  return [
    {
      title: `Change to "${name}"`,
      preferred: true,
      edits: replaceRange(context, `${quote}${quote ? prefix : ''}${name}${quote}`),
    },
  ];
};

/** Replaces the last part of a path by the name that the issue's hint proposes. */
export const misspeltFile: Fixer = (context) => {
  const name = proposed(context.issue.hint);
  if (name === undefined) return [];
  const written = underlined(context);
  const old = baseName(written.replace(/^["']|["']$/g, '').replace(/\/$/, ''));
  const start = written.lastIndexOf(old);
  if (!old || start < 0) return [];
  const text = written.slice(0, start) + name + written.slice(start + old.length);
  return [{ title: `Change to "${name}"`, preferred: true, edits: replaceRange(context, text) }];
};
