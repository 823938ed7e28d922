import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { LocalRuntime, LocalRuntimeError } from '../../client';
import type { ReadyLine } from '../../protocol';
import { CannotRun } from '../problem';
import type { Server } from './server';

/** From the start of the process to its ready line, in milliseconds: a machine of a CI may be slow. */
const startMs = 60_000;
/** From the polite request to leave to the impolite one, in milliseconds. */
const stopMs = 5_000;

/** The first Node with the database that the runtime keeps everything in. */
const oldest = { major: 22, minor: 13 };

/** The embedded runtime over an empty folder, which goes with it. */
export class EmbeddedRuntime implements Server {
  private constructor(
    private readonly runtime: LocalRuntime,
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
    const vaultKey = process.env.TAVORA_SECRET_KEK;
    const runtime = new LocalRuntime({ file, dataFolder: data, vaultKey, startMs, stopMs });
    try {
      const { url, apiKey } = await readyUnless(runtime, signal);
      return new EmbeddedRuntime(runtime, data, url, apiKey);
    } catch (error) {
      await runtime.stop();
      await remove(data);
      if (!(error instanceof LocalRuntimeError)) throw error;
      throw new CannotRun(`The embedded runtime did not start: ${error.message}`, { cause: error });
    }
  }

  /** Settles when the process has ended, with its signal or exit code in words. */
  ended(): Promise<string> {
    return this.runtime.ended();
  }

  /** Ends the process and removes its folder. */
  async stop(): Promise<void> {
    await this.runtime.stop();
    await remove(this.data);
  }
}

async function readyUnless(runtime: LocalRuntime, signal: AbortSignal): Promise<ReadyLine> {
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new CannotRun('Stopped.'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([runtime.ready, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
