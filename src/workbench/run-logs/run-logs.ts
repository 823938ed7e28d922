import type * as vscode from 'vscode';
import { ConnectionError } from '../../client';
import { DisposableStore } from '../shared/disposables';
import { sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import { titled } from '../shared/session-actions';
import type { SessionActivity } from '../shared/session-activity';
import { ownerOf } from '../shared/session-owner';
import { writeRunLog } from './run-log';

/** Writes down what the runs of this window did, in the projects of their agents, one after the other. */
export class RunLogs implements vscode.Disposable {
  private readonly store = new DisposableStore();
  /** Sessions whose server could not be asked when their run had ended, with its id. */
  private readonly owed = new Map<string, string>();
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly services: Services,
    activity: SessionActivity,
  ) {
    this.store.add(activity.onDidEnd((id) => this.ended(id)));
    this.store.add(
      services.connection.onDidChange(() => {
        if (services.connection.state.kind === 'connected') {
          this.payUp();
        }
      }),
    );
  }

  /** Writes down what a session's run did that has ended. @param serverId of its server; the chosen one's when left out */
  ended(id: string, serverId: string = this.services.connection.state.server.id): void {
    // Two that write at once would each count the other's file as one too many.
    this.writing = this.writing.then(() => this.write(id, serverId));
  }

  /** Settles when everything that has ended until now is written. */
  async settled(): Promise<void> {
    await this.writing;
  }

  dispose(): void {
    this.store.dispose();
  }

  private payUp(): void {
    // Others are left until their server is chosen.
    const { server } = this.services.connection.state;
    for (const [id, serverId] of [...this.owed].filter(([, owner]) => owner === server.id)) {
      this.owed.delete(id);
      this.ended(id, serverId);
    }
  }

  /** The embedded runtime is not to be started for a log; it is written when it runs again. */
  private wouldStart(serverId: string): boolean {
    const { servers, runtimePid } = this.services.connection;
    return runtimePid === undefined && servers.some(({ id, embedded }) => id === serverId && embedded);
  }

  private async write(id: string, serverId: string): Promise<void> {
    const { services } = this;
    if (this.wouldStart(serverId)) {
      this.owed.set(id, serverId);
      return;
    }
    try {
      const client = await services.connection.clientOf(serverId);
      const { session, steps } = await client.sessions.get(id);
      await services.workspaces.ready;
      const owner = ownerOf(services, session);
      if (owner) {
        await writeRunLog(owner.project, owner.agentId, titled(services, session), steps);
      }
    } catch (error) {
      if (error instanceof ConnectionError || services.connection.state.kind !== 'connected') {
        this.owed.set(id, serverId);
      }
      services.log.warn(`The run of session ${id} could not be written down: ${sentence(error)}`);
    }
  }
}
