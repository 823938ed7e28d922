import type { RunEvent } from '../../protocol';
import type { Price } from '../shared/prices';

/** Most that one run may spend; 0 is no limit. */
export interface Limits {
  tokens: number;
  /** US dollars. */
  cost: number;
}

/** Counts what a run spends, and says when it has spent what it may. */
export class Meter {
  private prompt = 0;
  private completion = 0;

  /** @param price undefined counts tokens only */
  constructor(
    private readonly limits: Limits,
    private readonly price: Price | undefined,
  ) {}

  add({ tokens }: RunEvent): void {
    this.prompt += tokens?.prompt ?? 0;
    this.completion += tokens?.completion ?? 0;
  }

  /** @returns which limit has been passed, as a sentence; undefined while there is room. */
  get exceeded(): string | undefined {
    const tokens = this.prompt + this.completion;
    if (this.limits.tokens > 0 && tokens > this.limits.tokens) {
      return `This run has used ${format(tokens)} tokens; the setting tavora.chat.maxTokens allows ${format(this.limits.tokens)}.`;
    }
    const cost = this.price
      ? (this.prompt * this.price.prompt + this.completion * this.price.completion) / 1_000_000
      : 0;
    if (this.limits.cost > 0 && cost > this.limits.cost) {
      return `This run has cost $${cost.toFixed(4)}; the setting tavora.chat.maxCost allows $${this.limits.cost}.`;
    }
    return undefined;
  }
}

function format(count: number): string {
  return new Intl.NumberFormat('en').format(count);
}
