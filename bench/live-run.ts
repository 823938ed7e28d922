import { decode } from '../src/client/decode';
import { Trace } from '../src/protocol';
import type { TraceNews } from '../src/webviews/studio/messages';
import { Reader } from '../src/workbench/shared/reader';
import { withKnownSteps } from '../src/workbench/studio/known-steps';
import { TraceTeller } from '../src/workbench/studio/trace-teller';
import { trace } from '../test/pages/studio-scenes';
import { madeSteps } from './studio-steps';

/** What an error would say was read. */
const target = { method: 'GET', url: 'made', origin: 'made', path: 'made' };

/** A run that goes on, read anew and told to a page by the very parts that the extension does it with. */
export class LiveRun {
  private readonly steps: string[];
  private count: number;
  private known: Trace | undefined;
  private readonly reader = new Reader(() => this.read());
  private readonly teller = new TraceTeller(() => this.passOn());
  private told = 0;
  private onTold: () => void = () => undefined;

  /**
   * @param given how many steps it has in the end, and characters of each
   * @param from how many it has at first
   */
  constructor(
    given: { count: number; size: number },
    from: number,
    private readonly tell: (news: TraceNews) => void,
  ) {
    this.steps = madeSteps(given).map((step) => JSON.stringify(step));
    this.count = from;
  }

  /** Reads what there is and tells it. */
  async begin(): Promise<void> {
    await this.reader.now();
  }

  /** Lets so many steps come in a second, and settles when all are told. */
  async goOn(perSecond: number): Promise<void> {
    const [began, from] = [performance.now(), this.count];
    const allTold = new Promise<void>((resolve) => {
      this.onTold = resolve;
    });
    // Each is an event of the run's stream, which says that there is something to read.
    const events = setInterval(() => {
      const due = from + Math.floor(((performance.now() - began) / 1_000) * perSecond);
      for (; this.count < Math.min(due, this.steps.length); this.count++) this.reader.touch();
      if (this.count === this.steps.length) clearInterval(events);
    }, 5);
    await allTold;
    this.reader.dispose();
    this.teller.dispose();
  }

  /** As the extension reads an answer: the server's own work, and the wire's, are not in it. */
  private async read(): Promise<void> {
    const { steps: _, ...rest } = trace({ status: 'running' });
    const text = `{${JSON.stringify(rest).slice(1, -1)},"steps":[${this.steps.slice(0, this.count).join()}]}`;
    const read = await decode(Trace, text, 'application/json', target);
    this.known = await withKnownSteps(this.known, read);
    this.passOn();
  }

  private passOn(): void {
    const news = this.teller.news(this.known);
    if (!news) return;
    this.told = news.count;
    this.tell(news);
    if (this.told === this.steps.length && !this.teller.isBehind) this.onTold();
  }
}
