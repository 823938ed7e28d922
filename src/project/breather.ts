/** How long work may hold the thread before others get a turn: an editor must answer a key meanwhile. */
const longestTurnMs = 5;

/** Lets long work give others a turn, without paying for one at each step. */
export class Breather {
  private began = performance.now();

  /** True when this work has had its turn. Work that is done before needs not wait at all. */
  get isDue(): boolean {
    return performance.now() - this.began >= longestTurnMs;
  }

  /** Gives the event loop a turn when this work has had its own. */
  async breathe(): Promise<void> {
    if (!this.isDue) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.began = performance.now();
  }
}
