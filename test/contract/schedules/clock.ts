import type { Clock } from '../../../src/runtime/schedule/clock';

/** A clock that a test turns. */
export class TestClock implements Clock {
  #now: number;
  readonly #timers = new Map<object, { at: number; work(): void }>();

  constructor(start: string) {
    this.#now = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#now);
  }

  after(ms: number, work: () => void): () => void {
    const key = {};
    // What is due by now comes by itself, as from a real clock: nobody will turn this one again for it.
    if (ms <= 0) setImmediate(() => this.turnTo(this.now().toISOString()));
    this.#timers.set(key, { at: this.#now + ms, work });
    return () => this.#timers.delete(key);
  }

  /** The moments that somebody waits for, the nearest first. */
  get waits(): string[] {
    return [...this.#timers.values()].map(({ at }) => new Date(at).toISOString()).sort();
  }

  /** Turns the clock to a moment; what was to happen until then happens. */
  turnTo(moment: string): void {
    this.#now = Date.parse(moment);
    for (const [key, { at, work }] of [...this.#timers]) {
      if (at > this.#now) continue;
      this.#timers.delete(key);
      work();
    }
  }
}
