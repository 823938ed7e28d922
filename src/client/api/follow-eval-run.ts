import { setTimeout as delay } from 'node:timers/promises';
import { type EvalRun, type EvalRunDetail, endedEvalStatuses } from '../../protocol';
import { ApiError, ConnectionError } from '../errors';
import type { CallOptions } from '../options';

/** How a run is followed; times in milliseconds. */
export interface FollowOptions extends CallOptions {
  /** Between two looks while things happen; 250 when left out. */
  firstMs?: number;
  /** Most between two looks: the wait grows by half with each one that finds nothing new; 5,000 when left out. */
  mostMs?: number;
  /** How long the server may be out of reach before its error is thrown; 60,000 when left out. */
  patienceMs?: number;
}

/** Failures that a server gets over; others are the same a minute later. */
const passingReasons = new Set(['refused', 'reset', 'timeout', 'empty']);
const passingStatuses = new Set([429, 500, 502, 503, 504]);

/**
 * Looks at a run of evals again and again, and gives it whenever something is new, the last time ended.
 *
 * A server that is out of reach for a while is waited for, so that what it judged meanwhile is not lost.
 * @param read reads the run as it is now
 * @throws what `read` throws; a ConnectionError with reason 'aborted' at the signal. The run itself goes on then.
 */
export async function* followEvalRun(
  read: (options: CallOptions) => Promise<EvalRunDetail>,
  { firstMs = 250, mostMs = 5_000, patienceMs = 60_000, ...call }: FollowOptions = {},
): AsyncGenerator<EvalRunDetail, void, undefined> {
  let wait = firstMs;
  let seen: string | undefined;
  let lostAt: number | undefined;
  while (true) {
    let detail: EvalRunDetail | undefined;
    try {
      detail = await read(call);
      lostAt = undefined;
    } catch (error) {
      lostAt ??= performance.now();
      if (!passes(error) || performance.now() - lostAt >= patienceMs) throw error;
    }
    if (detail) {
      const state = stateOf(detail);
      wait = state === seen ? Math.min(mostMs, wait * 1.5) : firstMs;
      if (state !== seen) yield detail;
      seen = state;
      if (hasEnded(detail.run)) return;
    } else {
      wait = Math.min(mostMs, wait * 1.5);
    }
    await rest(wait, call.signal);
  }
}

/** @returns whether a run will not change any more. */
export function hasEnded({ status }: Pick<EvalRun, 'status'>): boolean {
  return endedEvalStatuses.includes(status);
}

function passes(error: unknown): boolean {
  if (error instanceof ApiError) return passingStatuses.has(error.status);
  return error instanceof ConnectionError && passingReasons.has(error.reason);
}

function stateOf({ run, results, pending }: EvalRunDetail): string {
  const left = pending.map(({ id, status, session_id }) => `${id} ${status} ${session_id ?? ''}`);
  return JSON.stringify([run.status, run.passed, run.failed, results.length, left]);
}

/** Waits; a signal ends the wait, and the next look then says that it was aborted. */
async function rest(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}
