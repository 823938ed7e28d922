import { moduleName } from '../../project';
import type { LoadedAgent, LoadedAgents } from '../source/loaded';
import type { Session, Step, Store } from '../store';
import { sourceOf } from './session-source';

/** A file of a skill, as the session ran it. */
export interface SkillSource {
  skill: string;
  path: string;
  text: string;
}

/** The skills that an analysis is made of. */
export interface SkillSources {
  shown: SkillSource[];
  /** Paths for which there was no room. */
  leftOut: string[];
  /** The source that the session ran is not kept any more; these are of the one that its next run would have. */
  newer: boolean;
}

/** Most characters of skills that are shown at once. */
const longest = 60_000;

/**
 * The JavaScript and Markdown of a session's skills, of the source that its last run had; those first that steps name,
 * the failed ones before the others. A file is shown whole or not at all.
 */
export async function skillSources(
  services: { store: Store; loaded: LoadedAgents },
  session: Session,
  steps: readonly Step[],
  failed: readonly Step[],
): Promise<SkillSources> {
  const { source, newer } = await ranSource(services, session);
  if (!source) return { shown: [], leftOut: [], newer };
  const names = [namedBy(failed), namedBy(steps)];
  const rank = ({ skill, path }: SkillSource) => {
    const place = names.findIndex((some) => some.has(skill) || some.has(path));
    return place < 0 ? names.length : place;
  };
  const all = source.agent.skills.flatMap(({ name, files }) =>
    files
      .filter((path) => /\.(js|md)$/.test(path))
      .map((path) => ({ skill: name, path, text: source.text(path) ?? '' })),
  );
  return { ...takeThatFit(all.sort((one, other) => rank(one) - rank(other))), newer };
}

/** @returns the names of the skills that a block of code calls. */
export function skillsCalled(code: string): string[] {
  const requests = [...code.matchAll(/require\((['"`])(.+?)\1\)/g)].map((match) => match[2] ?? '');
  return [...new Set(requests)];
}

function takeThatFit(all: readonly SkillSource[]): { shown: SkillSource[]; leftOut: string[] } {
  const shown: SkillSource[] = [];
  const leftOut: string[] = [];
  let left = longest;
  for (const one of all) {
    if (one.text.length > left) {
      leftOut.push(one.path);
    } else {
      left -= one.text.length;
      shown.push(one);
    }
  }
  return { shown, leftOut };
}

async function ranSource(
  services: { store: Store; loaded: LoadedAgents },
  session: Session,
): Promise<{ source: LoadedAgent | undefined; newer: boolean }> {
  const { loaded: source } = await sourceOf(services, session);
  const { source_hash: ran } = session.metadata;
  if (source?.sourceHash === ran || typeof ran !== 'string' || session.agent_id === null) {
    return { source, newer: false };
  }
  const tree = await services.store.trees.find(session.agent_id, ran);
  return tree
    ? { source: await services.loaded.load(tree.id), newer: false }
    : { source, newer: source !== undefined };
}

/** Names and paths of the skills in what steps did. */
function namedBy(steps: readonly Step[]): Set<string> {
  const names = new Set<string>();
  for (const { content, tool_args: args } of steps) {
    for (const request of skillsCalled(content)) names.add(moduleName(request, true));
    const { file } = (args?.error ?? {}) as { file?: unknown };
    if (typeof file === 'string') names.add(file);
  }
  return names;
}
