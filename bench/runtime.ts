import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ReadyLine } from '../src/protocol';
import { built } from './extension';

/** The embedded runtime as the extension starts it: its own process, on a data folder of its own. */
export class Runtime {
  private constructor(
    private readonly child: ChildProcess,
    readonly ready: ReadyLine,
    /** Milliseconds from the start of the process to its ready line. */
    readonly startMs: number,
  ) {}

  static async start(dataFolder: string): Promise<Runtime> {
    const began = performance.now();
    const args = [built('runtime.js'), '--port', '0', '--data', dataFolder, '--parent-stdin'];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      log += text;
    });
    const line = await Promise.race([
      once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
      once(child, 'exit').then(([code]) => {
        throw new Error(`The runtime ended with ${code} before it was ready:\n${log}`);
      }),
    ]);
    const startMs = performance.now() - began;
    return new Runtime(child, ReadyLine.parse(JSON.parse(line)), startMs);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill();
    await gone;
  }
}

/** Runs something with a data folder that is removed afterwards. */
export async function withDataFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-bench-data-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
