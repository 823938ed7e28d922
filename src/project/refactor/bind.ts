import picomatch from 'picomatch';
import type { FileEdit } from '../fixes/fix';
import { JsonEdits } from '../fixes/json-edits';
import { isGlob } from '../listing';
import { folderOf } from '../paths';
import type { Agent } from '../types';

/** The part of an agent that names files by paths and patterns. */
export type BoundPart = 'skills' | 'evals';

/** @returns a path as an agent's config names it. */
export function insideAgent(agent: Pick<Agent, 'configPath'>, path: string): string {
  const folder = folderOf(agent.configPath);
  return folder && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
}

/**
 * Adds a file, or the folder of a skill, to an agent's config.
 * @returns nothing when a path or a pattern of the config takes it anyway.
 */
export function bindPath(agent: Agent, part: BoundPart, path: string, config: string): FileEdit[] {
  const json = new JsonEdits(agent.configPath, config);
  const inside = insideAgent(agent, path);
  const written = (json.find([part])?.children ?? []).map(({ value }): unknown => value);
  const taken = written.some(
    (one) =>
      typeof one === 'string' &&
      (plain(one) === inside || (isGlob(one) && picomatch(plain(one), { windows: false })(inside))),
  );
  return taken ? [] : json.append([part], inside);
}

const plain = (written: string) => written.replace(/^\.\//, '').replace(/\/$/, '');
