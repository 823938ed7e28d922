import type { FilePlan } from '../../../project/merge';

/** @returns whether a plan leaves the file as it is here. */
export function leaves({ kind }: FilePlan): boolean {
  return kind === 'keep' || kind === 'shared';
}

/** Most files that a question names; the rest are counted. */
const mostNamed = 20;

const words: Record<FilePlan['kind'], string> = {
  keep: 'only changed here, stays',
  shared: 'removed on the server, stays here',
  create: 'new',
  update: 'changed on the server',
  delete: 'removed on the server',
  merge: 'changed on both sides, merged',
  conflict: 'changed on both sides in the same lines, for you to merge',
  'gone-here': 'changed on the server, removed here: you are asked',
  'gone-there': 'changed here, removed on the server: you are asked',
};

/**
 * @param users the ids of agents that are not pulled, by the files that they use
 * @returns what a pull does, a line a file; what stays as it is comes last.
 */
export function planLines(
  plans: readonly FilePlan[],
  users: ReadonlyMap<string, readonly string[]>,
): string[] {
  const sorted = [...plans.filter((plan) => !leaves(plan)), ...plans.filter(leaves)];
  const lines = sorted.slice(0, mostNamed).map(({ path, kind }) => {
    const others = users.get(path) ?? [];
    const also = others.length > 0 ? `; also used by ${others.join(', ')}` : '';
    return `${path}: ${words[kind]}${also}`;
  });
  return sorted.length > mostNamed ? [...lines, `and ${sorted.length - mostNamed} more`] : lines;
}

/** @returns what was done, such as "2 files taken, 1 merged, 1 to merge by you". */
export function outcome(plans: readonly FilePlan[]): string {
  const count = (...kinds: FilePlan['kind'][]) => plans.filter(({ kind }) => kinds.includes(kind)).length;
  const taken = count('create', 'update');
  const parts = [
    ...(taken > 0 ? [`${files(taken)} taken`] : []),
    ...(count('delete') > 0 ? [`${files(count('delete'))} removed`] : []),
    ...(count('merge') > 0 ? [`${files(count('merge'))} merged`] : []),
    ...(count('shared') > 0 ? [`${files(count('shared'))} kept, as other agents use it`] : []),
    ...(count('conflict') > 0 ? [`${files(count('conflict'))} for you to merge`] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : 'nothing had to change';
}

function files(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}
