import { type RunEvent, replaySessionId } from '../protocol';
import { answerMs, lingering } from './lingering';
import type { RunStream, StreamOutcome } from './run-stream';

/**
 * A replay's stream. One that is left before `replay_started` is read on until then, seconds at most, and ends after it:
 * the run goes on at the server, and whoever left it can stop it only by the id that this event brings.
 */
export class ReplayStream implements RunStream {
  readonly outcome: Promise<StreamOutcome>;
  readonly #stream: RunStream;
  readonly #leaving = new AbortController();
  readonly #events: AsyncGenerator<RunEvent, void, undefined>;
  readonly #let: () => void;
  #reading = false;
  #named = false;

  /**
   * @param open makes the stream itself, which ends at this signal
   * @param signal the caller's
   */
  constructor(open: (signal: AbortSignal) => RunStream, signal: AbortSignal | undefined) {
    const patient = lingering(this.#leaving.signal, answerMs);
    this.#stream = open(patient.signal);
    const cancel = () => this.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    this.#let = () => {
      patient.end();
      signal?.removeEventListener('abort', cancel);
    };
    this.outcome = this.#stream.outcome.catch((error: unknown) => {
      // The server did not begin what nobody wants any more.
      if (this.#leaving.signal.aborted) return { kind: 'cancelled' } as const;
      throw error;
    });
    // Iteration throws the same error; nobody has to look at `outcome` as well.
    this.outcome.catch(() => undefined);
    this.#events = this.#read();
    if (signal?.aborted) cancel();
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent, void, undefined> {
    return this.#events;
  }

  cancel(): void {
    this.#leaving.abort();
    // What was not asked for yet, or has said its id, has nothing to be waited for.
    if (this.#named || !this.#reading) this.#stream.cancel();
  }

  async *#read(): AsyncGenerator<RunEvent, void, undefined> {
    this.#reading = true;
    try {
      for await (const event of this.#stream) {
        this.#named ||= event.type === 'replay_started' && replaySessionId(event) !== undefined;
        yield event;
        if (this.#named && this.#leaving.signal.aborted) return;
      }
    } catch (error) {
      if (!this.#leaving.signal.aborted) throw error;
    } finally {
      this.#let();
    }
  }
}
