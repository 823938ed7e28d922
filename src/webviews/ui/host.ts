/** What VS Code gives a page: one way out, and a small state that outlives hiding and reload. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** A page's typed end of the wire to its host. */
export class Host<Request, Notification, State> {
  private readonly api = acquireVsCodeApi();
  private state: Partial<State>;

  constructor() {
    const kept = this.api.getState();
    this.state = typeof kept === 'object' && kept !== null ? (kept as Partial<State>) : {};
  }

  post(request: Request): void {
    this.api.postMessage(request);
  }

  /**
   * Gathers the host's notifications and hands them over once an animation frame, in order: a burst of events
   * is one redraw.
   */
  listen(apply: (notifications: readonly Notification[]) => void): void {
    let waiting: Notification[] = [];
    const flush = () => {
      const batch = waiting;
      waiting = [];
      apply(batch);
    };
    window.addEventListener('message', (message: MessageEvent<Notification>) => {
      waiting.push(message.data);
      if (waiting.length > 1) {
        return;
      }
      // A hidden page gets no animation frames, yet must not hoard what it is told.
      if (document.hidden) {
        setTimeout(flush, 0);
      } else {
        requestAnimationFrame(flush);
      }
    });
  }

  /** What was kept with `keep`; every field may be missing. */
  get kept(): Partial<State> {
    return this.state;
  }

  /** Keeps fields over hiding and reload of the window. */
  keep(part: Partial<State>): void {
    this.state = { ...this.state, ...part };
    this.api.setState(this.state);
  }
}
