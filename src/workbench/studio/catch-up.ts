import * as vscode from 'vscode';
import { sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';

/** How many of the newest sessions are compared. */
const compared = 50;

/**
 * Looks, when the window gets the focus, which sessions went on elsewhere meanwhile: in another window, in a terminal, by
 * a schedule. The API tells of that only when asked, and nobody looks at a window without focus.
 */
export class CatchUp implements vscode.Disposable {
  private readonly focus: vscode.Disposable;
  /** How each session was when it was looked at last. */
  private known = new Map<string, string>();

  constructor(
    private readonly services: Pick<Services, 'connection' | 'log'>,
    private readonly activity: SessionActivity,
  ) {
    this.focus = vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) {
        void this.look();
      }
    });
  }

  /** Compares the newest sessions with how they were, and passes the word of those that have changed. */
  async look(): Promise<void> {
    const { connection, log } = this.services;
    // Nothing is started for it: without a connection no view shows a session.
    if (connection.state.kind !== 'connected') {
      return;
    }
    try {
      const client = await connection.client();
      const sessions = await client.sessions.list({ limit: compared });
      const now = new Map(
        sessions.map(({ id, status, step_count: steps, updated_at: at }) => [id, `${status} ${steps} ${at}`]),
      );
      const changed = [...now].filter(([id, state]) => this.known.get(id) !== state);
      this.known = now;
      for (const [id] of changed) {
        this.activity.report(id);
      }
    } catch (error) {
      log.warn(`Whether sessions went on elsewhere is not known: ${sentence(error)}`);
    }
  }

  dispose(): void {
    this.focus.dispose();
  }
}
