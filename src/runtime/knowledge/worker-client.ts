import { Worker } from 'node:worker_threads';

/** What a worker is sent, and what it answers; `id` pairs the two. */
export interface WorkerRequest<Request> {
  id: number;
  request: Request;
}
export type WorkerAnswer<Answer> =
  | { id: number; answer: Answer }
  | { id: number; error: { name: string; message: string } };

/** Something went wrong in a worker; `name` is that of the error thrown there. */
export class WorkerError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export interface WorkerClientOptions {
  /** Absolute path of the worker's bundle. */
  file: string;
  /** A worker that has had nothing to do for this long is ended, to give its memory back. */
  idleMs: number;
  /** Limit of the worker's JavaScript heap. */
  heapMb: number;
  workerData?: unknown;
}

interface Waiting<Answer> {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/**
 * A worker thread that answers one question at a time, started when it is needed and ended when it has been
 * idle, when it takes too long, and on `close`.
 */
export class WorkerClient<Request, Answer> {
  readonly #options: WorkerClientOptions;
  readonly #waiting = new Map<number, Waiting<Answer>>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;

  constructor(options: WorkerClientOptions) {
    this.#options = options;
  }

  /**
   * @param timeoutMs after this the worker is ended: nothing else stops a computation.
   * @throws WorkerError with what the worker says, or that it ended or took too long.
   */
  async ask(request: Request, timeoutMs: number, transfer: ArrayBuffer[] = []): Promise<Answer> {
    clearTimeout(this.#idle);
    const worker = this.#worker ?? this.#start();
    const id = ++this.#lastId;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Answer>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        const seconds = Math.round(timeoutMs / 1000);
        timer = setTimeout(() => {
          this.#end(worker, new WorkerError('TimeoutError', `It took longer than ${seconds} seconds.`));
        }, timeoutMs);
        worker.postMessage({ id, request } satisfies WorkerRequest<Request>, transfer);
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) this.#waitIdle();
    }
  }

  /** Ends the worker; what is still asked is rejected. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    if (worker) await this.#end(worker, new WorkerError('AbortError', 'The runtime is shutting down.'));
  }

  #start(): Worker {
    const { file, heapMb, workerData } = this.#options;
    const resourceLimits = { maxOldGenerationSizeMb: heapMb };
    const worker = new Worker(file, { workerData, resourceLimits, stdout: true });
    this.#worker = worker;
    // Standard output carries the ready line and nothing else; libraries print to it.
    worker.stdout.pipe(process.stderr, { end: false });
    worker.on('message', (message: WorkerAnswer<Answer>) => {
      const waiting = this.#waiting.get(message.id);
      if ('error' in message) waiting?.reject(new WorkerError(message.error.name, message.error.message));
      else waiting?.resolve(message.answer);
    });
    worker.on('error', (error) => void this.#end(worker, new WorkerError(error.name, error.message)));
    worker.on(
      'exit',
      () => void this.#end(worker, new WorkerError('ExitError', 'The worker ended unexpectedly.')),
    );
    // A worker never keeps the runtime alive.
    worker.unref();
    return worker;
  }

  #waitIdle(): void {
    const worker = this.#worker;
    if (!worker) return;
    this.#idle = setTimeout(
      () => void this.#end(worker, new WorkerError('ExitError', '')),
      this.#options.idleMs,
    );
    this.#idle.unref();
  }

  async #end(worker: Worker, reason: Error): Promise<void> {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(reason);
    await worker.terminate();
  }
}
