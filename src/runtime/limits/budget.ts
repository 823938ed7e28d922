import { howToRaise, type LimitName, type Limits } from './bounds';
import type { ModelPrices } from './prices';

/** What a run has reached: which limit, how high it is, and where the run stands. */
export interface ReachedLimit {
  name: LimitName;
  value: number;
  used: number;
}

/** A run has to end because it has used up what it may use. The message says which limit, and how to raise it. */
export class LimitReached extends Error {
  constructor(
    readonly limit: ReachedLimit,
    what: string,
  ) {
    super(`The run reached its limit of ${what}. ${howToRaise(limit.name)}`);
    this.name = 'LimitReached';
  }
}

/** Counts what one run uses against what it may use. */
export class Budget {
  readonly #limits: Pick<Limits, 'steps' | 'tokens' | 'cost'>;
  readonly #prices: ModelPrices;
  readonly #unpriced: (model: string) => void;
  #steps = 0;
  #prompt = 0;
  #completion = 0;
  #cost = 0;
  #priced = true;

  /** @param unpriced is told of a model without a price, whose cost cannot be counted. */
  constructor(
    limits: Pick<Limits, 'steps' | 'tokens' | 'cost'>,
    prices: ModelPrices,
    unpriced: (model: string) => void = () => {},
  ) {
    this.#limits = limits;
    this.#prices = prices;
    this.#unpriced = unpriced;
  }

  /** Tokens spent so far. */
  get tokens(): { prompt: number; completion: number } {
    return { prompt: this.#prompt, completion: this.#completion };
  }

  /** What they cost; undefined when the price of a model that was asked is unknown. */
  get cost(): number | undefined {
    return this.#priced ? this.#cost : undefined;
  }

  /** Counts one answer of a model. @returns what it cost in US dollars; undefined where that is unknown */
  spend(model: string, prompt: number, completion: number): number | undefined {
    this.#prompt += prompt;
    this.#completion += completion;
    const cost = this.#prices.cost(model, prompt, completion);
    if (cost !== undefined) {
      this.#cost += cost;
    } else {
      this.#priced = false;
      this.#unpriced(model);
    }
    return cost;
  }

  /**
   * Takes one step of the model, before it is asked.
   * @throws LimitReached when there is none left, or nothing left to pay it with.
   */
  step(): void {
    this.check();
    const { steps } = this.#limits;
    if (this.#steps >= steps) {
      throw new LimitReached(
        { name: 'steps', value: steps, used: this.#steps },
        `${steps} steps of the model`,
      );
    }
    this.#steps += 1;
  }

  /** @throws LimitReached when tokens or money are used up. */
  check(): void {
    const { tokens, cost } = this.#limits;
    const used = this.#prompt + this.#completion;
    if (used >= tokens) {
      const what = `${shown(tokens)} tokens (${shown(used)} are used)`;
      throw new LimitReached({ name: 'tokens', value: tokens, used }, what);
    }
    if (this.#cost >= cost) {
      const what = `${shown(cost)} for what it may cost (${shown(this.#cost)} are spent)`;
      throw new LimitReached({ name: 'cost', value: cost, used: this.#cost }, what);
    }
  }
}

function shown(number: number): string {
  return number.toLocaleString('en', { maximumFractionDigits: 6 });
}
