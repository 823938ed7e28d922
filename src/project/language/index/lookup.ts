import { folderOf } from '../../paths';
import { primitives } from '../../primitives';
import { type LanguageSymbol, namedSymbol } from './symbol';
import { nameKey, otherKey, tailKey } from './table';
import type { ProjectView } from './view';

/** Where a symbol may be named. */
export interface Lookup {
  /** In files that use one of these. */
  keys: string[];
  /** In these, whose patterns may mean it. */
  paths: string[];
  /** Other symbols that stand for it. */
  alike?: string[];
}

/** @returns where to look for the places that name a symbol. */
export function lookup(index: ProjectView, symbol: LanguageSymbol): Lookup {
  switch (symbol.kind) {
    case 'skill': {
      const { skill } = symbol;
      const files = skill.layout === 'folder' ? [...skill.files, folderOf(skill.path)] : skill.files;
      const paths = index.uses.having(skill).map((agent) => agent.configPath);
      return { keys: [nameKey(skill.name), ...files.map(tailKey)], paths };
    }
    case 'file': {
      const configs = index.uses.of(symbol.path).map((agent) => agent.configPath);
      return { keys: [tailKey(symbol.path)], paths: [...configs, index.configPath] };
    }
    case 'server':
      return { keys: [nameKey(symbol.name)], paths: [symbol.configPath] };
    case 'export':
    case 'tool':
      return { keys: [otherKey('member', symbol.name)], paths: [] };
    case 'variable':
    case 'agent':
      return { keys: [], paths: [symbol.configPath] };
    case 'capability': {
      const used = primitivesOf(symbol.name);
      return {
        keys: [otherKey('capability', symbol.name), ...used.map((name) => otherKey('primitive', name))],
        paths: [],
        alike: used.map((name) => namedSymbol('primitive', name).key),
      };
    }
    default:
      return { keys: [otherKey(symbol.kind, symbol.name)], paths: [] };
  }
}

/** @returns the names of the primitives that a capability allows. */
export function primitivesOf(capability: string): string[] {
  return primitives.filter((one) => one.capability === capability).map((one) => one.name);
}
