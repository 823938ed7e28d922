/** What a model costs: US dollars for a million tokens. */
export interface Price {
  prompt: number;
  completion: number;
}

/**
 * @param model as the server names it, "provider/name"
 * @param prices by model, or by how models begin: "openai/" stands for all of that provider. The longest that fits counts.
 * @returns undefined where no price is known, which is not the same as free.
 */
export function priceOf(model: string, prices: Readonly<Record<string, unknown>>): Price | undefined {
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

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
