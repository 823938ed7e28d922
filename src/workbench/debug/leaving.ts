import type { Connection } from '../connection';
import type { AgentDebugSession } from './session';

/** Has a person asked about a debug session that is live before the server is left. @param name as the editor shows it */
export function watchSession(
  leaving: Connection['leaving'],
  name: string,
  session: Pick<AgentDebugSession, 'isLive' | 'over' | 'end'>,
): void {
  const watching = leaving.add(() =>
    session.isLive
      ? {
          what: `The debug session “${name}” is still live.`,
          kept: 'It ends then, with the run that it began; what was done until then is kept in the Sessions view.',
          ended: () => session.over,
          end: () => session.end('The debug session has ended, because its server is left.'),
        }
      : undefined,
  );
  void session.over.then(() => watching.dispose());
}
