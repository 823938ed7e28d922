import { type AgentConfigSource, configName } from '../config/agent-config';
import type { Listing } from '../listing';
import { baseName, folderOf } from '../paths';
import type { Agent, RangedIssue } from '../types';
import { issue } from './issue';

/**
 * @param spoken paths of which something worse has been said: that they could not be read.
 * @returns an issue for each file that looks like a part of an agent and that no agent names.
 */
export function unusedFileIssues(
  listing: Listing,
  agents: readonly Agent[],
  configs: readonly AgentConfigSource[],
  spoken: readonly string[],
): RangedIssue[] {
  const used = new Set([...spoken, ...agents.flatMap((agent) => agent.files)]);
  // A config with an error in it may have meant any of its files.
  const readable = configs.filter(({ report }) =>
    report.issues.every((one) => one.severity === 'warn' && one.code !== 'unknown-field'),
  );
  const unread = configs.filter((one) => !readable.includes(one)).map((one) => folderOf(one.path));
  const folders = readable.map((config) => folderOf(config.path));
  const owners = new Map(readable.map((config) => [folderOf(config.path), config.path]));
  const found: RangedIssue[] = [];
  for (const folder of new Set([...folders, ...(unread.length > 0 ? [] : [''])])) {
    for (const path of listing.below(folder)) {
      const inside = folder ? path.slice(folder.length + 1) : path;
      const kind = partOf(inside, path, listing);
      if (!kind || used.has(path) || unread.some((one) => path.startsWith(`${one}/`))) continue;
      const agent = owners.get(folder);
      found.push(
        issue('unused-file', path, {
          message: `No agent uses this ${kind}.`,
          hint: `Add it to "${kind === 'persona' ? kind : `${kind}s`}" in ${agent ?? 'an agent.jsonc'}, or delete it.`,
          data: { path, key: kind === 'persona' ? kind : `${kind}s`, ...(agent ? { agent } : {}) },
        }),
      );
    }
  }
  return found;
}

/** @returns what a path inside an agent's folder is by its place; undefined for what is left alone. */
function partOf(inside: string, path: string, listing: Listing): 'skill' | 'eval' | 'persona' | undefined {
  const parts = inside.split('/');
  const name = parts[parts.length - 1] ?? '';
  // Hidden files, drafts with an underscore, notes and tests beside the code.
  if (parts.some((part) => /^[._]/.test(part)) || /^readme\b|\.(?:test|spec)\.js$/i.test(name))
    return undefined;
  if (inside === 'persona.md') return 'persona';
  if (parts.length < 2) return undefined;
  if (parts[0] === 'evals') return name.endsWith('.json') ? 'eval' : undefined;
  if (parts[0] !== 'skills' || !/\.(?:js|md)$/.test(name)) return undefined;
  // Of a skill folder only its skill.md speaks, and a file too many in it has a rule of its own.
  return name === 'skill.md' || !isInSkillFolder(path, listing) ? 'skill' : undefined;
}

function isInSkillFolder(path: string, listing: Listing): boolean {
  for (let folder = folderOf(path); folder; folder = folderOf(folder)) {
    if (listing.hasFile(`${folder}/skill.md`)) return true;
  }
  return false;
}

/** @returns an issue for each `agent.jsonc` that the project's patterns do not reach. */
export function unreachableAgentIssues(listing: Listing, configs: readonly string[]): RangedIssue[] {
  if (configs.length === 0) return [];
  return listing.named(configName).flatMap((path): RangedIssue[] => {
    if (configs.includes(path) || path.split('/').some((part) => /^[._]/.test(part))) return [];
    return [
      issue('unreachable-agent', path, {
        message: `This agent is not part of the project: "agents.discover" does not reach ${baseName(folderOf(path)) || path}.`,
        hint: 'Widen the pattern in tavora.jsonc, move the folder to where agents are, or delete it.',
        data: { path },
      }),
    ];
  });
}
