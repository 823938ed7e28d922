import type { RunEvent } from '../../protocol';
import { deferred } from './deferred';
import { Queue } from './queue';
import { RunStopped } from './stopped';

/** Somebody who hears what a run says from now on. */
export interface Follower {
  events: AsyncIterable<RunEvent>;
  /** Hears nothing more; the run goes on for a while, so that somebody can follow it again. */
  leave(): void;
}

/** A run under way and those who follow it. It outlives them for a grace time, then it ends. */
export class ActiveRun {
  readonly #controller = new AbortController();
  readonly #ended = deferred<void>();
  readonly #followers = new Set<Queue<RunEvent>>();
  readonly #graceMs: number;
  #alone: NodeJS.Timeout | undefined;
  #first: number | undefined;
  #over = false;

  /** @param graceMs how long it goes on when nobody follows it */
  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Settles when it has put down its end. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Notes where it stands. @param first index of the first step that it writes */
  begin(first: number): void {
    this.#first = first;
  }

  /** True for a step that it wrote itself, false for one of a run before. */
  wrote(step: number): boolean {
    return this.#first !== undefined && step >= this.#first;
  }

  emit(event: RunEvent): void {
    for (const queue of this.#followers) queue.push(event);
  }

  follow(): Follower {
    const queue = new Queue<RunEvent>();
    if (this.#over) queue.end();
    else this.#followers.add(queue);
    clearTimeout(this.#alone);
    return { events: queue, leave: () => this.#left(queue) };
  }

  abort(reason: RunStopped): void {
    this.#controller.abort(reason);
  }

  /** Nothing more is said. */
  end(): void {
    this.#over = true;
    clearTimeout(this.#alone);
    for (const queue of this.#followers) queue.end();
    this.#followers.clear();
    this.#ended.resolve();
  }

  #left(queue: Queue<RunEvent>): void {
    if (!this.#followers.delete(queue)) return;
    queue.end();
    if (this.#followers.size > 0) return;
    this.#alone = setTimeout(
      () =>
        this.abort(new RunStopped('cancelled', 'The client went away and nobody followed the run again.')),
      this.#graceMs,
    );
  }
}
