import type { Span } from './types';

/** Finds each `${NAME}` in a text. @returns its name, and the span of the name alone. */
export function variablesIn(text: string): { name: string; span: Span }[] {
  const found: { name: string; span: Span }[] = [];
  for (const match of text.matchAll(/\$\{([A-Za-z_]\w*)\}/g)) {
    const name = match[1] ?? '';
    found.push({ name, span: { offset: match.index + 2, length: name.length } });
  }
  return found;
}

/** @returns the span of what has been typed of a name behind `${` up to the cursor, and what follows to `}`. */
export function openVariable(text: string, cursor: number): { insert: Span; replace: Span } | undefined {
  const before = /\$\{(\w*)$/.exec(text.slice(0, cursor));
  if (!before) return undefined;
  const typed = before[1]?.length ?? 0;
  const after = /^\w*/.exec(text.slice(cursor))?.[0].length ?? 0;
  const offset = cursor - typed;
  return { insert: { offset, length: typed }, replace: { offset, length: typed + after } };
}
