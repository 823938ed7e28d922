import { isGlob } from '../listing';
import type { LanguageIndex } from './index/language-index';
import type { LanguageSymbol } from './index/symbol';

/** A word that is shown in a text and is no part of it. */
export interface Hint {
  /** Where it is shown, in UTF-16 units. */
  offset: number;
  label: string;
  tooltip: string;
}

/** More names than these are counted, not listed. */
const mostListed = 20;

/** @returns behind each pattern of a config how much it finds. */
export function findHints(index: LanguageIndex, path: string): Hint[] {
  const role = index.role(path);
  if (role !== 'agent' && role !== 'project') return [];
  return (index.facts(path)?.facts ?? []).flatMap(({ meaning, whole }): Hint[] => {
    if (meaning.kind !== 'file' || !isGlob(meaning.written)) return [];
    const symbols = index.at(path, whole.offset)?.symbols ?? [];
    const offset = whole.offset + whole.length + 1;
    const label = counted(
      symbols.length,
      meaning.use === 'discover' ? 'agent' : meaning.use.replace(/s$/, ''),
    );
    return [{ offset, label, tooltip: names(symbols) }];
  });
}

function counted(count: number, what: string): string {
  return count === 0 ? `no ${what}` : `${count} ${what}${count === 1 ? '' : 's'}`;
}

function names(symbols: readonly LanguageSymbol[]): string {
  const first = symbols.slice(0, mostListed).map((one) => one.name);
  const rest = symbols.length - first.length;
  return rest > 0 ? `${first.join(', ')} and ${rest} more` : first.join(', ');
}
