import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ReadyLine } from '../../../src/protocol';

/** `dist/runtime.js` as a process of its own, as the extension and a person start it. */
export class RuntimeProcess {
  readonly child: ChildProcess;
  readonly output: string[] = [];
  errors = '';
  /** Settles with the exit code, null after a signal, when both streams have ended. */
  readonly ended: Promise<number | null>;

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
    if (this.child.stdout) createInterface(this.child.stdout).on('line', (line) => this.output.push(line));
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** @throws with what the process said when it ends first. */
  async ready(): Promise<ReadyLine> {
    const { stdout } = this.child;
    if (this.output.length === 0 && stdout) await Promise.race([once(stdout, 'data'), this.ended]);
    // The line splitter has the chunk one turn later.
    await new Promise((resolve) => setImmediate(resolve));
    const [line] = this.output;
    if (line === undefined) throw new Error(`The runtime did not start: ${this.errors}`);
    return ReadyLine.parse(JSON.parse(line));
  }

  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.ended;
  }
}
