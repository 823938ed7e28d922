/**
 * What may end one exchange early: the caller's signal, the client being closed, and one timer at a time.
 * The signal's reason is the error that the exchange then throws.
 */
export class Guard {
  readonly #controller = new AbortController();
  readonly #listeners: [AbortSignal, () => void][] = [];
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param signals those that exist are followed until `dispose`, each with what makes the error for the case that
   *   it fires
   */
  constructor(signals: [signal: AbortSignal | undefined, reason: () => Error][]) {
    for (const [signal, reason] of signals) {
      if (!signal) continue;
      const onAbort = () => this.abort(reason());
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      this.#listeners.push([signal, onAbort]);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the exchange now. */
  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  /** Starts the timer anew: after `ms` milliseconds the exchange ends with what `reason` makes. */
  arm(ms: number, reason: () => Error): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.abort(reason()), ms);
  }

  /** Stops the timer. */
  disarm(): void {
    clearTimeout(this.#timer);
  }

  /** Waits for a promise, but no longer than the exchange lives. */
  async within<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this;
    let onAbort: (() => void) | undefined;
    const ended = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal.reason);
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([promise, ended]);
    } finally {
      if (onAbort) signal.removeEventListener('abort', onAbort);
    }
  }

  /** Lets go of the timer and of every signal followed. */
  dispose(): void {
    this.disarm();
    for (const [signal, listener] of this.#listeners.splice(0)) signal.removeEventListener('abort', listener);
  }
}
