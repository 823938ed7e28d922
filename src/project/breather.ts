/** How long work may hold the thread before others get a turn: an editor must answer a key meanwhile. */
const longestTurnMs = 5;

/** Lets long work give others a turn, without paying for one at each step. */
export class Breather {
  private began = performance.now();

  /** Gives the event loop a turn when this work has had its own. */
  async breathe(): Promise<void> {
    if (performance.now() - this.began < longestTurnMs) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.began = performance.now();
  }
}
