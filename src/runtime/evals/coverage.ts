import { setImmediate } from 'node:timers/promises';
import type { CoveredFile } from '../../protocol';
import { notFound } from '../http/problem';
import { type Counted, type CountedArm, type CoverMap, coverMap, type SkillCounts } from '../sandbox';
import type { LoadedAgent } from '../source/loaded';
import type { CoverageFile, Store } from '../store';

/** What the blocks of one case exercise in the skills. */
export class CaseCoverage {
  readonly #counts = new Map<string, number[]>();

  add(counted: readonly SkillCounts[]): void {
    for (const { path, counts } of counted) {
      const before = this.#counts.get(path) ?? [];
      this.#counts.set(
        path,
        counts.map((count, index) => count + (before[index] ?? 0)),
      );
    }
  }

  /** Keeps what there is with the run. */
  async keep(store: Store, runId: string, caseId: string): Promise<void> {
    await store.transaction(async ({ evalCoverage }) => {
      for (const [path, counts] of this.#counts)
        await evalCoverage.add(runId, { case_id: caseId, path, counts });
    });
  }
}

/** Notes what a run can exercise: every skill of its source that can be read. */
export async function noteSkills(store: Store, runId: string, source: LoadedAgent): Promise<void> {
  const files: CoverageFile<CoverMap>[] = [];
  for (const { kind, path } of source.agent.skills) {
    const hash = source.files.find((file) => file.path === path)?.hash;
    const map = kind === 'module' ? coverMap(source.text(path) ?? '') : undefined;
    if (map && hash !== undefined) files.push({ path, hash, map });
    // Between two, so that requests find their way in.
    await setImmediate();
  }
  await store.transaction(async ({ evalCoverage }) => {
    for (const file of files) await evalCoverage.addFile(runId, file);
  });
}

/**
 * @param asked id or name of a case; without it, all cases together.
 * @returns what a run has exercised by now, with every skill that it could.
 * @throws Problem 404 for an unknown run or case, and for a run that was to note nothing.
 */
export async function readCoverage(
  store: Store,
  projectId: string,
  runId: string,
  asked: string | undefined,
): Promise<CoveredFile[]> {
  const run = await store.evalRuns.get(projectId, runId);
  if (!run) throw notFound(`The eval run "${runId}"`);
  if (!run.coverage) throw notFound(`Coverage of the eval run "${runId}", which was started without it,`);
  const caseId = asked === undefined ? undefined : await store.evalRuns.caseId(runId, asked);
  if (asked !== undefined && caseId === undefined) throw notFound(`The case "${asked}" of this run`);
  const counts = await store.evalCoverage.counts(runId, caseId);
  const files = await store.evalCoverage.files<CoverMap>(runId);
  return files.map((file) => {
    const own = counts.filter(({ path }) => path === file.path);
    return coveredFile(run.agent_id, file, own);
  });
}

function coveredFile(
  agent_id: CoveredFile['agent_id'],
  { path, hash, map }: CoverageFile<CoverMap>,
  counts: readonly { case_id: string; counts: number[] }[],
): CoveredFile {
  const countOf = (counter: number): number =>
    counts.reduce((sum, one) => sum + (one.counts[counter] ?? 0), 0);
  const counted = ({ counter, ...part }: Counted) => ({ ...part, count: countOf(counter) });
  const arm = ({ counter, less, label, ...span }: CountedArm) => ({
    ...span,
    label,
    count: countOf(counter) - (less === undefined ? 0 : countOf(less)),
  });
  return {
    agent_id,
    path,
    hash,
    cases: counts.map((one) => one.case_id),
    statements: map.statements.map(counted),
    functions: map.functions.map(({ name, ...part }) => ({ name, ...counted(part) })),
    branches: map.branches.map(({ arms, ...branch }) => ({ ...branch, arms: arms.map(arm) })),
  };
}
