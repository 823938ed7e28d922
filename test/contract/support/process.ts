import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { ReadyLine } from '../../../src/protocol';

/** `dist/runtime.js` as a process of its own, as the extension and a person start it. */
export class RuntimeProcess {
  readonly child: ChildProcess;
  readonly output: string[] = [];
  errors = '';
  /** Settles with the exit code, null after a signal, when both streams have ended. */
  readonly ended: Promise<number | null>;
  /** Settles with the first line that it prints. */
  readonly #first: Promise<unknown>;

  /** @param file where `dist/runtime.js` is, for who runs in another folder than the repository */
  constructor(
    data: string,
    args: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
    file = path.resolve('dist/runtime.js'),
  ) {
    const { TAVORA_MODEL, ...inherited } = process.env;
    this.child = spawn(process.execPath, [file, '--data', data, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // In an editor the program that runs this is the editor itself.
      env: { ...inherited, ELECTRON_RUN_AS_NODE: '1', ...env },
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    const lines = createInterface(this.child.stdout as Readable);
    this.#first = once(
      lines.on('line', (line) => this.output.push(line)),
      'line',
    );
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** @throws with what the process said when it ends first. */
  async ready(): Promise<ReadyLine> {
    await Promise.race([this.#first, this.ended]);
    const [line] = this.output;
    if (line === undefined) throw new Error(`The runtime did not start: ${this.errors}`);
    return ReadyLine.parse(JSON.parse(line));
  }

  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.ended;
  }
}
