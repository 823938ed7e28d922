/** Shortest time between two readings, in milliseconds, and how much of the time reading may take at most. */
const shortestMs = 200;
const share = 3;

/**
 * Reads something again whenever it may have changed: one reading at a time, none lost, and the rarer the longer
 * it takes, so that a huge session under way does not keep the editor busy.
 */
export class Reader {
  private wanted = false;
  private reading: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** Until when, in milliseconds of `performance.now()`, the last reading is to be followed by a pause. */
  private restsUntil = 0;
  private ended = false;

  /** @param read must not reject: what goes wrong is its own to show */
  constructor(private readonly read: () => Promise<void>) {}

  /** Reads soon. */
  touch(): void {
    this.wanted = true;
    if (!this.reading && !this.ended) {
      this.timer ??= setTimeout(() => void this.now(), Math.max(0, this.restsUntil - performance.now()));
    }
  }

  /** Reads at once; settles when what is known now has been read. */
  async now(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    // Of several who wait for a reading each begins one after it, and the next waits for that.
    while (this.reading) {
      await this.reading;
    }
    if (this.ended) {
      return;
    }
    this.wanted = false;
    const began = performance.now();
    this.reading = this.read();
    await this.reading;
    this.reading = undefined;
    const took = performance.now() - began;
    this.restsUntil = performance.now() + Math.max(shortestMs, share * took);
    if (this.wanted) {
      this.touch();
    }
  }

  dispose(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }
}
