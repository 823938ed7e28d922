import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { LocalRuntime } from '../../src/client';
import type { ReadyLine } from '../../src/protocol';
import { built } from '../extension';

const run = promisify(execFile);

/** The embedded runtime as the extension starts it: its own process, on a data folder of its own. */
export class Runtime {
  private constructor(
    private readonly local: LocalRuntime,
    readonly ready: ReadyLine,
    /** Milliseconds from the start of the process to its ready line. */
    readonly startMs: number,
  ) {}

  static async start(dataFolder: string): Promise<Runtime> {
    const began = performance.now();
    const local = new LocalRuntime({ file: built('runtime.js'), dataFolder, startMs: 60_000, stopMs: 5_000 });
    const ready = await local.ready;
    return new Runtime(local, ready, performance.now() - began);
  }

  /** Waits until its memory no longer changes. @returns the resident memory, in megabytes. */
  async atRest(): Promise<number> {
    let before = 0;
    for (let look = 0; look < 50; look++) {
      const now = await this.#resident();
      if (Math.abs(now - before) < 1) return now;
      before = now;
      await setTimeout(200);
    }
    return before;
  }

  async #resident(): Promise<number> {
    const { pid } = this.ready;
    if (process.platform === 'linux') {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_000;
    }
    const { stdout } =
      process.platform === 'win32'
        ? await run('powershell', ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).WorkingSet64 / 1kb`])
        : await run('ps', ['-o', 'rss=', '-p', String(pid)]);
    return (Number(stdout) * 1_024) / 1e6;
  }

  stop(): Promise<void> {
    return this.local.stop();
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
