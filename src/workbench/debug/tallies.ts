import type { Condition } from './lines';
import type { Program } from './program';

/** What is known of the conditions of a recording's breakpoints: what is recorded never changes. */
export class Tallies {
  readonly #known = new WeakMap<Program, WeakMap<Condition, Tally>>();

  /** @returns what is known of one breakpoint. */
  of(program: Program, one: Condition): Tally {
    const known = this.#known.get(program) ?? new WeakMap<Condition, Tally>();
    this.#known.set(program, known);
    const tally = known.get(one) ?? new Tally();
    known.set(one, tally);
    return tally;
  }
}

/** At which moments a breakpoint counts. A condition is asked once for each: an answer is a request. */
class Tally {
  readonly #held = new Map<number, boolean>();
  /** Moments where it counts, in order, among the first so many. */
  readonly #counting: number[] = [];
  #seen = 0;

  /** @returns whether the condition holds at a moment. */
  async holds(index: number, ask: (index: number) => Promise<boolean>): Promise<boolean> {
    const known = this.#held.get(index);
    if (known !== undefined) return known;
    const held = await ask(index);
    this.#held.set(index, held);
    return held;
  }

  /** @returns how many times the breakpoint has counted up to a moment, with it. */
  async times(
    index: number,
    matches: (index: number) => boolean,
    ask: (index: number) => Promise<boolean>,
  ): Promise<number> {
    for (; this.#seen <= index; this.#seen += 1) {
      const at = this.#seen;
      if (matches(at) && (await this.holds(at, ask))) this.#counting.push(at);
    }
    return this.#counting.findLastIndex((at) => at <= index) + 1;
  }
}

/** @returns whether a hit condition such as `>=3` or `%2` is met after so many times. */
export function reached(hit: string, times: number): boolean {
  const [, sign = '', text = ''] = /^\s*([<>]=?|==?|%)?\s*(\d+)\s*$/.exec(hit) ?? [];
  const count = Number(text);
  switch (sign) {
    case '%':
      return count > 0 && times % count === 0;
    case '>':
      return times > count;
    case '>=':
      return times >= count;
    case '<':
      return times < count;
    case '<=':
      return times <= count;
    default:
      return text === '' || times === count;
  }
}
