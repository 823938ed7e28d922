import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { WorkerLink } from './link';
import { type LinkSource, RunSandbox } from './sandbox';
import type { Sandbox, SandboxOptions } from './types';

export interface PoolOptions {
  /** `sandbox-worker.js`; the engine, `quickjs.wasm`, lies beside it. */
  workerFile: string;
  /** How many sandboxes may be open at once; more wait for their turn. A paused run takes one. */
  size?: number;
}

/** How many idle workers are kept for the next run, and how many when there has been none for a while. */
const idleLimit = { busy: 8, quiet: 1 };

/** After so long without a run the workers that it does not need are ended. */
const quietMs = 60_000;

/**
 * One more worker is started for runs that wait once none has been given back or started for so long. A block is a
 * matter of milliseconds, a new worker of a hundred and some 17 MB; but a run that waits for a person keeps its worker.
 */
const patienceMs = 100;

/** So many workers are started without waiting: as many as can compute at the same time. */
const eager = availableParallelism();

/** A run that waits for a worker. */
interface Waiting {
  resolve(link: WorkerLink | Promise<WorkerLink>): void;
  reject(error: Error): void;
  timer?: NodeJS.Timeout;
}

/** Worker threads for sandboxes: started ahead, used by one run at a time, replaced when they break. */
export class SandboxPool implements LinkSource {
  readonly #workerFile: string;
  readonly #size: number;
  readonly #idle: WorkerLink[] = [];
  readonly #links = new Set<WorkerLink>();
  readonly #waiting: Waiting[] = [];
  #wasm: Promise<WebAssembly.Module> | undefined;
  /** Places in use: by a run, or by a worker that is being started or cleared. */
  #taken = 0;
  #quiet: NodeJS.Timeout | undefined;
  /** When a worker was last given back or started. */
  #moved = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#workerFile = options.workerFile;
    this.#size = options.size ?? 32;
  }

  /** Starts a worker for the first run, so that it need not wait. */
  async warm(): Promise<void> {
    if (this.#idle.length > 0 || this.#taken > 0 || this.#closed) return;
    this.#taken += 1;
    this.#free(await this.#startInPlace());
  }

  /**
   * Opens a sandbox, once one of the places is free.
   * @throws when the pool is closed, or its worker cannot be started
   */
  open(options: SandboxOptions): Promise<Sandbox> {
    return RunSandbox.open(options, this);
  }

  /** Ends every worker; blocks that still run end as cancelled. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#quiet);
    for (const { reject, timer } of this.#waiting.splice(0)) {
      clearTimeout(timer);
      reject(closedError());
    }
    const links = [...this.#links];
    for (const link of links) link.kill('aborted');
    await Promise.all(links.map((link) => link.ended()));
  }

  /** For sandboxes only: a worker that is ready to open a run. */
  acquire(): Promise<WorkerLink> {
    if (this.#closed) return Promise.reject(closedError());
    for (let link = this.#idle.pop(); link !== undefined; link = this.#idle.pop()) {
      if (link.alive) {
        this.#taken += 1;
        return Promise.resolve(link);
      }
      this.#links.delete(link);
    }
    if (this.#taken < Math.min(eager, this.#size)) {
      this.#taken += 1;
      return this.#startInPlace();
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { resolve, reject };
      this.#waiting.push(waiting);
      this.#watch(waiting);
    });
  }

  /** For sandboxes only: gives a worker back, usable or not. */
  release(link: WorkerLink): void {
    void this.#clear(link).then(() => this.#free(link));
  }

  async #clear(link: WorkerLink): Promise<void> {
    try {
      if (link.alive) await link.reset();
    } catch {
      // It died on the way; that is what `alive` says afterwards.
    }
  }

  /** Hands a worker, and the place it takes, to whoever waits longest; or keeps it. */
  #free(link: WorkerLink): void {
    this.#moved = performance.now();
    const next = this.#closed ? undefined : this.#waiting.shift();
    clearTimeout(next?.timer);
    if (next && link.alive) {
      next.resolve(link);
      return;
    }
    if (link.alive && !this.#closed && this.#idle.length < idleLimit.busy) {
      this.#taken -= 1;
      this.#idle.push(link);
      this.#rest();
      return;
    }
    this.#links.delete(link);
    link.kill('replaced');
    if (next) next.resolve(this.#startInPlace());
    else this.#taken -= 1;
  }

  /** Starts one more worker for a run that waits, once nothing moves and as soon as there is a place for it. */
  #watch(waiting: Waiting, forMs = patienceMs): void {
    waiting.timer = setTimeout(() => {
      const still = this.#moved + patienceMs - performance.now();
      if (still > 0 || this.#taken >= this.#size) {
        this.#watch(waiting, still > 0 ? still : patienceMs);
        return;
      }
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      this.#taken += 1;
      waiting.resolve(this.#startInPlace());
    }, forMs);
  }

  /** Ends the workers that nobody has needed for a while. */
  #rest(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      for (const link of this.#idle.splice(idleLimit.quiet)) {
        this.#links.delete(link);
        link.kill('replaced');
      }
    }, quietMs).unref();
  }

  /** @throws what starting a worker throws; the place, which the caller has taken, is free again then. */
  async #startInPlace(): Promise<WorkerLink> {
    try {
      return await this.#start();
    } catch (error) {
      this.#taken -= 1;
      throw error;
    }
  }

  async #start(): Promise<WorkerLink> {
    this.#moved = performance.now();
    this.#wasm ??= this.#compile();
    const link = new WorkerLink(this.#workerFile, await this.#wasm);
    this.#links.add(link);
    try {
      await link.ready();
    } catch (error) {
      this.#links.delete(link);
      throw error;
    }
    return link;
  }

  async #compile(): Promise<WebAssembly.Module> {
    const file = path.join(path.dirname(this.#workerFile), 'quickjs.wasm');
    return WebAssembly.compile(new Uint8Array(await readFile(file)));
  }
}

function closedError(): Error {
  return new Error('The sandbox pool is closed: the runtime is shutting down.');
}
