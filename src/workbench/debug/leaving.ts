import type { Connection } from '../connection';
import type { AgentDebugSession } from './session';

/** Has a person asked about a debug session before the server is left. @param name as the editor shows it */
export function watchSession(
  leaving: Connection['leaving'],
  name: string,
  session: Pick<AgentDebugSession, 'isLive' | 'hasEnded' | 'over' | 'end'>,
): void {
  const live = {
    what: `The debug session “${name}” is still live.`,
    kept: 'It ends then, with the run that it began; what was done until then is kept in the Sessions view.',
  };
  // Every step back, and every value, is asked of the server that recorded it.
  const recorded = {
    what: `The debug session “${name}” still shows what this server has recorded.`,
    kept: 'It ends then; the recording is kept in the Sessions view.',
  };
  const watching = leaving.add(() =>
    session.hasEnded
      ? undefined
      : {
          ...(session.isLive ? live : recorded),
          ended: () => session.over,
          end: () => session.end('The debug session has ended, because its server is left.'),
        },
  );
  void session.over.then(() => watching.dispose());
}
