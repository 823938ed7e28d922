import { readFile } from 'node:fs/promises';
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

/** How many idle workers are kept for the next run. */
const idleLimit = 4;

/** Worker threads for sandboxes: started ahead, used by one run at a time, replaced when they break. */
export class SandboxPool implements LinkSource {
  readonly #workerFile: string;
  readonly #size: number;
  readonly #idle: WorkerLink[] = [];
  readonly #links = new Set<WorkerLink>();
  readonly #waiting: { resolve(link: Promise<WorkerLink>): void; reject(error: Error): void }[] = [];
  #wasm: Promise<WebAssembly.Module> | undefined;
  #taken = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#workerFile = options.workerFile;
    this.#size = options.size ?? 32;
  }

  /** Starts a worker for the first run, so that it need not wait. */
  async warm(): Promise<void> {
    if (this.#idle.length > 0 || this.#closed) return;
    const link = await this.#start();
    this.#keep(link);
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
    for (const { reject } of this.#waiting.splice(0)) reject(closedError());
    const links = [...this.#links];
    for (const link of links) link.kill('aborted');
    await Promise.all(links.map((link) => link.ended()));
  }

  /** For sandboxes only: a worker that is ready to open a run. */
  acquire(): Promise<WorkerLink> {
    if (this.#closed) return Promise.reject(closedError());
    if (this.#taken >= this.#size) {
      return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    }
    this.#taken += 1;
    return this.#take();
  }

  /** For sandboxes only: gives a worker back, usable or not. */
  release(link: WorkerLink): void {
    const next = this.#closed ? undefined : this.#waiting.shift();
    if (next === undefined) this.#taken -= 1;
    const cleared = this.#clear(link);
    next?.resolve(cleared.then(() => this.#take()));
  }

  /** @throws what starting a worker throws; the place is free again then. */
  async #take(): Promise<WorkerLink> {
    for (let link = this.#idle.pop(); link !== undefined; link = this.#idle.pop()) {
      if (link.alive) return link;
      this.#links.delete(link);
    }
    try {
      return await this.#start();
    } catch (error) {
      this.#taken -= 1;
      throw error;
    }
  }

  async #clear(link: WorkerLink): Promise<void> {
    try {
      if (link.alive) await link.reset();
    } catch {
      // It died on the way; that is what `alive` says below.
    }
    this.#keep(link);
  }

  #keep(link: WorkerLink): void {
    if (link.alive && !this.#closed && this.#idle.length < idleLimit) {
      this.#idle.push(link);
      return;
    }
    this.#links.delete(link);
    link.kill('replaced');
  }

  async #start(): Promise<WorkerLink> {
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
