import type { EvalRun } from '../../../protocol';

/** What the evals of an agent say about making its draft live, as far as it is known before. */
export type Gate =
  /** The newest run of all cases over exactly these files. */
  | { kind: 'passed' | 'failed' | 'running'; run: EvalRun }
  /** No run over these files yet; the deployment makes one. */
  | { kind: 'none' }
  /** Evals are to decide, and the agent has none. */
  | { kind: 'no-evals' }
  /** The server does not say over which files its runs were. */
  | { kind: 'unknown' };

/**
 * Reads the verdict on some files from an agent's runs.
 * @param runs newest first
 */
export function gateOf(runs: readonly EvalRun[], sourceHash: string): Gate {
  const told = runs.filter(({ source_hash }) => source_hash);
  if (told.length === 0) {
    return { kind: runs.length === 0 ? 'none' : 'unknown' };
  }
  const run = told.find(
    ({ source_hash, complete_suite, status }) =>
      source_hash === sourceHash && complete_suite !== false && !['failed', 'cancelled'].includes(status),
  );
  if (!run) {
    return { kind: 'none' };
  }
  if (run.status !== 'completed') {
    return { kind: 'running', run };
  }
  return { kind: run.failed === 0 ? 'passed' : 'failed', run };
}

/** The verdict as a sentence. @param agent its id */
export function gateSentence(agent: string, gate: Gate): string {
  switch (gate.kind) {
    case 'passed':
      return `The evals that decide on ${agent} passed on these files: ${gate.run.passed} of ${gate.run.total_cases}.`;
    case 'failed':
      return `The evals that decide on ${agent} failed on these files: ${gate.run.failed} of ${gate.run.total_cases}, so that the server will refuse them.`;
    case 'running':
      return `The evals that decide on ${agent} are running on these files.`;
    case 'none':
      return `The evals that decide on ${agent} have not been run on these files; the deployment runs them first.`;
    case 'no-evals':
      return `Evals are to decide on ${agent}, but it has none.`;
    case 'unknown':
      return `Evals decide on ${agent}; this server does not say over which files they were run last.`;
  }
}

/** The verdict in a few words, for the log. */
export function gateWords(gate: Gate): string {
  switch (gate.kind) {
    case 'passed':
      return `${gate.run.passed} of ${gate.run.total_cases} passed`;
    case 'failed':
      return `${gate.run.failed} of ${gate.run.total_cases} failed`;
    case 'running':
      return 'running';
    case 'none':
      return 'not run';
    case 'no-evals':
      return 'there are none';
    case 'unknown':
      return 'not told by the server';
  }
}
