import { type Bill, billOf, type Prices, type RunEvent, type Spending, toldBy } from '../../protocol';

/** Most that one run may spend; 0 is no limit. */
export interface Limits {
  tokens: number;
  /** US dollars. */
  cost: number;
}

/** Counts what a run spends, and says when it has spent what it may. */
export class Meter {
  private readonly spent: Spending[] = [];

  /** @param model says what answers where an event does not; "" where nobody knows */
  constructor(
    private readonly limits: Limits,
    private readonly prices: Prices,
    private readonly model: () => string,
  ) {}

  add(event: RunEvent): void {
    const { prompt = 0, completion = 0 } = event.tokens ?? {};
    // What ends a run tells the sum of what was told before.
    if (prompt + completion > 0 && event.type !== 'done') {
      const told = toldBy(event);
      this.spent.push({ ...told, model: told.model || this.model(), prompt, completion });
    }
  }

  /** @returns which limit has been passed, as a sentence; undefined while there is room. */
  get exceeded(): string | undefined {
    const tokens = this.spent.reduce((sum, { prompt, completion }) => sum + prompt + completion, 0);
    if (this.limits.tokens > 0 && tokens > this.limits.tokens) {
      return `This run has used ${format(tokens)} tokens; the setting tavora.chat.maxTokens allows ${format(this.limits.tokens)}.`;
    }
    const { dollars } = this.bill;
    if (this.limits.cost > 0 && dollars > this.limits.cost) {
      return `This run has cost $${dollars.toFixed(4)}; the setting tavora.chat.maxCost allows $${this.limits.cost}.`;
    }
    return undefined;
  }

  /** The model that a limit on cost does not hold, because nobody knows its price; undefined where all is known. */
  get unpriced(): string | undefined {
    return this.limits.cost > 0 && this.bill.unpriced > 0
      ? this.spent.find((one) => billOf([one], this.prices).unpriced > 0)?.model
      : undefined;
  }

  private get bill(): Bill {
    return billOf(this.spent, this.prices);
  }
}

function format(count: number): string {
  return new Intl.NumberFormat('en').format(count);
}
