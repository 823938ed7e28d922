import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ReadyLine } from '../protocol';

export interface LocalRuntimeOptions {
  /** Absolute path of `dist/runtime.js`. */
  file: string;
  /** Absolute path of the folder that holds its database. */
  dataFolder: string;
  /** The key that the runtime seals secrets with; without it everything but vaults works. */
  vaultKey?: string | undefined;
  /** Arguments beside its port and folder. */
  args?: readonly string[];
  /** Variables beside those of this process that it gets. */
  env?: Readonly<Record<string, string>>;
  /** From the start of the process to its ready line, in milliseconds. */
  startMs: number;
  /** From the polite request to leave to the impolite one, in milliseconds. */
  stopMs: number;
  /** Called with each line that it writes to its log. */
  onLine?(line: string): void;
}

// It is one program beside an editor and many others, and rests most of the time: a nursery of 2 MB for young objects
// and one heap of the C library for all threads, which Linux would else keep one each of, save 14 MB of 133. What V8's
// compilers had is given back: without a word the library keeps up to twice its largest piece, which is 6 MB more at rest.
const lean = ['--max-semi-space-size=2'];
const leanMemory = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' };

/** Why a runtime did not come to listen: the end of a sentence, for people. */
export class LocalRuntimeError extends Error {
  override readonly name = 'LocalRuntimeError';
}

/** The Tavora runtime as a process of this machine, on a free port; it ends with the process that started it. */
export class LocalRuntime {
  private readonly child: ChildProcess;
  private readonly gone: Promise<unknown>;
  /** Its address and key, once it listens. Rejects with a LocalRuntimeError when it does not come to that. */
  readonly ready: Promise<ReadyLine>;

  /** Starts the process. */
  constructor(private readonly options: LocalRuntimeOptions) {
    const { file, dataFolder, vaultKey, args = [], env = {} } = options;
    // The end of its input ends it too, should this process be killed.
    const own = ['--port', '0', '--data', dataFolder, '--parent-stdin'];
    this.child = spawn(process.execPath, [...lean, file, ...own, ...args], {
      env: { ...leanMemory, ...runtimeEnvironment(process.env, vaultKey), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    // One that could not be started at all has no exit.
    this.gone = new Promise<void>((resolve) => {
      this.child.once('exit', () => resolve());
      this.child.once('error', () => resolve());
    });
    this.ready = this.listens();
    // Whoever gave up waiting does not want to hear of it.
    this.ready.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Settles when the process has ended, with its signal or exit code in words. */
  async ended(): Promise<string> {
    await this.gone;
    return howItEnded(this.child.exitCode, this.child.signalCode);
  }

  /** Asks the runtime to leave, then makes it. Settles when it is gone. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    // On Windows there is no polite signal; the end of its input says the same on every system.
    child.stdin?.end();
    if (process.platform !== 'win32') child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), this.options.stopMs);
    await this.gone;
    clearTimeout(force);
  }

  private async listens(): Promise<ReadyLine> {
    const { child } = this;
    const { startMs, onLine } = this.options;
    const { stdin, stdout, stderr } = child;
    if (!stdin || !stdout || !stderr) throw new TypeError('The runtime was started without pipes.');
    // A runtime that is gone cannot be told anything; its exit is what counts.
    stdin.on('error', () => undefined);
    let lastWords = '';
    createInterface({ input: stderr }).on('line', (line) => {
      lastWords = line;
      onLine?.(line);
    });
    const first = new Promise<string>((resolve) => {
      let isListening = false;
      createInterface({ input: stdout }).on('line', (line) => {
        if (isListening) onLine?.(line);
        else resolve(line);
        isListening = true;
      });
    });
    // Not before its last words have been read.
    const closed = once(child, 'close').then(([code, signal]) => {
      throw new LocalRuntimeError(lastWords || `it ended with ${howItEnded(code, signal)}.`);
    });
    closed.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      const why = `it was silent for ${startMs / 1_000} s.`;
      timer = setTimeout(() => reject(new LocalRuntimeError(why)), startMs);
    });
    try {
      return readyLine(await Promise.race([first, closed, silence]));
    } catch (error) {
      child.kill('SIGKILL');
      // `once` rejects with the error of a process that could not be started.
      if (error instanceof LocalRuntimeError || !(error instanceof Error)) throw error;
      throw new LocalRuntimeError(error.message, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}

function readyLine(line: string): ReadyLine {
  try {
    return ReadyLine.parse(JSON.parse(line));
  } catch (error) {
    const why = `its first line is not the ready line: ${line.slice(0, 200)}`;
    throw new LocalRuntimeError(why, { cause: error });
  }
}

function howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
  return signal ? `signal ${signal}` : `exit code ${code}`;
}

/**
 * The environment of the runtime: model keys pass, the editor's own variables and the key of another Tavora server do
 * not. The vault's key goes this way, as arguments can be read by every user of the machine.
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
