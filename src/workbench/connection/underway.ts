/** Something that a server would break off were it left. */
export interface Underway {
  /** A sentence that says what goes on: "Greeter is still working in the chat." */
  what: string;
  /** What is kept of it where it is ended, as sentences. */
  kept: string;
  /** Settles at its end, however it comes. Never rejects. */
  ended(): Promise<void>;
  /** Ends it there; settles once it has ended. Never rejects. */
  end(): Promise<void>;
}

/** Tells of what goes on, while something does. */
export type Watch = () => Underway | undefined;

/** Work as a person is told of it. */
export type Told = Pick<Underway, 'what' | 'kept'>;

/**
 * Does work that can be told of and ended while it goes on.
 * @param begin is given the watch that tells of it; what it gives is called at the end
 * @param work is given a signal that is aborted where it is to end
 * @returns what the work gives; throws what it throws
 */
export async function underway<T>(
  told: Told,
  begin: (watch: Watch) => { dispose(): unknown },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const going = work(controller.signal);
  const ended = async () => void (await Promise.allSettled([going]));
  const end = () => {
    controller.abort();
    return ended();
  };
  const watching = begin(() => ({ ...told, ended, end }));
  try {
    return await going;
  } finally {
    watching.dispose();
  }
}
