import { PoliteError } from './errors';
import type { Services } from './services';

/**
 * Ends the run of a session that somebody else may have begun, because a person asks for it.
 * @throws PoliteError where the server has no way to do so; ApiError or ConnectionError when it does not do it
 */
export async function stopRun(
  { connection }: Pick<Services, 'connection'>,
  sessionId: string,
): Promise<void> {
  const client = await connection.client();
  if (!(await client.sessions.stop(sessionId))) {
    throw new PoliteError(
      `${connection.state.server.label} cannot end a run by its session: there a run ends when whoever began it stops it.`,
    );
  }
}
