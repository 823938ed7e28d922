import type { RunEvent } from '../../protocol';
import type { NewStep, Step, Store } from '../store';
import { stepEvent } from './events';

/** Looks on while a run writes its steps. */
export interface StepWatcher {
  kept(step: Step): void;
  /** A step has been sent: the run goes on when this settles. */
  reached(step: Step): Promise<void>;
}

/** Writes a run's steps: each is in the database before its event is sent. */
export class Recorder {
  readonly #store: Pick<Store, 'steps'>;
  readonly #sessionId: string;
  readonly #emit: (event: RunEvent) => void;
  readonly #watcher: StepWatcher | undefined;
  #next: number;

  /** @param next index of the first step to write. */
  constructor(
    store: Pick<Store, 'steps'>,
    sessionId: string,
    next: number,
    emit: (event: RunEvent) => void,
    watcher?: StepWatcher,
  ) {
    this.#store = store;
    this.#sessionId = sessionId;
    this.#next = next;
    this.#emit = emit;
    this.#watcher = watcher;
  }

  /** How many steps the session has. */
  get count(): number {
    return this.#next;
  }

  /** Keeps a step without sending it: the person's message, and what must be sent later. */
  async keep(step: NewStep): Promise<Step> {
    const index = this.#next++;
    const kept = await this.#store.steps.add(this.#sessionId, index, step);
    this.#watcher?.kept(kept);
    return kept;
  }

  /** Keeps a step, then sends it. */
  async record(step: NewStep): Promise<Step> {
    const kept = await this.keep(step);
    this.#emit(stepEvent(kept));
    await this.#watcher?.reached(kept);
    return kept;
  }

  /** Sends a step that `keep` has kept. */
  send(step: Step): void {
    this.#emit(stepEvent(step));
  }
}
