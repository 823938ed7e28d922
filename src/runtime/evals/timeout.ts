/** A signal that aborts a case after a time, and what calls that off. */
export function timeoutSignal(ms: number): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    const seconds = Math.round(ms / 100) / 10;
    controller.abort(new Error(`The case was not done within ${seconds} seconds.`));
  }, ms);
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
