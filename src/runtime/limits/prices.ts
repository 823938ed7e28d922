import { ArgumentError } from '../argument-error';

/** What a million tokens cost. */
export interface Price {
  prompt: number;
  completion: number;
}

/** Where the prices come from. */
export const pricesVariable = 'TAVORA_MODEL_PRICES';

const million = 1_000_000;

const entry = /^(\S+?)\s*=\s*(\d+(?:\.\d+)?)\s*\/\s*(\d+(?:\.\d+)?)$/;

/**
 * Prices of models, as a person has set them: providers change theirs too often for a table of ours to be right.
 * The models that run on this machine cost nothing.
 */
export class ModelPrices {
  readonly #prices: ReadonlyMap<string, Price>;

  private constructor(prices: ReadonlyMap<string, Price>) {
    this.#prices = prices;
  }

  /**
   * Reads prices such as `openai/gpt-5=1.25/10, anthropic/*=3/15`: for a million tokens of the prompt and of the
   * answer. A name that ends in `*` stands for all that begin like it; the longest that fits counts.
   * @throws ArgumentError naming the entry that does not read like that.
   */
  static read(text = ''): ModelPrices {
    const prices = new Map<string, Price>();
    for (const part of text.split(/[,\n]/).map((one) => one.trim())) {
      if (!part) continue;
      const [, model, prompt, completion] = entry.exec(part) ?? [];
      if (!model) {
        throw new ArgumentError(
          `${pricesVariable} must list entries such as openai/gpt-5=1.25/10, not "${part}".`,
        );
      }
      prices.set(model, { prompt: Number(prompt), completion: Number(completion) });
    }
    return new ModelPrices(prices);
  }

  /** @returns what so many tokens of a model cost; undefined where nobody has set its price. */
  cost(model: string, prompt: number, completion: number): number | undefined {
    const price = this.of(model);
    return price && (prompt * price.prompt + completion * price.completion) / million;
  }

  /** @returns undefined for a model whose price nobody has set. */
  of(model: string): Price | undefined {
    if (model.startsWith('local/')) return { prompt: 0, completion: 0 };
    const exact = this.#prices.get(model);
    if (exact) return exact;
    const fitting = [...this.#prices].filter(
      ([name]) => name.endsWith('*') && model.startsWith(name.slice(0, -1)),
    );
    return fitting.sort(([left], [right]) => right.length - left.length)[0]?.[1];
  }
}
