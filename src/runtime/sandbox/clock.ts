/** How long reading a block's value, or `data`, may take once the block has ended. */
const readingMs = 1_000;

/** How long the scripts of an engine may still compute, and why they must end. */
export class Clock {
  readonly #stopped: () => boolean;
  #deadline = Number.POSITIVE_INFINITY;
  #ended: 'timeout' | 'aborted' | undefined;
  /** True once the block has ended and only its value and `data` are read. */
  #reading = false;

  /** @param stopped true once the running block must end */
  constructor(stopped: () => boolean) {
    this.#stopped = stopped;
  }

  /** Why the scripts had to end; undefined while they need not. */
  get ended(): 'timeout' | 'aborted' | undefined {
    return this.#ended;
  }

  /** A block begins. */
  start(timeMs: number): void {
    this.#ended = undefined;
    this.#reading = false;
    this.#deadline = performance.now() + timeMs;
  }

  /** The block has ended: there is a little time to read what it left. */
  allowReading(): void {
    this.#ended = undefined;
    this.#reading = true;
    this.#deadline = performance.now() + readingMs;
  }

  /** Asked by the engine every so often. */
  mustEnd(): boolean {
    if (this.#ended === undefined) {
      if (!this.#reading && this.#stopped()) this.#ended = 'aborted';
      else if (performance.now() > this.#deadline) this.#ended = 'timeout';
    }
    return this.#ended !== undefined;
  }

  /** A person may take an hour to answer: only the script's own computing counts. */
  pausing<T>(work: () => T): T {
    const asked = performance.now();
    const answer = work();
    this.#deadline += performance.now() - asked;
    // A run that was cancelled meanwhile ends as cancelled, not as one whose call failed.
    this.mustEnd();
    return answer;
  }

  /** Gives something of its own a time of its own. @param late is told when that is over */
  within<T>(timeMs: number, work: (late: () => boolean) => T): T {
    const left = this.#deadline - performance.now();
    this.#deadline = performance.now() + timeMs;
    try {
      return work(() => {
        const late = this.#ended === 'timeout';
        if (late) this.#ended = undefined;
        return late;
      });
    } finally {
      this.#deadline = performance.now() + left;
    }
  }
}
