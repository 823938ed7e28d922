import { parentPort } from 'node:worker_threads';
import type { WorkerAnswer, WorkerRequest } from './worker-client';

/**
 * Answers what a WorkerClient asks. Call it once, in the worker's entry.
 * @param answer what it throws is sent back by name and message.
 */
export function serve<Request, Answer>(answer: (request: Request) => Promise<Answer>): void {
  const port = parentPort;
  if (!port) throw new Error('This file runs as a worker of the Tavora runtime.');
  port.on('message', ({ id, request }: WorkerRequest<Request>) => {
    answer(request).then(
      (value) => port.postMessage({ id, answer: value } satisfies WorkerAnswer<Answer>),
      (error: unknown) => {
        const { name, message } = error instanceof Error ? error : new Error(String(error));
        port.postMessage({ id, error: { name, message } } satisfies WorkerAnswer<Answer>);
      },
    );
  });
}
