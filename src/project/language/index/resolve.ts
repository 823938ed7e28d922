import { escapeGlob, globProblem, isGlob, unescapeGlob } from '../../listing';
import { folderOf, resolvePath } from '../../paths';
import { moduleName } from '../../skills/context';
import type { Fact, FileUse, Meaning } from '../facts/fact';
import type { AgentView } from './agents';
import {
  configSymbol,
  exportSymbol,
  fileSymbol,
  type LanguageSymbol,
  namedSymbol,
  serverSymbol,
  skillSymbol,
} from './symbol';
import type { ProjectView } from './view';

/** @returns what a name in a file means to the agents that use the file; nothing where it means nothing. */
export function resolve(index: ProjectView, path: string, { meaning, defines }: Fact): LanguageSymbol[] {
  const agents = index.uses.of(path);
  switch (meaning.kind) {
    case 'module':
      return unique(agents.flatMap((agent) => moduleOf(agent, meaning.name)));
    case 'member':
      return unique(agents.flatMap((agent) => membersOf(index, agent, meaning)));
    case 'mention':
      return unique(
        agents.flatMap((agent) => [
          ...agent.skills.filter((one) => one.name === meaning.name).map(skillSymbol),
          ...serversOf(agent, meaning.name),
        ]),
      );
    case 'server':
      return serversOf(
        agents.find((one) => one.configPath === path),
        meaning.name,
      );
    case 'export': {
      const skill = index.uses.skill(path);
      return skill ? [exportSymbol(skill, meaning.name)] : [];
    }
    case 'self': {
      const skill = index.uses.skill(path);
      return skill ? [skillSymbol(skill)] : [];
    }
    case 'file':
      return filesOf(index, path, meaning.written, meaning.use);
    case 'variable':
      return path === index.configPath ? [] : [configSymbol('variable', path, meaning.name)];
    case 'agent':
      return [configSymbol('agent', path, meaning.name)];
    default:
      return meaning.name && !defines ? [namedSymbol(meaning.kind, meaning.name)] : [];
  }
}

/** @returns the skill or the MCP server that `require(request)` gives an agent's code. */
export function moduleOf(agent: AgentView, request: string): LanguageSymbol[] {
  const servers = serversOf(agent, request);
  const name = moduleName(request, true);
  const skills = agent.skills.filter((one) => one.kind === 'module' && one.name === name);
  return skills.length > 0 ? skills.map(skillSymbol) : servers;
}

function membersOf(
  index: ProjectView,
  agent: AgentView,
  { module, name }: Extract<Meaning, { kind: 'member' }>,
): LanguageSymbol[] {
  return moduleOf(agent, module).flatMap((owner): LanguageSymbol[] => {
    if (owner.kind === 'server') {
      const key = `tool ${owner.configPath} ${owner.name} ${name}`;
      return [{ kind: 'tool', key, name, server: owner.name, configPath: owner.configPath }];
    }
    if (owner.kind !== 'skill') return [];
    const offered = index.skill(owner.skill).info?.exportsNames.includes(name);
    return offered ? [exportSymbol(owner.skill, name)] : [];
  });
}

function serversOf(agent: AgentView | undefined, name: string): LanguageSymbol[] {
  if (!agent || !name) return [];
  return agent.mcp.filter((one) => one.name === name).map((one) => serverSymbol(one, agent.configPath));
}

function filesOf(index: ProjectView, path: string, written: string, use: FileUse): LanguageSymbol[] {
  const pattern = use === 'skills' || use === 'evals' || use === 'discover' || use === 'persona';
  const folders = [folderOf(path)];
  if (use === 'prose') folders.push(...index.uses.of(path).map((agent) => folderOf(agent.configPath)));
  for (const folder of folders) {
    const found = pathsAt(index, folder, written, pattern);
    if (found.length > 0) return unique(found.flatMap((one) => meantBy(index, path, one, use)));
  }
  return [];
}

/** @returns the files or skill folders that a path or a pattern names, seen from a folder. */
export function pathsAt(index: ProjectView, folder: string, written: string, pattern: boolean): string[] {
  const resolved = resolvePath(folder, written);
  if ('problem' in resolved) return [];
  const { listing } = index;
  const exact = pattern ? unescapeGlob(resolved.path) : resolved.path;
  if (listing.hasFile(exact) || listing.hasFolder(exact)) return [exact];
  if (!pattern || !isGlob(written) || globProblem(written)) return [];
  const glob =
    folder && resolved.path.startsWith(`${folder}/`)
      ? `${escapeGlob(folder)}${resolved.path.slice(folder.length)}`
      : resolved.path;
  return [...listing.matchFiles(glob), ...listing.matchFolders(glob)];
}

/** In a list of skills a file stands for its skill; elsewhere a skill's file is the skill, and a folder is nothing. */
function meantBy(index: ProjectView, from: string, path: string, use: FileUse): LanguageSymbol[] {
  const skill = index.uses.skill(path);
  if (use === 'skills') {
    const own = index.uses.of(from).some((agent) => agent.skills.some((one) => one.path === skill?.path));
    return skill && own ? [skillSymbol(skill)] : [];
  }
  if (skill && use !== 'persona' && use !== 'evals') return [skillSymbol(skill)];
  return index.listing.hasFile(path) ? [fileSymbol(path)] : [];
}

function unique(symbols: readonly LanguageSymbol[]): LanguageSymbol[] {
  return [...new Map(symbols.map((one) => [one.key, one])).values()];
}
