import * as vscode from 'vscode';
import type { Connection, ServerInfo } from '../../connection';
import { briefly } from '../work';

/**
 * Asks a server something for a promotion; a person is asked before that server goes away.
 * @param title what is being done, as it is shown meanwhile
 * @throws CancellationError when the person ends it then; what the task throws.
 */
export async function asked<T>(
  { leaving }: Pick<Connection, 'leaving'>,
  server: ServerInfo,
  title: string,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const told = {
    what: `A promotion is being prepared: ${title}.`,
    kept: 'It is broken off; nothing has changed by it.',
  };
  return await leaving.holding(server, told, async (left) => {
    try {
      return await briefly(title, (signal) => task(AbortSignal.any([signal, left])));
    } catch (error) {
      if (!left.aborted) throw error;
      throw new vscode.CancellationError();
    }
  });
}
