import * as vscode from 'vscode';
import { LocalRuntime, LocalRuntimeError } from '../../client';
import type { ReadyLine } from '../../protocol';
import { PoliteError, sentence } from '../shared/errors';
import type { Log } from '../shared/log';
import { inSettings, type RuntimeSettings, runtimeSection } from './runtime-settings';

/** From the start of the process to its ready line. */
const startMs = 20_000;
/** From the polite request to leave to the impolite one. */
const stopMs = 3_000;

export interface RuntimeOptions {
  /** Absolute path of `dist/runtime.js`. */
  file: string;
  /** Absolute path of the folder that holds its database. */
  dataFolder: string;
  /** The key that the runtime seals secrets with. */
  vaultKey(): Promise<string>;
  /** What a person has set; read at each start. */
  settings(): RuntimeSettings;
  log: Log;
  /** Called when a runtime that was ready ends without having been asked to. */
  onCrash(how: string): void;
}

const openSettings = {
  label: 'Open Settings',
  run: () => vscode.commands.executeCommand('workbench.action.openSettings', runtimeSection),
};

/** The embedded runtime, with at most one process of it alive. */
export class RuntimeProcess {
  private runtime: LocalRuntime | undefined;
  private ready: Promise<ReadyLine> | undefined;
  /** Counts the stops, so that a start which was overtaken by one ends there. */
  private stops = 0;

  constructor(private readonly options: RuntimeOptions) {}

  /** Process id of the runtime that is alive. */
  get pid(): number | undefined {
    return this.runtime?.pid;
  }

  /**
   * Starts the runtime unless it runs.
   * @returns its address and key, once it listens.
   * @throws PoliteError with the last line of its log when it ends or stays silent.
   */
  start(): Promise<ReadyLine> {
    if (this.ready) return this.ready;
    const ready = this.launch().catch((error) => {
      // Another start may have followed a stop.
      if (this.ready === ready) this.ready = undefined;
      throw error;
    });
    this.ready = ready;
    return ready;
  }

  /** Asks the runtime to leave, then makes it. Settles when it is gone. */
  async stop(): Promise<void> {
    const { runtime } = this;
    this.runtime = undefined;
    this.ready = undefined;
    this.stops += 1;
    await runtime?.stop();
  }

  private async launch(): Promise<ReadyLine> {
    const { file, dataFolder, log } = this.options;
    const settings = this.options.settings();
    const began = performance.now();
    const { stops } = this;
    const vaultKey = await this.vaultKey();
    if (stops !== this.stops) {
      throw new PoliteError('The embedded Tavora runtime was stopped before it had started.');
    }
    const onLine = (line: string) => log.info(`runtime: ${line}`);
    const runtime = new LocalRuntime({ file, dataFolder, vaultKey, startMs, stopMs, onLine, ...settings });
    this.runtime = runtime;
    try {
      const ready = await runtime.ready;
      const took = Math.round(performance.now() - began);
      log.info(`The embedded runtime listens on ${ready.url} (${took} ms).`);
      void runtime.ended().then((how) => {
        if (this.forget(runtime)) this.options.onCrash(how);
      });
      return ready;
    } catch (error) {
      this.forget(runtime);
      if (!(error instanceof LocalRuntimeError)) throw error;
      const told = inSettings(error.message, settings);
      const remedies = told === error.message ? [] : [openSettings];
      const message = `The embedded Tavora runtime did not start: ${told}`;
      throw new PoliteError(message, remedies, { cause: error });
    }
  }

  /** @returns false for a process that was stopped on purpose, or has been followed by another. */
  private forget(runtime: LocalRuntime): boolean {
    if (this.runtime !== runtime) return false;
    this.runtime = undefined;
    this.ready = undefined;
    return true;
  }

  /** @returns undefined when there is none: everything but vaults works without it, and says so. */
  private async vaultKey(): Promise<string | undefined> {
    try {
      return await this.options.vaultKey();
    } catch (error) {
      this.options.log.error(`There is no key for secret vaults: ${sentence(error)}`, error);
      return undefined;
    }
  }
}
