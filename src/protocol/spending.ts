/** What a model costs: US dollars for a million tokens. */
export interface Price {
  prompt: number;
  completion: number;
}

/** Prices as a person has set them, by model or by how models begin: "openai/" stands for all of that provider. */
export type Prices = Readonly<Record<string, unknown>>;

/** Tokens that a model has read and written. */
export interface Spending {
  /** As the server names it, "provider/name"; "" where nobody said. */
  model: string;
  prompt: number;
  completion: number;
  /** US dollars, where the server says what it was. */
  cost?: number;
}

/** What something has cost. */
export interface Bill {
  /** US dollars, of the tokens whose price is known. */
  dollars: number;
  /** Tokens whose price nobody knows, which is not the same as free. */
  unpriced: number;
}

/** @returns the price of a model, the longest name that fits; undefined where none is known. */
export function priceOf(model: string, prices: Prices): Price | undefined {
  const [best] = Object.keys(prices)
    .filter((name) => name === model || (name.endsWith('/') && model.startsWith(name)))
    .sort((one, other) => other.length - one.length);
  const found = best === undefined ? undefined : prices[best];
  if (typeof found !== 'object' || found === null) {
    return undefined;
  }
  const { prompt, completion } = found as Partial<Price>;
  return isAmount(prompt) && isAmount(completion) ? { prompt, completion } : undefined;
}

/** Adds up what was spent; what the server says of a cost counts more than a price. */
export function billOf(spent: readonly Spending[], prices: Prices): Bill {
  const bill = { dollars: 0, unpriced: 0 };
  for (const { model, prompt, completion, cost } of spent) {
    const price = priceOf(model, prices);
    if (cost !== undefined) {
      bill.dollars += cost;
    } else if (price) {
      bill.dollars += (prompt * price.prompt + completion * price.completion) / 1_000_000;
    } else {
      bill.unpriced += prompt + completion;
    }
  }
  return bill;
}

/** What a step's arguments, or a frame of a stream, say of the model that was asked. */
export function toldBy(told: unknown): { model: string; cost?: number } {
  const { model, cost } = (typeof told === 'object' && told !== null ? told : {}) as Record<string, unknown>;
  return {
    model: typeof model === 'string' ? model : '',
    ...(isAmount(cost) ? { cost } : {}),
  };
}

/** True for what can be a price or a cost. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
