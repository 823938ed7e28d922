import type { TavoraClient } from '../../client';

/** How long a server may take to end a run before nobody waits for it any more, in milliseconds. */
const endMs = 5_000;

/**
 * Ends a session's run because a person wants it to end. Closing its stream does that only on servers that cannot be told:
 * elsewhere the run goes on, to be followed again. Never rejects.
 * @param warn is told of what goes wrong
 */
export async function endRun(
  client: Pick<TavoraClient, 'sessions'>,
  sessionId: string,
  warn: (message: string) => void,
): Promise<void> {
  try {
    await client.sessions.stop(sessionId, { timeoutMs: endMs });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    warn(`The run of session ${sessionId} may still go on: ${why}`);
  }
}
