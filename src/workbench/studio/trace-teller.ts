import type { AgentStep, Trace } from '../../protocol';
import type { TraceNews } from '../../webviews/studio/messages';

/** So many steps are told to a page that is open at once, and so long it has to draw them, in milliseconds. */
const mostAtOnce = 250;
const pauseMs = 40;

/**
 * Remembers what a page was told of a trace, so that it is told each step once; when much has come, in parts, so that
 * the page can be scrolled meanwhile.
 */
export class TraceTeller {
  private told: readonly AgentStep[] | undefined;
  private version = 0;
  private timer: NodeJS.Timeout | undefined;
  private disposed = false;

  /** @param goOn tells the page what else there is: calls `news` again */
  constructor(private readonly goOn: () => void) {}

  /** True while the page has not been told all that there is. */
  get isBehind(): boolean {
    return this.timer !== undefined;
  }

  /** The page has nothing of it, or missed something: it is told everything next. */
  forget(): void {
    this.stop();
    this.told = undefined;
  }

  /**
   * @param trace steps in it that have not changed are the objects that were told before: see `withKnownSteps`
   * @returns what the page does not have yet, or the next part of it. Until the last part the session is one that is
   *   still running: its end, or the question that it waits on, is told with the step that it belongs to.
   */
  news(trace: Trace | undefined): TraceNews | undefined {
    this.stop();
    if (!trace) {
      return undefined;
    }
    const { told, version: since } = this;
    const changed = trace.steps.flatMap((step, place) => (told?.[place] === step ? [] : [{ place, step }]));
    // A page that opens shows nothing before it has all.
    const steps = told ? changed.slice(0, mostAtOnce) : changed;
    const now = told?.slice(0, trace.steps.length) ?? [];
    for (const { place, step } of steps) {
      now[place] = step;
    }
    this.told = now;
    this.version += 1;
    const isPart = steps.length < changed.length;
    if (isPart && !this.disposed) {
      this.timer = setTimeout(() => this.goOn(), pauseMs);
    }
    const { session } = trace;
    return {
      version: this.version,
      since: told && since,
      rest: { ...trace, session: isPart ? { ...session, status: 'running' } : session, steps: [] },
      count: now.length,
      steps,
    };
  }

  /** Tells nothing more by itself, also of what is read after this. */
  dispose(): void {
    this.disposed = true;
    this.stop();
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
