import { compareBytes } from '../hash';
import { type MergedText, mergeTexts, type SideNames, sameText } from './texts';

/** Texts by their paths in the project. */
export type Texts = ReadonlyMap<string, string>;

/** What becomes of a file that differs between here and the server. */
export type FilePlan = { path: string } & (
  | { kind: 'keep' }
  | { kind: 'shared' }
  | { kind: 'create'; text: string }
  | { kind: 'update'; text: string }
  | { kind: 'delete' }
  | { kind: 'merge'; text: string }
  | ({ kind: 'conflict'; sides: Sides } & MergedText)
  | { kind: 'gone-here'; text: string }
  | { kind: 'gone-there' }
);

export interface Sides {
  /** Undefined when it is not known what both came from. */
  base: string | undefined;
  ours: string;
  theirs: string;
}

/**
 * Says for each file what becomes of it when the server's source is taken into the working tree: what one side alone
 * changed is that side's; what both changed is merged by lines; what one side changed and the other removed is asked.
 * A file that the server removed stays where an agent uses it that is not taken in.
 *
 * @param base what both came from; empty when it is not known
 * @param ours what stands on disk of the paths that base and theirs name
 * @param users the ids of agents here that are not taken in as a whole, by the paths that they use
 * @returns in byte order of the paths; files that are the same are left out
 */
export function planMerge(
  base: Texts,
  ours: Texts,
  theirs: Texts,
  names: SideNames,
  users: ReadonlyMap<string, readonly string[]> = new Map(),
): FilePlan[] {
  const paths = [...new Set([...base.keys(), ...theirs.keys()])].sort(compareBytes);
  return paths.flatMap((path) => {
    const used = (users.get(path) ?? []).length > 0;
    const plan: Plan | undefined =
      used && ours.has(path) && !theirs.has(path)
        ? { kind: 'shared' }
        : planFile(base.get(path), ours.get(path), theirs.get(path), names);
    return plan ? [{ path, ...plan }] : [];
  });
}

type Plan = FilePlan extends infer P ? (P extends { path: string } ? Omit<P, 'path'> : never) : never;

function planFile(
  base: string | undefined,
  ours: string | undefined,
  theirs: string | undefined,
  names: SideNames,
): Plan | undefined {
  if (same(ours, theirs)) return undefined;
  if (same(base, theirs)) return { kind: 'keep' };
  if (same(base, ours)) {
    if (theirs === undefined) return { kind: 'delete' };
    return ours === undefined ? { kind: 'create', text: theirs } : { kind: 'update', text: theirs };
  }
  if (theirs === undefined) return { kind: 'gone-there' };
  if (ours === undefined) return { kind: 'gone-here', text: theirs };
  const merged = mergeTexts(base ?? '', ours, theirs, names);
  return merged.conflicts > 0
    ? { kind: 'conflict', sides: { base, ours, theirs }, ...merged }
    : { kind: 'merge', text: merged.text };
}

function same(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameText(a, b);
}
