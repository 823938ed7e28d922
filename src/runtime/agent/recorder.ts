import type { RunEvent } from '../../protocol';
import type { NewStep, Step, Store } from '../store';
import { stepEvent } from './events';

/** Writes a run's steps: each is in the database before its event is sent. */
export class Recorder {
  readonly #store: Pick<Store, 'steps'>;
  readonly #sessionId: string;
  readonly #emit: (event: RunEvent) => void;
  #next: number;

  /** @param next index of the first step to write. */
  constructor(store: Pick<Store, 'steps'>, sessionId: string, next: number, emit: (event: RunEvent) => void) {
    this.#store = store;
    this.#sessionId = sessionId;
    this.#next = next;
    this.#emit = emit;
  }

  /** How many steps the session has. */
  get count(): number {
    return this.#next;
  }

  /** Keeps a step without sending it: the person's message, and what must be sent later. */
  async keep(step: NewStep): Promise<Step> {
    const index = this.#next++;
    return this.#store.steps.add(this.#sessionId, index, step);
  }

  /** Keeps a step, then sends it. */
  async record(step: NewStep): Promise<Step> {
    const kept = await this.keep(step);
    this.#emit(stepEvent(kept));
    return kept;
  }

  /** Sends a step that `keep` has kept. */
  send(step: Step): void {
    this.#emit(stepEvent(step));
  }
}
