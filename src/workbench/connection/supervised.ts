import * as vscode from 'vscode';
import type { ReadyLine } from '../../protocol';
import { offer } from '../shared/commands';
import { sentence } from '../shared/errors';
import type { Log } from '../shared/log';
import { RuntimeProcess } from './embedded';
import type { RuntimeSettings } from './runtime-settings';

/** A runtime that crashes more often than this within the window is left down until a person says so. */
const patience = { crashes: 4, windowMs: 60_000 };
const firstDelayMs = 250;

export interface SupervisedOptions {
  file: string;
  dataFolder: string;
  /** The key that the runtime seals secrets with. */
  vaultKey(): Promise<string>;
  /** What a person has set; read at each start. */
  settings(): RuntimeSettings;
  log: Log;
  /** The runtime is down. @param restarting whether it is about to be started again. */
  onDown(message: string, restarting: boolean): void;
  /** Starts it again by the way that requests take. */
  restart(): Promise<void>;
}

/** The embedded runtime, started again when it crashes: at once at first, then more slowly, then not. */
export class SupervisedRuntime implements vscode.Disposable {
  private readonly process: RuntimeProcess;
  private crashes: number[] = [];
  private timer: NodeJS.Timeout | undefined;
  private disposed = false;
  /** How much work is to be finished on it whichever server is chosen. */
  private users = 0;
  /** It is to stop once that is done. */
  private leaving = false;

  constructor(private readonly options: SupervisedOptions) {
    const { file, dataFolder, vaultKey, settings, log } = options;
    this.process = new RuntimeProcess({
      file,
      dataFolder,
      vaultKey,
      settings,
      log,
      onCrash: (how) => this.crashed(how),
    });
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  start(): Promise<ReadyLine> {
    clearTimeout(this.timer);
    return this.process.start();
  }

  /** Stops it at once, whatever goes on there. */
  async stop(): Promise<void> {
    this.leaving = false;
    clearTimeout(this.timer);
    await this.process.stop();
  }

  /** Does work that is to be finished there: `leave` waits for its end. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.users += 1;
    try {
      return await work();
    } finally {
      this.users -= 1;
      if (this.leaving) await this.leave();
    }
  }

  /** Stops it as soon as no work is to be finished there any more. */
  async leave(): Promise<void> {
    if (this.users > 0) this.leaving = true;
    else await this.stop();
  }

  /** Takes `leave` back. */
  stay(): void {
    this.leaving = false;
  }

  /** Says of changed settings, while a runtime runs, that the next one has them. */
  settingsChanged(): void {
    if (this.pid === undefined) {
      return;
    }
    const message = 'The embedded Tavora runtime takes its changed settings over when it is started again.';
    const restart = {
      label: 'Restart Now',
      run: () => vscode.commands.executeCommand('tavora.restartRuntime'),
    };
    offer(this.options.log, vscode.window.showInformationMessage, message, [restart]);
  }

  /** Forgets earlier crashes. */
  forgive(): void {
    this.crashes = [];
  }

  dispose(): void {
    this.disposed = true;
    this.stop().catch((error) => this.options.log.error('The embedded runtime did not stop.', error));
  }

  private crashed(how: string): void {
    if (this.disposed) {
      return;
    }
    const now = Date.now();
    this.crashes = [...this.crashes.filter((at) => now - at < patience.windowMs), now];
    const count = this.crashes.length;
    const again = count <= patience.crashes;
    const message = again
      ? `The embedded Tavora runtime stopped (${how}) and is being restarted. What had been recorded is kept.`
      : `The embedded Tavora runtime stopped ${count} times within a minute (${how}) and is left down.`;
    this.options.log.error(message);
    this.options.onDown(message, again);
    if (again) {
      this.timer = setTimeout(
        () => {
          this.options.restart().catch((error) => this.options.log.error(sentence(error), error));
        },
        firstDelayMs * 2 ** (count - 1),
      );
    }
    const { log } = this.options;
    const showLog = { label: 'Show Log', run: async () => log.show() };
    const restart = { label: 'Restart', run: () => vscode.commands.executeCommand('tavora.restartRuntime') };
    if (again) {
      offer(log, vscode.window.showWarningMessage, message, [showLog]);
    } else {
      offer(log, vscode.window.showErrorMessage, message, [restart, showLog]);
    }
  }
}
