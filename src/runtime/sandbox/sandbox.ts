import { sentenceOf } from './failure';
import { WorkerGone, type WorkerLink } from './link';
import type { WorkerResult } from './messages';
import { toJson } from './tree';
import { type BlockError, type BlockResult, defaultLimits, type Sandbox, type SandboxOptions } from './types';

/** Where a sandbox gets its thread, and gives it back. */
export interface LinkSource {
  acquire(): Promise<WorkerLink>;
  release(link: WorkerLink): void;
}

/** A run on a worker that is its own until it closes. */
export class RunSandbox implements Sandbox {
  readonly #limits;
  #link: WorkerLink | undefined;
  #data: Record<string, unknown>;
  #busy = false;
  #closed = false;

  private constructor(
    readonly options: SandboxOptions,
    readonly links: LinkSource,
  ) {
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#data = { ...options.data };
  }

  static async open(options: SandboxOptions, links: LinkSource): Promise<RunSandbox> {
    const sandbox = new RunSandbox(options, links);
    try {
      await sandbox.#connect();
    } catch (error) {
      sandbox.#giveBack();
      throw error;
    }
    return sandbox;
  }

  async run(source: string, signal?: AbortSignal): Promise<BlockResult> {
    if (this.#closed) throw new Error('The sandbox is closed; open another to run a block.');
    if (this.#busy) throw new Error('The sandbox runs one block at a time, and one is running.');
    this.#busy = true;
    const started = performance.now();
    const logs: string[] = [];
    try {
      const link = this.#link?.alive ? this.#link : await this.#connect();
      const result = await link.run(
        source,
        this.#limits.timeMs,
        this.#listen(logs),
        signal,
        this.options.debug?.(),
      );
      if (result.spent) link.kill('replaced');
      return this.#finish(result, started);
    } catch (error) {
      if (!(error instanceof WorkerGone)) throw error;
      return this.#lost(error, logs, started);
    } finally {
      this.#busy = false;
      if (this.#closed) this.#giveBack();
    }
  }

  replan(): void {
    this.#link?.replan();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#busy) this.#link?.kill('aborted');
    else this.#giveBack();
  }

  /** A worker of its own, with `data` as the last block that ended left it. */
  async #connect(): Promise<WorkerLink> {
    this.#giveBack();
    const link = await this.links.acquire();
    this.#link = link;
    const { skills, primitives, mcp = [], coverage = false } = this.options;
    const limits = this.#limits;
    await link.open({ type: 'open', skills, mcp, primitives, data: this.#data, limits, coverage });
    return link;
  }

  #giveBack(): void {
    if (this.#link !== undefined) this.links.release(this.#link);
    this.#link = undefined;
  }

  /** Keeps what was logged, for a block whose worker does not live to tell. */
  #listen(logs: string[]): SandboxOptions['call'] {
    return (name, args, signal, from) => {
      if (name === 'log') logs.push(...args.map(String));
      return this.options.call(name, args, signal, from);
    };
  }

  #finish(result: WorkerResult, started: number): BlockResult {
    const changed: [string, unknown][] = Object.entries(result.changed).map(([key, tree]) => [
      key,
      toJson(tree),
    ]);
    const removed: [string, unknown][] = result.removed.map((key) => [key, null]);
    const kept = Object.entries(this.#data).filter(([key]) => !result.removed.includes(key));
    this.#data = Object.fromEntries([...kept, ...changed]);
    return {
      ok: result.error === undefined,
      value: result.error === undefined ? toJson(result.value) : null,
      formatted: result.formatted,
      error: result.error,
      data: { ...this.#data },
      changed: Object.fromEntries([...changed, ...removed]),
      durationMs: performance.now() - started,
      logs: result.logs,
      counts: result.counts,
    };
  }

  #lost(gone: WorkerGone, logs: string[], started: number): BlockResult {
    const kind = gone.reason === 'failed' ? 'throw' : gone.reason;
    const said = sentenceOf(kind, 'Error', gone.message, '', this.#limits);
    const error: BlockError = { ...said, stack: '', kind };
    return {
      ok: false,
      value: null,
      formatted: `${said.name}: ${said.message}`,
      error,
      data: { ...this.#data },
      changed: {},
      durationMs: performance.now() - started,
      logs,
      // They went with the thread.
      counts: [],
    };
  }
}
