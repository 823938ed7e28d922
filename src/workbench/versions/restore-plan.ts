import { compareBytes, compareFiles, fileHashes, type SourceFiles } from '../../project';
import type { Snapshot } from '../delivery';

/** What bringing back a version does to the working tree. Paths are relative to the folder with `tavora.jsonc`. */
export interface RestorePlan {
  /** Files that are written, with what they are to hold; `new` ones are not there yet. */
  written: { path: string; state: 'new' | 'changed'; bytes: Uint8Array }[];
  deleted: string[];
  /** Files that the version does not have and that stay, as other agents use them. */
  shared: string[];
  /** Files that are written and that other agents use too, with the ids of those. */
  alsoOf: { path: string; agents: string[] }[];
  /** Files with changes in an editor that are not saved, and that are written or deleted. */
  unsaved: string[];
}

/** What is known of the working tree before. */
export interface TreeBefore {
  /** The agent's files as editors and disk hold them now. */
  files: SourceFiles;
  /** Every file of the project's folder that the agent does not use and the version has. */
  others: SourceFiles;
  /** The ids of other agents by the paths that they use. */
  users: ReadonlyMap<string, readonly string[]>;
  unsaved: ReadonlySet<string>;
}

/** Says what restoring does. A version that is known in part only deletes nothing. */
export function planRestore(version: Snapshot, tree: TreeBefore): RestorePlan {
  const before = new Map([...tree.others, ...tree.files]);
  const changes = compareFiles(fileHashes(before), fileHashes(version.files));
  const left = changes.flatMap((change) => {
    if (change.state === 'moved') return [change.from];
    return change.state === 'gone' ? [change.path] : [];
  });
  const gone = version.complete ? left.filter((path) => tree.files.has(path)).sort(compareBytes) : [];
  const written = changes.flatMap(({ path, state }): RestorePlan['written'] => {
    const bytes = version.files.get(path);
    if (!bytes || state === 'unchanged' || state === 'gone') return [];
    // A file that moved since is written at its old place.
    return [{ path, state: state === 'moved' ? 'new' : state, bytes }];
  });
  const isShared = (path: string) => (tree.users.get(path) ?? []).length > 0;
  const deleted = gone.filter((path) => !isShared(path));
  return {
    written,
    deleted,
    shared: gone.filter(isShared),
    alsoOf: written.flatMap(({ path }) => {
      const agents = tree.users.get(path) ?? [];
      return agents.length > 0 ? [{ path, agents: [...agents] }] : [];
    }),
    unsaved: [...written.map(({ path }) => path), ...deleted].filter((path) => tree.unsaved.has(path)),
  };
}

/** @returns whether there is nothing to do. */
export function isNothing({ written, deleted }: RestorePlan): boolean {
  return written.length + deleted.length === 0;
}

/** The most paths that one line of a question names. */
const mostNamed = 12;

/** The plan in sentences, a line each, for the question before it. Every file that is deleted is named. */
export function planLines(plan: RestorePlan): string[] {
  const of = (state: 'new' | 'changed') =>
    plan.written.filter((one) => one.state === state).map(({ path }) => path);
  const line = (what: string, paths: readonly string[], most = mostNamed) =>
    paths.length === 0 ? [] : [`${what}: ${named(paths, most)}.`];
  return [
    ...line('Changed', of('changed')),
    ...line('New', of('new')),
    ...line('Deleted', plan.deleted, Number.POSITIVE_INFINITY),
    ...line('Kept, as other agents use it', plan.shared),
    ...plan.alsoOf.map(({ path, agents }) => `${path} is also of ${agents.join(', ')}.`),
    ...line('Not saved yet, and replaced; Undo brings it back', plan.unsaved),
  ];
}

function named(paths: readonly string[], most: number): string {
  const rest = paths.length - most;
  return rest > 0 ? `${paths.slice(0, most).join(', ')} and ${rest} more` : paths.join(', ');
}
