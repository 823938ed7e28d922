import { baseName, folderOf } from '../../paths';
import type { AgentView } from '../index/agents';
import type { LanguageIndex, Occurrence } from '../index/language-index';
import { configSymbol, type LanguageSymbol } from '../index/symbol';
import type { TextChange } from '../types';
import { changesOf } from './moves';
import { checkFileName, checkName, checkVariableName } from './names';
import { type Move, type Renamable, type RenamePlan, RenameRefusal } from './plan';

/**
 * @returns what stands at a place, when it can be renamed; undefined where there is no name.
 * @throws RenameRefusal for a name that is made somewhere else.
 */
export function prepareRename(index: LanguageIndex, path: string, offset: number): Renamable | undefined {
  const found = index.at(path, offset);
  return found && renamable(index, found)?.renamable;
}

/**
 * Plans a rename.
 * @throws RenameRefusal when the name cannot be taken, and says what stands in its way.
 */
export function planRename(index: LanguageIndex, path: string, offset: number, newName: string): RenamePlan {
  const found = index.at(path, offset);
  const subject = found && renamable(index, found);
  if (!subject) throw new RenameRefusal('There is no name here that could be changed.');
  const { symbol, renamable: present } = subject;
  const name = newName.trim();
  if (name === present.name) return { changes: [], moves: [] };
  switch (symbol.kind) {
    case 'skill':
      return skillPlan(index, symbol, name);
    case 'file':
      return filePlan(index, symbol.path, name);
    case 'server':
      checkName('the MCP server', name);
      checkTaken(agentOf(index, symbol.configPath), name);
      return { changes: nameChanges(index, symbol, name), moves: [] };
    case 'variable':
      return variablePlan(index, symbol, name);
    default:
      return agentPlan(index, symbol, name);
  }
}

type Subject = Extract<LanguageSymbol, { kind: Renamable['kind'] }>;

function renamable(
  index: LanguageIndex,
  { path, fact, symbols }: Occurrence,
): { symbol: Subject; renamable: Renamable } | undefined {
  const [symbol] = symbols;
  if (!symbol || fact.meaning.kind === 'self') return undefined;
  if (symbols.length > 1) {
    const paths = symbols.map((one) => (one.kind === 'skill' ? one.skill.path : one.name));
    throw new RenameRefusal(
      `This stands for ${symbols.length} things: ${paths.join(', ')}. Rename one of them.`,
    );
  }
  switch (symbol.kind) {
    case 'skill':
    case 'file':
    case 'server':
    case 'variable':
    case 'agent': {
      if (symbol.name === '') return undefined;
      const place = index.place(path, fact.span);
      return place && { symbol, renamable: { place, name: symbol.name, kind: symbol.kind } };
    }
    default:
      throw new RenameRefusal(elsewhere(symbol));
  }
}

function elsewhere({ kind, name }: LanguageSymbol): string {
  switch (kind) {
    case 'secret':
      return `The secret "${name}" has its name in the vault of the server: make another one there and name it here.`;
    case 'index':
      return `The index "${name}" has its name on the server. Rename it there first, then change it here.`;
    case 'tool':
      return `The tool "${name}" has its name from its MCP server.`;
    case 'export':
      return `"${name}" is a function of a skill: rename it where it is written.`;
    default:
      return `"${name}" is a name of Tavora’s own and cannot be changed.`;
  }
}

function skillPlan(index: LanguageIndex, symbol: Subject & { kind: 'skill' }, wanted: string): RenamePlan {
  const { skill } = symbol;
  const extension = skill.layout === 'file' ? skill.path.slice(skill.path.lastIndexOf('.')) : '';
  const name = extension && wanted.endsWith(extension) ? wanted.slice(0, -extension.length) : wanted;
  checkName('the skill', name);
  if (extension === '.md' && name.toLowerCase() === 'readme') {
    throw new RenameRefusal('A README.md is no skill. Choose another name.');
  }
  for (const agent of index.uses.having(skill)) checkTaken(agent, name);
  refuseOthers(index, symbol);
  const from = skill.layout === 'folder' ? folderOf(skill.path) : skill.path;
  const parent = folderOf(from);
  return movePlan(index, { from, to: `${parent ? `${parent}/` : ''}${name}${extension}` });
}

