import assert from 'node:assert/strict';
import path from 'node:path';
import {
  type BlockResult,
  type Sandbox,
  type SandboxOptions,
  SandboxPool,
} from '../../../src/runtime/sandbox';

/** The worker as it is shipped. */
export const workerFile = path.join(process.cwd(), 'dist', 'sandbox-worker.js');

export interface Call {
  name: string;
  args: unknown[];
}

/** A pool for one suite, and sandboxes that close after each test. */
export class Bench {
  readonly calls: Call[] = [];
  #pool: SandboxPool | undefined;
  readonly #open: Sandbox[] = [];

  constructor() {
    before(() => {
      this.#pool = new SandboxPool({ workerFile });
      return this.#pool.warm();
    });
    afterEach(() => {
      for (const sandbox of this.#open.splice(0)) sandbox.close();
      this.calls.length = 0;
    });
    after(() => this.#pool?.close());
  }

  async open(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
    assert.ok(this.#pool, 'open() is for tests, not for the suite itself');
    const { call = async () => undefined, ...rest } = options;
    const sandbox = await this.#pool.open({
      skills: [],
      primitives: ['search', 'confirm', 'ai'],
      call: (name, args, signal, from) => {
        this.calls.push({ name, args });
        return call(name, args, signal, from);
      },
      ...rest,
    });
    this.#open.push(sandbox);
    return sandbox;
  }

  /** Runs one block in a sandbox of its own. */
  async run(source: string, options: Partial<SandboxOptions> = {}): Promise<BlockResult> {
    const sandbox = await this.open(options);
    return sandbox.run(source);
  }

  /** @returns what the block gave; fails when it failed. */
  async value(source: string, options: Partial<SandboxOptions> = {}): Promise<unknown> {
    const result = await this.run(source, options);
    assert.equal(result.error, undefined, result.formatted);
    return result.value;
  }

  /** @returns the error of the block; fails when it ran. */
  async failure(
    source: string,
    options: Partial<SandboxOptions> = {},
  ): Promise<NonNullable<BlockResult['error']>> {
    const result = await this.run(source, options);
    assert.ok(result.error, `the block gave ${result.formatted}`);
    assert.equal(result.ok, false);
    return result.error;
  }
}

/** What a person and the model can see of a result. */
export function visible({ value, formatted, error, data, changed, logs, ok }: BlockResult) {
  return { ok, value, formatted, error, data, changed, logs };
}
