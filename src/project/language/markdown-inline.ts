import type { Piece } from './types';

/** Where a cursor stands in running text. */
export type InlineContext =
  | { kind: 'text' }
  /** Behind a backtick; `offset` is where the code begins. */
  | { kind: 'code'; offset: number }
  /** In the destination of a link; `offset` is where it begins. */
  | { kind: 'link'; offset: number };

/** Finds code spans and link destinations in running text, as CommonMark reads them. */
export function scanInline(text: string): { spans: Piece[]; links: Piece[] } {
  const spans: Piece[] = [];
  const links: Piece[] = [];
  const definition = /^ {0,3}\[[^\]]+\]:\s*/.exec(text);
  if (definition) {
    const found = destination(text, definition[0].length);
    if (found) links.push(piece(text, found.from, found.to));
  }
  let open = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '\\') i++;
    else if (character === '`') {
      const length = runLength(text, i);
      const close = closingRun(text, i + length, length);
      if (close < 0) i += length - 1;
      else {
        spans.push(piece(text, i + length, close));
        i = close + length - 1;
      }
    } else if (character === '[') open++;
    else if (character === ']' && open > 0) {
      open--;
      if (text[i + 1] !== '(') continue;
      const found = destination(text, i + 2);
      if (found && found.to > found.from) {
        links.push(piece(text, found.from, found.to));
        i = found.to - 1;
      }
    }
  }
  return { spans, links };
}

/** Tells where the end of a text stands: in code that is open there, in a link's destination, or in plain text. */
export function inlineContext(before: string): InlineContext {
  let open = 0;
  for (let i = 0; i < before.length; i++) {
    const character = before[i];
    if (character === '\\') i++;
    else if (character === '`') {
      const length = runLength(before, i);
      const close = closingRun(before, i + length, length);
      if (close < 0) return { kind: 'code', offset: i + length };
      i = close + length - 1;
    } else if (character === '[') open++;
    else if (character === ']' && open > 0) {
      open--;
      if (before[i + 1] !== '(') continue;
      const found = destination(before, i + 2);
      if (found && found.to === before.length && !found.closed) return { kind: 'link', offset: found.from };
    }
  }
  return { kind: 'text' };
}

function piece(text: string, from: number, to: number): Piece {
  return { offset: from, length: to - from, text: text.slice(from, to) };
}

function runLength(text: string, at: number): number {
  let end = at;
  while (text[end] === '`') end++;
  return end - at;
}

/** @returns where the next run of exactly this many backticks begins, or -1. */
function closingRun(text: string, from: number, length: number): number {
  for (let i = text.indexOf('`', from); i >= 0; i = text.indexOf('`', i)) {
    const run = runLength(text, i);
    if (run === length) return i;
    i += run;
  }
  return -1;
}

/** Reads a link's destination, in angle brackets or bare with balanced parentheses. */
function destination(text: string, start: number): { from: number; to: number; closed: boolean } | undefined {
  let from = start;
  while (/\s/.test(text.charAt(from))) from++;
  if (text[from] === '<') {
    const end = text.indexOf('>', from);
    return end < 0
      ? { from: from + 1, to: text.length, closed: false }
      : { from: from + 1, to: end, closed: true };
  }
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const character = text.charAt(i);
    if (/\s/.test(character)) return { from, to: i, closed: true };
    if (character === '\\') i++;
    else if (character === '(') depth++;
    else if (character === ')' && depth-- === 0) return { from, to: i, closed: true };
  }
  return { from, to: text.length, closed: false };
}
