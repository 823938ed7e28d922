import * as vscode from 'vscode';
import { offer } from '../shared/commands';
import { abortSignal } from '../shared/errors';
import type { Log } from '../shared/log';
import type { ServerInfo } from './state';
import { type Told, type Underway, underway, type Watch } from './underway';

/** How a server goes away under a person's hand. */
export interface Departure {
  /** What is to be done: "Switch to Away". */
  what: string;
  /** The same as it goes on: "Switching to Away". */
  doing: string;
  /** The button for doing it at once. */
  now: string;
  /** Whether work on a server breaks off too that holds on to it whichever is chosen. */
  breaks(held: ServerInfo): boolean;
}

const wait = 'Wait until It Is Done';
/** A server that does not answer holds nobody longer, in milliseconds. */
const mostEndMs = 10_000;

/** Who is to be asked before the chosen server is left. */
export class Leaving {
  private readonly watches = new Set<Watch>();
  /** Work that is to be finished where it began, by its watch. */
  private readonly held = new Map<Watch, ServerInfo>();

  constructor(private readonly log: Log) {}

  /** Has a person asked while the watch tells of something. */
  add(watch: Watch): vscode.Disposable {
    this.watches.add(watch);
    return { dispose: () => this.watches.delete(watch) };
  }

  /** Does work that a person is asked about before; its signal is aborted where they end it. */
  during<T>(told: Told, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return underway(told, (watch) => this.add(watch), work);
  }

  /** The same for work that holds on to its server, and breaks off only where that itself goes. */
  holding<T>(server: ServerInfo, told: Told, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const hold = (watch: Watch) => {
      this.held.set(watch, server);
      return { dispose: () => this.held.delete(watch) };
    };
    return underway(told, hold, work);
  }

  /**
   * Settles once nothing breaks off any more: at once where nothing goes on, else as the person says.
   * @throws CancellationError where the person stays.
   */
  async leave(departure: Departure): Promise<void> {
    const { what: way, now } = departure;
    for (let going = this.going(departure); going.length > 0; going = this.going(departure)) {
      const detail = going.map(({ what, kept }) => `${what} ${kept}`).join('\n\n');
      const picked = await vscode.window.showWarningMessage(
        `${way} and break off what goes on here?`,
        { modal: true, detail },
        wait,
        now,
      );
      if (picked === now) {
        await endAll(going);
        return;
      }
      if (picked !== wait) throw new vscode.CancellationError();
      await waitFor(going, departure);
    }
  }

  /**
   * Ends what breaks off where nobody could be asked before, and says so. Never rejects.
   * @param why a clause: "Mine was changed in the settings"
   */
  async gone(why: string): Promise<void> {
    const going = this.going({ breaks: () => false });
    if (going.length === 0) return;
    const details = going.map(({ what, kept }) => `${what} ${kept}`).join(' ');
    const message = `${why}, so what goes on there is being ended: ${details}`;
    this.log.warn(message);
    offer(this.log, vscode.window.showWarningMessage, message, []);
    await endAll(going);
  }

  private going({ breaks }: Pick<Departure, 'breaks'>): Underway[] {
    const held = [...this.held].flatMap(([watch, server]) => (breaks(server) ? watch : []));
    return [...this.watches, ...held].flatMap((watch) => watch() ?? []);
  }
}

async function endAll(going: readonly Underway[]): Promise<void> {
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Ending what goes on here…' },
    async () => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, mostEndMs);
      });
      await Promise.race([late, Promise.all(going.map((one) => one.end()))]);
      clearTimeout(timer);
    },
  );
}

/** @throws CancellationError where the person does not want to wait any longer, and stays. */
async function waitFor(going: readonly Underway[], { doing }: Departure): Promise<void> {
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `${doing} when this is done: ${going.map(({ what }) => what).join(' ')}`,
      cancellable: true,
    },
    async (_, token) => {
      const { signal, end } = abortSignal(token);
      const left = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new vscode.CancellationError()), { once: true });
      });
      try {
        await Promise.race([left, Promise.all(going.map((one) => one.ended()))]);
      } finally {
        end();
      }
    },
  );
}
