import type { DebugAnswer } from '../../protocol';
import type { Breakpoints, Hit } from './breakpoints';
import type { Moment, Program } from './program';

/** What a search needs of who began it. */
export interface SearchHost {
  evaluate(moment: Moment, expression: string, signal: AbortSignal): Promise<DebugAnswer>;
  /** A logpoint spoke. */
  say(text: string, moment: Moment): void;
}

/** Looks through what is recorded for where to stand still. */
export class Search {
  readonly #ending = new AbortController();

  /** @param at the moment that is being looked at */
  constructor(
    private readonly breakpoints: Breakpoints,
    private readonly program: Program,
    private readonly host: SearchHost,
    public at: number,
  ) {}

  /** True once nobody waits for what it finds. */
  get ended(): boolean {
    return this.#ending.signal.aborted;
  }

  end(): void {
    this.#ending.abort();
  }

  /** @returns why to stand still at the moment that it has come to; undefined when there is none, or it was ended */
  async find(direction: 1 | -1, stops: (moment: Moment) => boolean): Promise<Hit | undefined> {
    const { signal } = this.#ending;
    const { moments } = this.program;
    const evaluate = (moment: Moment, expression: string): Promise<DebugAnswer> =>
      this.host.evaluate(moment, expression, signal);
    const say = (text: string, moment: Moment): void => {
      // Backwards it was said before.
      if (direction === 1 && !signal.aborted) this.host.say(text, moment);
    };
    for (let at = this.at + direction; at >= 0 && at < moments.length; at += direction) {
      const moment = moments[at];
      if (!moment) break;
      this.at = at;
      try {
        const hit = await this.breakpoints.at(this.program, at, evaluate, say);
        if (signal.aborted) return undefined;
        if (hit ?? stops(moment)) return hit ?? { reason: 'step', ids: [] };
      } catch (error) {
        if (signal.aborted) return undefined;
        throw error;
      }
    }
    return undefined;
  }
}