function filePlan(index: LanguageIndex, path: string, wanted: string): RenamePlan {
  checkFileName(wanted);
  const extension = baseName(path).slice(baseName(path).lastIndexOf('.'));
  const name = wanted.endsWith(extension) ? wanted : `${wanted}${extension}`;
  const parent = folderOf(path);
  return movePlan(index, { from: path, to: `${parent ? `${parent}/` : ''}${name}` });
}

function movePlan(index: LanguageIndex, move: Move): RenamePlan {
  const { from, to } = move;
  const taken = index.listing.hasFile(to) || index.listing.hasFolder(to);
  // On a file system that takes no notice of case, the other spelling is the same file.
  if (taken && from.toLowerCase() !== to.toLowerCase()) {
    throw new RenameRefusal(`There is "${to}" already. Choose another name.`);
  }
  return { changes: changesOf(index, [move]), moves: [move] };
}

function variablePlan(
  index: LanguageIndex,
  symbol: Subject & { kind: 'variable' },
  name: string,
): RenamePlan {
  checkVariableName(name);
  if (Object.hasOwn(agentOf(index, symbol.configPath)?.env ?? {}, name)) {
    throw new RenameRefusal(`"env" has a variable ${name} already. Choose another name.`);
  }
  return { changes: nameChanges(index, symbol, name), moves: [] };
}

/**
 * Plans another id for an agent.
 * @throws RenameRefusal when the id cannot be taken, or there is no such agent.
 */
export function planAgentRename(index: LanguageIndex, oldId: string, newId: string): RenamePlan {
  const agent = index.uses.agents.find((one) => one.id === oldId);
  if (!agent) throw new RenameRefusal(`The project has no agent "${oldId}".`);
  const id = newId.trim();
  if (id === oldId) return { changes: [], moves: [] };
  return agentPlan(index, configSymbol('agent', agent.configPath, oldId), id);
}

function agentPlan(index: LanguageIndex, symbol: LanguageSymbol, id: string): RenamePlan {
  checkName('the agent', id);
  const other = index.uses.agents.find((agent) => agent.id === id);
  if (other) throw new RenameRefusal(`The agent in ${other.configPath} has the id "${id}" already.`);
  return { changes: nameChanges(index, symbol, id), moves: [] };
}

/** @throws RenameRefusal when the agent has a skill or a server of that name. */
function checkTaken(agent: AgentView | undefined, name: string): void {
  const skill = agent?.skills.find((one) => one.name === name);
  if (agent && skill) {
    throw new RenameRefusal(
      `${agent.name} has a skill "${name}" already: ${skill.path}. Choose another name.`,
    );
  }
  if (agent?.mcp.some((server) => server.name === name)) {
    throw new RenameRefusal(`${agent.name} has an MCP server "${name}" already. Choose another name.`);
  }
}

/** One text cannot name two things: an agent that means something else by it would lose it. */
function refuseOthers(index: LanguageIndex, symbol: LanguageSymbol): void {
  for (const { path, fact, symbols } of index.find(symbol)) {
    const other = symbols.find((one) => one.key !== symbol.key);
    if (!other || fact.meaning.kind === 'file') continue;
    const what = other.kind === 'skill' ? other.skill.path : `the MCP server in ${path}`;
    throw new RenameRefusal(
      `${path} names "${symbol.name}" for several agents, and to one of them it is ${what}. Rename that one first.`,
    );
  }
}

function nameChanges(index: LanguageIndex, symbol: LanguageSymbol, newText: string): TextChange[] {
  refuseOthers(index, symbol);
  return index.find(symbol).flatMap(({ path, fact }) => {
    const place = index.place(path, fact.span);
    return place ? [{ ...place, newText }] : [];
  });
}

function agentOf(index: LanguageIndex, configPath: string): AgentView | undefined {
  return index.uses.agents.find((agent) => agent.configPath === configPath);
}
