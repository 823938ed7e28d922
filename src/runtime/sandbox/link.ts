import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { answerTo, cancelled, type Question, type Reply } from './debug/answers';
import { debugPatience, type SandboxDebug } from './debug/types';
import {
  type CallMessage,
  cells,
  type DebugMessage,
  type FromWorker,
  type OpenMessage,
  type ToWorker,
  type WorkerResult,
  type WorkerStart,
} from './messages';
import type { SandboxOptions } from './types';

/** How a block ended that was stopped from outside. */
export type Stopped = 'timeout' | 'aborted';

/** The worker is gone: it was killed for a reason, or it failed by itself. */
export class WorkerGone extends Error {
  constructor(
    message: string,
    readonly reason: Stopped | 'memory' | 'failed',
  ) {
    super(message);
    this.name = 'WorkerGone';
  }
}

interface Running {
  call: SandboxOptions['call'];
  debug: SandboxDebug | undefined;
  /** Milliseconds of computing after which the worker is killed, should the engine not stop by itself. */
  leftMs: number;
  resumedAt: number;
  timer?: NodeJS.Timeout;
  /** Ends the host calls under way. */
  controller: AbortController;
  /** Answers what the worker waits for. */
  answer?: (reply: Reply) => void;
  /** What it waits for. */
  question?: Question;
}

interface Waiting {
  type: FromWorker['type'];
  resolve(message: FromWorker): void;
  reject(error: WorkerGone): void;
}

/** What the engine may overrun its limit by before its thread is killed: built-in functions cannot be interrupted. */
const graceMs = 2_000;
/** WebAssembly frames of QuickJS live on the thread's stack too, about 8 bytes to one of the engine's. */
const stackSizeMb = 32;

