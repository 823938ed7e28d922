import type { LanguageIndex } from './index/language-index';
import type { SymbolKind } from './index/symbol';
import type { Place } from './types';

export const tokenTypes = ['function', 'namespace', 'variable', 'enumMember', 'class'] as const;
export type TokenType = (typeof tokenTypes)[number];

export interface Token {
  place: Place;
  type: TokenType;
  /** It comes with Tavora and not from the project. */
  builtIn: boolean;
}

const types: Partial<Record<SymbolKind, TokenType>> = {
  skill: 'function',
  server: 'namespace',
  export: 'function',
  tool: 'function',
  primitive: 'function',
  capability: 'enumMember',
  variable: 'variable',
};

/**
 * @returns the names of a text or a config that mean something, so that a reader sees which do. Code is left to the
 *   editor, whose colours for it are better than names alone; paths keep the colour of text.
 */
export function findTokens(index: LanguageIndex, path: string): Token[] {
  const role = index.role(path);
  if (role === undefined || role === 'code') return [];
  const tokens = index.occurrences(path).flatMap(({ fact, symbols }): Token[] => {
    const [symbol] = symbols;
    const type = symbol && types[symbol.kind];
    if (!symbol || !type || fact.meaning.kind === 'file' || fact.meaning.kind === 'agent') return [];
    const place = index.place(path, fact.span);
    const builtIn = symbol.kind === 'primitive' || symbol.kind === 'capability';
    return place && place.range.length > 0 ? [{ place, type, builtIn }] : [];
  });
  return apart(tokens);
}

/** An editor takes no tokens that lie in each other or go over a line: the first one counts. */
function apart(tokens: readonly Token[]): Token[] {
  const sorted = [...tokens].sort((a, b) => a.place.range.offset - b.place.range.offset);
  let end = 0;
  return sorted.filter(({ place: { range } }) => {
    const free = range.offset >= end && range.line === range.endLine;
    if (free) end = range.offset + range.length;
    return free;
  });
}
