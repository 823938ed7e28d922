import type { AgentView } from './index/agents';
import type { LanguageIndex } from './index/language-index';
import type { LanguageSymbol } from './index/symbol';
import type { Place } from './types';

/** @returns the places where a symbol is made. @param from the file that asks; its agents' configs come first. */
export function definitionsOf(index: LanguageIndex, symbol: LanguageSymbol, from: string): Place[] {
  switch (symbol.kind) {
    case 'skill':
      return startOf(index, symbol.skill.path);
    case 'file':
      return startOf(index, symbol.path);
    case 'export':
      return placesIn(index, symbol.skill.path, symbol, true);
    case 'server':
    case 'variable':
    case 'agent':
      return placesIn(index, symbol.configPath, symbol, true);
    case 'index': {
      const named = (agents: readonly AgentView[]) =>
        agents.flatMap((agent) => placesIn(index, agent.configPath, symbol, false));
      const own = named(index.uses.of(from).filter((agent) => agent.configPath !== from));
      return own.length > 0 ? own : named(index.uses.agents.filter((agent) => agent.configPath !== from));
    }
    default:
      return [];
  }
}

/** What stands at a place, and where it leads. */
export interface Definition {
  origin: Place;
  targets: Place[];
}

/**
 * @param typed true where the editor's own service follows modules and their functions to their code.
 * @returns where the name at a place is made; undefined where nothing is known of it.
 */
export function findDefinition(
  index: LanguageIndex,
  path: string,
  offset: number,
  typed = false,
): Definition | undefined {
  const found = index.at(path, offset);
  if (typed && found?.symbols.every((one) => one.kind === 'skill' || one.kind === 'export')) return undefined;
  const origin = found && index.place(path, found.fact.whole);
  if (!found || !origin) return undefined;
  const targets = found.symbols.flatMap((symbol) => definitionsOf(index, symbol, path));
  return targets.length > 0 ? { origin, targets } : undefined;
}

/** @returns every place that means the same as the name at a place. */
export function findReferences(
  index: LanguageIndex,
  path: string,
  offset: number,
  includeDefinition: boolean,
): Place[] {
  const symbols = index.at(path, offset)?.symbols ?? [];
  const found = symbols.flatMap((symbol) => index.find(symbol));
  const used = found.filter(({ fact }) => includeDefinition || !fact.defines);
  const places = used.flatMap((one) => index.place(one.path, one.fact.whole) ?? []);
  const files = includeDefinition ? symbols.flatMap((symbol) => fileItself(index, symbol)) : [];
  return distinct([...files, ...places]);
}

/** A skill or a file is made by being there. */
function fileItself(index: LanguageIndex, symbol: LanguageSymbol): Place[] {
  return symbol.kind === 'skill' || symbol.kind === 'file' ? definitionsOf(index, symbol, '') : [];
}

function placesIn(index: LanguageIndex, path: string, symbol: LanguageSymbol, defining: boolean): Place[] {
  return index
    .occurrences(path)
    .filter(({ fact, symbols }) => fact.defines === defining && symbols.some((one) => one.key === symbol.key))
    .flatMap(({ fact }) => index.place(path, fact.whole) ?? []);
}

function startOf(index: LanguageIndex, path: string): Place[] {
  const place = index.place(path, { offset: 0, length: 0 });
  if (place) return [place];
  const range = { offset: 0, length: 0, line: 1, column: 1, endLine: 1, endColumn: 1 };
  return index.listing.hasFile(path) ? [{ path, range }] : [];
}

function distinct(places: readonly Place[]): Place[] {
  const seen = new Map(places.map((one) => [`${one.path} ${one.range.offset} ${one.range.length}`, one]));
  return [...seen.values()];
}
