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
  private pauseMs = shortestMs;
  private ended = false;

  /** @param read must not reject: what goes wrong is its own to show */
  constructor(private readonly read: () => Promise<void>) {}

  /** Reads soon. */
  touch(): void {
    this.wanted = true;
    if (!this.reading && !this.ended) {
      this.timer ??= setTimeout(() => void this.now(), this.pauseMs);
    }
  }

  /** Reads at once; settles when what is known now has been read. */
  async now(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.reading;
    if (this.ended) {
      return;
    }
    this.wanted = false;
    const began = performance.now();
    this.reading = this.read();
    await this.reading;
    this.reading = undefined;
    this.pauseMs = Math.max(shortestMs, share * (performance.now() - began));
    if (this.wanted) {
      this.touch();
    }
  }

  dispose(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }
}
