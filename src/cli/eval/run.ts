import { ApiError, ConnectionError, hasEnded, type TavoraClient } from '../../client';
import { type EvalResult, type EvalRun, repeatsOfRun } from '../../protocol';
import { CannotRun } from '../problem';

export interface RunOptions {
  /** How many cases the agent has. */
  cases: number;
  target: 'draft' | 'live';
  repeat: number;
  signal: AbortSignal;
  patienceMs: number;
  /** Called when more cases have been judged. @param done results so far @param total of all repetitions */
  progress(done: number, total: number): void;
  /** Called with a sentence when a run that is given up could not be stopped. */
  note(message: string): void;
}

/** How long a run that is given up may take to be stopped, in milliseconds. */
const cancelMs = 5_000;

/**
 * Runs an agent's whole suite to its end, each case as often as asked: by one run where the server repeats cases and
 * takes them all at once, else by one run after another. At the signal the run under way is stopped on the server too.
 *
 * @param agentId the server's
 * @throws CannotRun when a run ends without a verdict; ApiError and ConnectionError when the server says no or is
 *   out of reach for longer than the patience
 */
export async function runAgent(
  client: TavoraClient,
  agentId: string,
  { cases, repeat, progress, ...options }: RunOptions,
): Promise<EvalResult[]> {
  const { target, signal } = options;
  const results: EvalResult[] = [];
  for (let left = repeat; left > 0; ) {
    const times = repeatsOfRun(cases, left);
    const run = await client.evals.start(
      agentId,
      { target, ...(times > 1 ? { repeat: times } : {}) },
      { signal },
    );
    const before = results.length;
    const rounds = Math.max(1, run.repeat ?? 1);
    const total = before + (run.total_cases / rounds) * left;
    results.push(...(await follow(client, run, options, (done) => progress(before + done, total))));
    left -= rounds;
  }
  return results;
}

async function follow(
  client: TavoraClient,
  run: EvalRun,
  { signal, patienceMs, note }: Omit<RunOptions, 'cases' | 'repeat' | 'progress'>,
  judged: (done: number) => void,
): Promise<EvalResult[]> {
  try {
    for await (const detail of client.evals.follow(run.id, { signal, patienceMs })) {
      judged(detail.results.length);
      if (!hasEnded(detail.run)) continue;
      if (detail.run.status === 'completed') return detail.results;
      const why = detail.run.error || (detail.run.status === 'cancelled' ? 'somebody stopped it' : '');
      throw new CannotRun(`The run ${run.id} ended without a verdict${why ? `: ${why}` : ''}.`);
    }
  } catch (error) {
    if (signal.aborted) await stop(client, run, note);
    throw error;
  }
  throw new CannotRun(`The run ${run.id} did not end.`);
}

async function stop(client: TavoraClient, run: EvalRun, note: (message: string) => void): Promise<void> {
  try {
    const stopped = await client.evals.cancel(run.id, { timeoutMs: cancelMs });
    note(
      stopped
        ? `The run ${run.id} was stopped.`
        : `The server cannot stop runs: the run ${run.id} goes on there.`,
    );
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof ConnectionError)) throw error;
    note(`The run ${run.id} could not be stopped: ${error.message}`);
  }
}
