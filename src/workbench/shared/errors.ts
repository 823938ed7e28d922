import * as vscode from 'vscode';

/** A button under an error message. */
export interface Remedy {
  label: string;
  run(): Thenable<unknown>;
}

/** An error whose message is a sentence for people, with what they can do about it. */
export class PoliteError extends Error {
  override readonly name = 'PoliteError';

  constructor(
    message: string,
    readonly remedies: readonly Remedy[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** True for what a cancelled operation throws: its person knows already and gets no message. */
export function isCancellation(error: unknown): boolean {
  if (error instanceof vscode.CancellationError) {
    return true;
  }
  if (!(error instanceof Error)) {
    return false;
  }
  return error.name === 'AbortError' || ('reason' in error && error.reason === 'aborted');
}

/** @returns the error as one sentence to show. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Cancels with a signal, so that what ends requests ends a question too. The second value ends the listening. */
export function cancellation(signal: AbortSignal): { token: vscode.CancellationToken; end(): void } {
  const source = new vscode.CancellationTokenSource();
  const cancel = () => source.cancel();
  if (signal.aborted) {
    cancel();
  }
  signal.addEventListener('abort', cancel, { once: true });
  const end = () => {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  };
  return { token: source.token, end };
}

/** Aborts with a token, so that editor cancellation reaches requests. The second value ends the listening. */
export function abortSignal(token: vscode.CancellationToken): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  if (token.isCancellationRequested) {
    controller.abort();
  }
  const listening = token.onCancellationRequested(() => controller.abort());
  return { signal: controller.signal, end: () => listening.dispose() };
}
