import { isUnserved, type StreamOutcome } from '../../client';
import type { RunEvent } from '../../protocol';
import { endRun } from './end-run';
import { isCancellation, sentence } from './errors';
import type { Services } from './services';
import { isUnderWay } from './session-text';

/** How often a run is followed again whose connection breaks. */
const mostRejoins = 3;

/** A run as somebody here hears it. */
export interface HeardRun {
  sessionId: string;
  onEvent(event: RunEvent): void;
  /** Aborted with `goesOn` it only ends the following; with anything else it ends the run too. */
  signal: AbortSignal;
}

/** Reason of the abort of a run that is to go on: who follows it goes, and has stopped nothing. */
export const goesOn = new Error('The run goes on.');

/** @returns whether a person has ended the run that goes with the signal */
export function isToEnd(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason !== goesOn;
}

/**
 * Follows a run again that goes on without this window. Never rejects.
 * @param after `step_index` of the last step that is known; -1 for none
 * @returns how it ended; undefined where the server has no way to do so
 */
export async function followRun(
  { connection, log }: Pick<Services, 'connection' | 'log'>,
  { sessionId, onEvent, signal }: HeardRun,
  after: number,
): Promise<StreamOutcome | undefined> {
  try {
    // Not with the signal: a run that is stopped before it is followed is still to be ended there.
    const client = await connection.client();
    const stream = client.sessions.events(sessionId, after, { signal });
    for await (const event of stream) {
      onEvent(event);
    }
    if (isToEnd(signal)) {
      await endRun(client, sessionId, (message) => log.warn(message));
    }
    return await stream.outcome;
  } catch (error) {
    if (isUnserved(error)) {
      return undefined;
    }
    return isCancellation(error) ? { kind: 'cancelled' } : { kind: 'cut', message: sentence(error) };
  }
}

/**
 * Goes on with a run whose connection broke, where the server went on with it, and again where it breaks again. Never
 * rejects.
 * @param cut how it broke
 * @param heard tells the `step_index` of the last step that was heard; -1 for none since the message of the run
 * @returns how the run ended; `cut` still where it does not go on
 */
export async function rejoinRun(
  services: Pick<Services, 'connection' | 'log'>,
  run: HeardRun,
  cut: StreamOutcome,
  heard: () => number,
): Promise<StreamOutcome> {
  let outcome = cut;
  for (let times = 0; outcome.kind === 'cut' && times < mostRejoins; times++) {
    if (run.signal.aborted && run.signal.reason === goesOn) {
      break;
    }
    const after = await placeToRejoin(services, run, heard);
    const again = after === undefined ? undefined : await followRun(services, run, after);
    if (!again) {
      break;
    }
    outcome = again;
  }
  return outcome;
}

/** @returns why a run is followed no more that may go on, as a sentence; "" for one that has ended */
export function brokenOff(outcome: StreamOutcome): string {
  switch (outcome.kind) {
    case 'cut':
      return outcome.message;
    case 'silent':
      return `Nothing came from the server for ${Math.round(outcome.afterMs / 1000)} seconds. It may still be at work: refresh to see.`;
    case 'error':
    case 'done':
    case 'cancelled':
      // The session itself says these.
      return '';
  }
}

/** @returns the step after which to go on; undefined where the server ended the run with its stream */
async function placeToRejoin(
  { connection, log }: Pick<Services, 'connection' | 'log'>,
  { sessionId, signal }: HeardRun,
  heard: () => number,
): Promise<number | undefined> {
  try {
    const client = await connection.client();
    const { session, steps } = await client.sessions.get(sessionId, { signal });
    if (!isUnderWay(session) && session.status !== 'completed' && session.status !== 'error') {
      return undefined;
    }
    const said = steps.findLast(({ step_type: type }) => type === 'message')?.step_index ?? -1;
    return heard() >= 0 ? heard() : said;
  } catch (error) {
    // Wherever it is, it is to be ended there.
    if (isToEnd(signal)) return heard();
    log.warn(`The run of session ${sessionId} could not be followed again: ${sentence(error)}`);
    return undefined;
  }
}
