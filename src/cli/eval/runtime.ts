import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ReadyLine } from '../../protocol';
import { CannotRun } from '../problem';
import type { Server } from './server';

/** From the start of the process to its ready line, in milliseconds. */
const startMs = 60_000;
/** From the polite request to leave to the impolite one, in milliseconds. */
const stopMs = 5_000;

/** The first Node with the database that the runtime keeps everything in. */
const oldest = { major: 22, minor: 13 };

/** The embedded runtime as a process of its own over an empty folder, which goes with it. */
export class EmbeddedRuntime implements Server {
  private constructor(
    private readonly child: ChildProcess,
    private readonly data: string,
    readonly url: string,
    readonly apiKey: string,
  ) {}

  /**
   * Starts it on a free port of this machine.
   * @param file `dist/runtime.js`
   * @param signal gives the start up, and leaves nothing behind
   * @throws CannotRun when it does not start, or when this Node is too old for it
   */
  static async start(file: string, signal: AbortSignal): Promise<EmbeddedRuntime> {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    if (major < oldest.major || (major === oldest.major && minor < oldest.minor)) {
      throw new CannotRun(
        `The embedded runtime needs Node ${oldest.major}.${oldest.minor} or later, and this is ${process.versions.node}. ` +
          'Use a newer Node, or name a server with --server.',
      );
    }
    const data = await mkdtemp(path.join(os.tmpdir(), 'tavora-eval-'));
    // The end of its input ends it too, should this process be killed.
    const child = spawn(process.execPath, [file, '--port', '0', '--data', data, '--parent-stdin'], {
      env: runtimeEnvironment(process.env),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    try {
      const { url, apiKey } = await readyLine(child, signal);
      return new EmbeddedRuntime(child, data, url, apiKey);
    } catch (error) {
      await end(child);
      await remove(data);
      throw error;
    }
  }

  /** Settles when the process has ended, as a message or its code. */
  async ended(): Promise<string> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.signalCode ? `signal ${child.signalCode}` : `exit code ${child.exitCode}`;
  }

  /** Ends the process and removes its folder. */
  async stop(): Promise<void> {
    await end(this.child);
    await remove(this.data);
  }
}

function readyLine(child: ChildProcess, signal: AbortSignal): Promise<ReadyLine> {
  return new Promise((resolve, reject) => {
    let lastWords = '';
    const fail = (why: string, cause?: unknown) =>
      reject(new CannotRun(`The embedded runtime did not start: ${why}`, { cause }));
    const stopped = () => reject(new CannotRun('Stopped.'));
    if (signal.aborted) stopped();
    signal.addEventListener('abort', stopped, { once: true });
    const timer = setTimeout(() => fail(`it was silent for ${startMs / 1_000} s.`), startMs);
    const { stdout, stderr } = child;
    if (!stdout || !stderr) throw new TypeError('The runtime was started without pipes.');
    createInterface({ input: stderr }).on('line', (line) => {
      lastWords = line;
    });
    createInterface({ input: stdout }).once('line', (line) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stopped);
      try {
        resolve(ReadyLine.parse(JSON.parse(line)));
      } catch (error) {
        fail(`its first line is not the ready line: ${line.slice(0, 200)}`, error);
      }
    });
    // A runtime that is gone cannot be told anything; its exit is what counts.
    child.stdin?.on('error', () => undefined);
    child.once('error', (error) => fail(error.message, error));
    child.once('exit', (code, name) => {
      clearTimeout(timer);
      fail(lastWords || `it ended with ${name ? `signal ${name}` : `exit code ${code}`}.`);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  // On Windows there is no polite signal; the end of its input says the same on every system.
  child.stdin?.end();
  if (process.platform !== 'win32') child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), stopMs);
  await gone;
  clearTimeout(force);
}

async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** Model keys pass; what names another Tavora server, and its key, do not. */
function runtimeEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(NODE_OPTIONS|TAVORA_API_KEY|TAVORA_URL|TAVORA_CONFIG)$/i.test(name),
  );
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}
