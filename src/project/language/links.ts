import { isGlob } from '../listing';
import type { LanguageIndex } from './index/language-index';
import { definitionsOf } from './navigate';
import type { Place } from './types';

/** A stretch of a file that leads to another file. */
export interface Link {
  place: Place;
  /** Path of the file in the project. */
  target: string;
  tooltip: string;
}

/**
 * @returns the links of a file: paths of configs, skills that prose and `require` name. Links of Markdown itself are
 *   left out, as the editor makes them, and patterns, which lead to many files.
 */
export function findLinks(index: LanguageIndex, path: string): Link[] {
  return index.occurrences(path).flatMap(({ fact, symbols }): Link[] => {
    const { meaning } = fact;
    const [symbol] = symbols;
    if (!symbol || symbols.length > 1) return [];
    if (meaning.kind !== 'file' && meaning.kind !== 'module' && meaning.kind !== 'mention') return [];
    if (meaning.kind === 'file' && (meaning.use === 'link' || isGlob(meaning.written))) return [];
    if (symbol.kind !== 'skill' && symbol.kind !== 'file' && symbol.kind !== 'server') return [];
    const place = index.place(path, fact.whole);
    const target = definitionsOf(index, symbol, path)[0]?.path;
    if (!place || target === undefined || target === path) return [];
    return [{ place, target, tooltip: target }];
  });
}
