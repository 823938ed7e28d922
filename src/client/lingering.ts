/** How long what a request began is waited for once it was given up, in milliseconds. */
export const answerMs = 5_000;

/** A signal that follows another one, and what ends the following. */
export interface Lingering {
  signal: AbortSignal;
  end(): void;
}

/**
 * A signal that is aborted some time after another one: for a request that begins something, whose answer is needed to
 * end it again.
 * @param ms how long after, in milliseconds; a signal that is aborted already is followed at once
 */
export function lingering(signal: AbortSignal, ms: number): Lingering {
  const own = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const give = () => own.abort(signal.reason);
  const wait = () => {
    timer = setTimeout(give, ms);
  };
  if (signal.aborted) give();
  else signal.addEventListener('abort', wait, { once: true });
  return {
    signal: own.signal,
    end() {
      signal.removeEventListener('abort', wait);
      clearTimeout(timer);
    },
  };
}
