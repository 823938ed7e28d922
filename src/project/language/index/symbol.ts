import type { McpServer, SkillFile } from '../../types';

/** A thing that files of a project name. `key` tells two things apart. */
export type LanguageSymbol =
  | { kind: 'skill'; key: string; name: string; skill: SkillFile }
  | { kind: 'export'; key: string; name: string; skill: SkillFile }
  | { kind: 'server'; key: string; name: string; server: McpServer; configPath: string }
  | { kind: 'tool'; key: string; name: string; server: string; configPath: string }
  | { kind: 'file'; key: string; name: string; path: string }
  | { kind: 'variable'; key: string; name: string; configPath: string }
  | { kind: 'agent'; key: string; name: string; configPath: string }
  | { kind: 'secret' | 'index' | 'capability' | 'model' | 'primitive'; key: string; name: string };

export type SymbolKind = LanguageSymbol['kind'];

export const skillSymbol = (skill: SkillFile): LanguageSymbol => ({
  kind: 'skill',
  key: `skill ${skill.path}`,
  name: skill.name,
  skill,
});

export const exportSymbol = (skill: SkillFile, name: string): LanguageSymbol => ({
  kind: 'export',
  key: `export ${skill.path} ${name}`,
  name,
  skill,
});

export const serverSymbol = (server: McpServer, configPath: string): LanguageSymbol => ({
  kind: 'server',
  key: `server ${configPath} ${server.name}`,
  name: server.name,
  server,
  configPath,
});

export const fileSymbol = (path: string): LanguageSymbol => ({
  kind: 'file',
  key: `file ${path}`,
  name: path.slice(path.lastIndexOf('/') + 1),
  path,
});

/** A thing that is known by its name alone, everywhere in the project. */
export const namedSymbol = (
  kind: 'secret' | 'index' | 'capability' | 'model' | 'primitive',
  name: string,
): LanguageSymbol => ({ kind, key: `${kind} ${name}`, name });

/** A thing that belongs to one agent's config. */
export const configSymbol = (
  kind: 'variable' | 'agent',
  configPath: string,
  name: string,
): LanguageSymbol => ({ kind, key: `${kind} ${configPath} ${name}`, name, configPath });
