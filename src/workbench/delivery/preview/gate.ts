import { hasEnded } from '../../../client';
import type { EvalRun } from '../../../protocol';

/** What the evals of an agent say about making its draft live, as far as it is known before. */
export type Gate =
  /** The newest run of all cases over exactly these files. */
  | { kind: 'passed' | 'failed' | 'running'; run: EvalRun }
  /** Runs over these files came to no verdict: they broke, were stopped, or could not judge every case. */
  | { kind: 'unjudged'; run: EvalRun }
  /** No run of all cases over these files yet; the deployment makes one. */
  | { kind: 'none'; some?: true }
  /** Evals are to decide, and the agent has none. */
  | { kind: 'no-evals' }
  /** Neither the server nor what was noted here says over which files runs were. */
  | { kind: 'unknown' };

/** The suite that an agent's evals are run from. */
export interface GateSuite {
  id: string;
  /** Its version of now, where it does not come with the agent's files. */
  semver?: string;
}

/**
 * Reads the verdict on some files from an agent's runs, by their counts. Those count each repetition by itself, so that
 * a run which `failed` by them may yet have passed with every case.
 * @param runs newest first
 * @param suite runs of another one, or of it in another version, say nothing; left out where it is not known
 */
export function gateOf(runs: readonly EvalRun[], sourceHash: string, suite?: GateSuite): Gate {
  const all = runsOver(runs, sourceHash, suite);
  const over = all.filter(isWhole);
  const run = over.find((one) => !hasEnded(one) || one.status === 'completed');
  const [broken] = over;
  if (run) {
    const verdict = run.failed === 0 ? 'passed' : 'failed';
    return { kind: hasEnded(run) ? verdict : 'running', run };
  }
  if (broken) {
    return { kind: 'unjudged', run: broken };
  }
  if (!runs.every(({ source_hash }) => source_hash)) return { kind: 'unknown' };
  return { kind: 'none', ...(all.length > 0 ? { some: true } : {}) };
}

/** @returns the runs over exactly these files, of all or only some cases of the suite. Parameters as `gateOf`. */
export function runsOver(runs: readonly EvalRun[], sourceHash: string, suite?: GateSuite): EvalRun[] {
  return runs.filter((run) => run.source_hash === sourceHash && isOf(run, suite));
}

/** @returns whether a run is of all cases: no other one decides. */
export function isWhole({ complete_suite: complete }: EvalRun): boolean {
  return complete !== false;
}

function isOf({ suite_id, suite_version }: EvalRun, suite: GateSuite | undefined): boolean {
  const { id, semver } = suite ?? {};
  const same = (told: string | null | undefined, now: string | undefined) => !told || !now || told === now;
  return same(suite_id, id) && same(suite_version, semver);
}

/** @returns the ids of the agents whose evals a deployment runs, or may run where the server does not say. */
export function toBeRun(gates: ReadonlyMap<string, Gate>): string[] {
  return [...gates].flatMap(([id, { kind }]) =>
    kind === 'none' || kind === 'unjudged' || kind === 'unknown' ? id : [],
  );
}

function countText(count: number, { total_cases: total, repeat }: EvalRun): string {
  return `${count} of ${total}${(repeat ?? 1) > 1 ? ' repetitions' : ''}`;
}

/** The verdict as a sentence, with what a deployment makes of it. @param agent its id */
export function gateSentence(agent: string, gate: Gate): string {
  switch (gate.kind) {
    case 'passed':
      return `The evals that decide on ${agent} passed on these files: ${countText(gate.run.passed, gate.run)}.`;
    case 'failed':
      return `The evals that decide on ${agent} failed on these files: ${countText(gate.run.failed, gate.run)}, so that the server will refuse them.`;
    case 'running':
      return `The evals that decide on ${agent} are running on these files; the deployment waits for them.`;
    case 'unjudged':
      return `The evals that decide on ${agent} came to no verdict on these files; the deployment runs them again.`;
    case 'none':
      return gate.some
        ? `The evals that decide on ${agent} have not all been run on these files in one run; the deployment makes one first.`
        : `The evals that decide on ${agent} have not been run on these files; the deployment runs them first.`;
    case 'no-evals':
      return `Evals are to decide on ${agent}, but it has none, so that it goes live without.`;
    case 'unknown':
      return `Evals decide on ${agent}; this server does not say over which files they were run last, so that the deployment may run them first.`;
  }
}

/** The verdict in a few words, for the log. */
export function gateWords(gate: Gate): string {
  switch (gate.kind) {
    case 'passed':
      return `${countText(gate.run.passed, gate.run)} passed`;
    case 'failed':
      return `${countText(gate.run.failed, gate.run)} failed`;
    case 'running':
      return 'running';
    case 'unjudged':
      return 'no verdict';
    case 'none':
      return 'not run';
    case 'no-evals':
      return 'there are none';
    case 'unknown':
      return 'not told by the server';
  }
}
