import type { DebugAttach } from '../../protocol';
import { conflict } from '../http/problem';
import type { Store } from '../store';
import { Debugger } from './debugger';

/** The debuggers of this process: at most one a session. */
export class Debuggers {
  readonly #store: Pick<Store, 'debug'>;
  readonly #attached = new Map<string, Debugger>();

  constructor(store: Pick<Store, 'debug'>) {
    this.#store = store;
  }

  /** @returns the debugger of a session that has one. */
  of(sessionId: string): Debugger | undefined {
    return this.#attached.get(sessionId);
  }

  /** @throws Problem 409 when the session has a debugger already. */
  async attach(sessionId: string, { breakpoints, stop }: DebugAttach): Promise<Debugger> {
    if (this.#attached.has(sessionId)) {
      throw conflict('Another debugger is attached to this session; end it first.');
    }
    const made = new Debugger(this.#store, sessionId, breakpoints, stop);
    // Taken before the first await, so that a second request finds it.
    this.#attached.set(sessionId, made);
    await made.open();
    return made;
  }

  /** Takes the debugger of a session over to a replay of it. @throws Problem 409 when it has none. */
  async move(from: string, to: string): Promise<void> {
    const moved = this.#attached.get(from);
    if (!moved) throw conflict('No debugger is attached to this session, so none can follow its replay.');
    this.#attached.delete(from);
    this.#attached.set(to, moved);
    await moved.moveTo(to);
  }

  detach(gone: Debugger): void {
    gone.detach();
    for (const [id, one] of this.#attached) if (one === gone) this.#attached.delete(id);
  }

  /** Ends all of them: the runtime goes. */
  close(): void {
    for (const one of [...this.#attached.values()]) this.detach(one);
  }
}