/** One worker thread and the conversation with it. */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #calls: MessagePort;
  readonly #shared: Int32Array;
  #running: Running | undefined;
  #waiting: Waiting | undefined;
  #gone: WorkerGone | undefined;
  #killed: Stopped | 'replaced' | undefined;

  constructor(file: string, wasm: WebAssembly.Module) {
    const { port1, port2 } = new MessageChannel();
    const start: WorkerStart = { wasm, cells: new SharedArrayBuffer(4 * cells.count), calls: port2 };
    this.#shared = new Int32Array(start.cells);
    this.#worker = new Worker(file, {
      workerData: start,
      transferList: [port2],
      name: 'tavora-sandbox',
      // Nothing of the runtime's environment, where keys are, belongs into this thread.
      env: {},
      argv: [],
      resourceLimits: { stackSizeMb, maxOldGenerationSizeMb: 256 },
    });
    this.#calls = port1;
    this.#calls.on('message', (message: CallMessage | DebugMessage) => this.#hear(message));
    this.#worker.on('message', (message: FromWorker) => {
      if (message.type === this.#waiting?.type) this.#waiting.resolve(message);
    });
    this.#worker.once('error', (error) => this.#end(error));
    this.#worker.once('exit', () => this.#end(undefined));
    this.#hold(false);
  }

  /** False once the thread has ended or is about to. */
  get alive(): boolean {
    return this.#gone === undefined && !this.#killed;
  }

  /** Waits until the worker can open a run. @throws {WorkerGone} */
  async ready(): Promise<void> {
    await this.#until('ready');
  }

  /** @throws {WorkerGone} */
  async open(message: OpenMessage): Promise<void> {
    await this.#ask(message, 'opened');
  }

  /** Clears the run away and waits until the worker can open another. @throws {WorkerGone} */
  async reset(): Promise<void> {
    await this.#ask({ type: 'close' }, 'ready');
  }

  /**
   * Runs a block.
   * @param timeMs computing time after which the engine stops by itself
   * @throws {WorkerGone}
   */
  async run(
    source: string,
    timeMs: number,
    call: SandboxOptions['call'],
    signal?: AbortSignal,
    debug?: SandboxDebug,
  ): Promise<WorkerResult> {
    const running: Running = {
      call,
      debug,
      leftMs: (debug ? timeMs * debugPatience : timeMs) + graceMs,
      resumedAt: performance.now(),
      controller: new AbortController(),
    };
    this.#running = running;
    Atomics.store(this.#shared, cells.stop, 0);
    const abort = (): void => this.#abort(running);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    this.#watch(running);
    try {
      const message = await this.#ask(
        { type: 'run', source, ...(debug ? { debug: { block: debug.block, plan: debug.plan() } } : {}) },
        'ran',
      );
      return message.result;
    } finally {
      signal?.removeEventListener('abort', abort);
      clearTimeout(running.timer);
      running.controller.abort();
      this.#running = undefined;
    }
  }

  /** Makes the running block ask for its debugger's plan. */
  replan(): void {
    Atomics.add(this.#shared, cells.plan, 1);
  }

  /** Ends the thread at once, whatever it does. */
  kill(reason: Stopped | 'replaced'): void {
    this.#killed ??= reason;
    this.#running?.controller.abort();
    void this.#worker.terminate();
  }

  /** Resolves once the thread is gone. */
  async ended(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(message: ToWorker, type: 'ran'): Promise<Extract<FromWorker, { type: 'ran' }>>;
  #ask(message: ToWorker, type: FromWorker['type']): Promise<FromWorker>;
  #ask(message: ToWorker, type: FromWorker['type']): Promise<FromWorker> {
    const answer = this.#until(type);
    this.#worker.postMessage(message);
    return answer;
  }

  async #until(type: FromWorker['type']): Promise<FromWorker> {
    if (this.#gone !== undefined) throw this.#gone;
    this.#hold(true);
    try {
      return await new Promise<FromWorker>((resolve, reject) => {
        this.#waiting = { type, resolve, reject };
      });
    } finally {
      this.#waiting = undefined;
      this.#hold(false);
    }
  }

  /** A thread at rest must not keep the process alive; one at work must. */
  #hold(busy: boolean): void {
    if (busy) {
      this.#worker.ref();
      this.#calls.ref();
    } else {
      this.#worker.unref();
      this.#calls.unref();
    }
  }

  #watch(running: Running): void {
    running.resumedAt = performance.now();
    running.timer = setTimeout(() => this.kill('timeout'), running.leftMs);
  }

  #abort(running: Running): void {
    Atomics.store(this.#shared, cells.stop, 1);
    running.controller.abort();
    if (running.question) running.answer?.(cancelled(running.question));
    clearTimeout(running.timer);
    running.timer = setTimeout(() => this.kill('aborted'), graceMs);
  }

  #hear(message: CallMessage | DebugMessage): void {
    const running = this.#running;
    if (running === undefined) return;
    switch (message.type) {
      case 'points':
        running.debug?.points(message.points, message.full);
        return;
      case 'said':
        running.debug?.said(message.text, message.file, message.line);
        return;
      default:
        void this.#answer(running, message);
    }
  }

  /** Answers what the worker waits for; while it waits, its clock stands still. */
  async #answer(running: Running, question: Question): Promise<void> {
    clearTimeout(running.timer);
    running.question = question;
    running.leftMs -= performance.now() - running.resumedAt;
    running.answer = (reply) => {
      running.answer = undefined;
      if (!running.controller.signal.aborted) this.#watch(running);
      this.#calls.postMessage(reply);
      Atomics.add(this.#shared, cells.answers, 1);
      Atomics.notify(this.#shared, cells.answers);
    };
    const { signal } = running.controller;
    if (signal.aborted) {
      running.answer(cancelled(question));
      running.timer = setTimeout(() => this.kill('aborted'), graceMs);
      return;
    }
    const reply = await answerTo(running, question, signal);
    running.answer?.(reply);
  }

  #end(error: unknown): void {
    if (this.#gone !== undefined) return;
    this.#gone = this.#goneBecause(error);
    this.#calls.close();
    this.#waiting?.reject(this.#gone);
  }

  #goneBecause(error: unknown): WorkerGone {
    if (this.#killed === 'timeout' || this.#killed === 'aborted') {
      return new WorkerGone('The sandbox was stopped.', this.#killed);
    }
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      return new WorkerGone('The sandbox ran out of memory.', 'memory');
    }
    const detail = error instanceof Error ? `: ${error.message}` : '.';
    return new WorkerGone(`The sandbox's thread ended by itself${detail}`, 'failed');
  }
}
