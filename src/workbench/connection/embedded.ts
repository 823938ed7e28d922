import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ReadyLine } from '../../protocol';
import { PoliteError, sentence } from '../shared/errors';
import type { Log } from '../shared/log';

/** From the start of the process to its ready line. */
const startTimeoutMs = 20_000;
/** From the polite request to leave to the impolite one. */
const stopTimeoutMs = 3_000;

export interface RuntimeOptions {
  /** Absolute path of `dist/runtime.js`. */
  file: string;
  /** Absolute path of the folder that holds its database. */
  dataFolder: string;
  /** The key that the runtime seals secrets with. */
  vaultKey(): Promise<string>;
  log: Log;
  /** Called when a runtime that was ready ends without having been asked to. */
  onCrash(how: string): void;
}

/** The runtime as a process of its own, with at most one alive. */
export class RuntimeProcess {
  private child: ChildProcess | undefined;
  private ready: Promise<ReadyLine> | undefined;
  /** Counts the stops, so that a start which was overtaken by one ends there. */
  private stops = 0;

  constructor(private readonly options: RuntimeOptions) {}

  /** Process id of the runtime that is alive. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /**
   * Starts the runtime unless it runs.
   * @returns its address and key, once it listens.
   * @throws PoliteError with the last line of its log when it ends or stays silent.
   */
  start(): Promise<ReadyLine> {
    this.ready ??= this.launch().catch((error) => {
      this.ready = undefined;
      throw error;
    });
    return this.ready;
  }

  /** Asks the runtime to leave, then makes it. Settles when it is gone. */
  async stop(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    this.ready = undefined;
    this.stops += 1;
    if (!child || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    // On Windows there is no polite signal; the end of its input says the same on every system.
    child.stdin?.end();
    if (process.platform !== 'win32') {
      child.kill('SIGTERM');
    }
    const force = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await gone;
    clearTimeout(force);
  }

  private async launch(): Promise<ReadyLine> {
    const { file, dataFolder, log } = this.options;
    const began = performance.now();
    const { stops } = this;
    const env = runtimeEnvironment(process.env, await this.vaultKey());
    if (stops !== this.stops) {
      throw new PoliteError('The embedded Tavora runtime was stopped before it had started.');
    }
    const child = spawn(process.execPath, [file, '--port', '0', '--data', dataFolder, '--parent-stdin'], {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.child = child;
    let lastWords = '';
    createInterface({ input: child.stderr }).on('line', (line) => {
      lastWords = line;
      log.info(`runtime: ${line}`);
    });
    // A runtime that is gone cannot be told anything; its exit is reported below.
    child.stdin.on('error', (error) => log.debug(`runtime: stdin: ${error.message}`));
    return new Promise((resolve, reject) => {
      let listening = false;
      const fail = (why: string, cause?: unknown) =>
        reject(new PoliteError(`The embedded Tavora runtime did not start: ${why}`, [], { cause }));
      const timer = setTimeout(() => {
        fail(`it was silent for ${startTimeoutMs / 1000} s.`);
        child.kill('SIGKILL');
      }, startTimeoutMs);
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (listening) {
          log.info(`runtime: ${line}`);
          return;
        }
        try {
          const ready = ReadyLine.parse(JSON.parse(line));
          listening = true;
          clearTimeout(timer);
          log.info(
            `The embedded runtime listens on ${ready.url} (${Math.round(performance.now() - began)} ms).`,
          );
          resolve(ready);
        } catch (error) {
          fail(`its first line is not the ready line: ${line.slice(0, 200)}`, error);
          child.kill('SIGKILL');
        }
      });
      child.once('error', (error) => {
        clearTimeout(timer);
        fail(error.message, error);
      });
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        const how = signal ? `signal ${signal}` : `exit code ${code}`;
        fail(lastWords || `it ended with ${how}.`);
        if (this.child === child) {
          this.child = undefined;
          this.ready = undefined;
          if (listening) {
            this.options.onCrash(how);
          }
        }
      });
    });
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

/**
 * The environment of the runtime: model keys pass, the editor's own variables and the key of another
 * Tavora server do not. The vault's key goes this way, as arguments can be read by every user of the machine.
 */
function runtimeEnvironment(env: NodeJS.ProcessEnv, vaultKey: string | undefined): NodeJS.ProcessEnv {
  const left = Object.entries(env).filter(
    ([name]) =>
      !/^(VSCODE_|NODE_OPTIONS$|TAVORA_API_KEY$|TAVORA_URL$|TAVORA_CONFIG$|TAVORA_SECRET_KEK$)/i.test(name),
  );
  return {
    ...Object.fromEntries(left),
    ELECTRON_RUN_AS_NODE: '1',
    ...(vaultKey === undefined ? {} : { TAVORA_SECRET_KEK: vaultKey }),
  };
}
