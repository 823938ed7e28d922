import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';

/** How often the parts of a skill ran, by the number of their counter. */
export interface SkillCounts {
  /** Of the skill's code. */
  path: string;
  counts: number[];
}

interface Counting {
  path: string;
  /** Gives the counters as text. */
  read: QuickJSHandle;
  /** What they were when they were last read. */
  seen: number[];
}

/** The counters of the skills that one run has loaded. */
export class Counters {
  readonly #context: QuickJSContext;
  #counting: Counting[] = [];

  constructor(context: QuickJSContext) {
    this.#context = context;
  }

  /**
   * Takes the counters of a skill that was compiled to count.
   * @param pair what its code gave
   * @returns the skill's function.
   */
  take(path: string, pair: QuickJSHandle): QuickJSHandle {
    const context = this.#context;
    const own = context.getProp(pair, 0);
    this.#counting.push({ path, read: context.getProp(pair, 1), seen: [] });
    pair.dispose();
    return own;
  }

  /** @returns what has been counted since the last time; a skill that there is no room to read comes the next time. */
  read(): SkillCounts[] {
    const context = this.#context;
    return this.#counting.flatMap((counting) => {
      const given = context.callFunction(counting.read, context.undefined);
      if (given.error) {
        given.dispose();
        return [];
      }
      const text = given.value.consume((handle) => context.getString(handle));
      const now = text.split(' ').map(Number);
      const counts = now.map((count, index) => count - (counting.seen[index] ?? 0));
      counting.seen = now;
      return counts.some((count) => count > 0) ? [{ path: counting.path, counts }] : [];
    });
  }

  /** Forgets the skills; their handles are worth nothing once the engine's memory is another. */
  forget(): void {
    this.#counting = [];
  }
}
