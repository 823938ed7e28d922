import * as vscode from 'vscode';
import { assertTrusted } from '../connection';
import { registerCommands } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { PoliteError } from '../shared/errors';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';
import { askTarget } from '../shared/targets';
import { Configurations, configurationOf } from './configurations';
import { EditorHost } from './editor-host';
import { watchSession } from './leaving';

/** VS Code's debugger for agents: launch one, follow a session, or open what was recorded. */
export class Debugging implements vscode.Disposable {
  private readonly store = new DisposableStore();
  readonly configurations: Configurations;

  constructor(
    private readonly services: Services,
    activity: SessionActivity,
  ) {
    const host = new EditorHost(services, activity);
    const configurations = new Configurations(services);
    this.configurations = configurations;
    const { Dynamic } = vscode.DebugConfigurationProviderTriggerKind;
    this.store.add(vscode.debug.registerDebugConfigurationProvider('tavora', configurations));
    this.store.add(vscode.debug.registerDebugConfigurationProvider('tavora', configurations, Dynamic));
    this.store.add(
      vscode.debug.registerDebugAdapterDescriptorFactory('tavora', {
        async createDebugAdapterDescriptor({ name }) {
          assertTrusted();
          // Most windows never debug: it is loaded when the first session starts.
          const { AgentDebugSession } = await import('./debug-adapter');
          const session = new AgentDebugSession(host);
          watchSession(services.connection.leaving, name, session);
          return new vscode.DebugAdapterInlineImplementation(session);
        },
      }),
    );
    this.store.add(
      registerCommands(services.log, {
        'tavora.debugAgent': (target) => this.debugAgent(target),
        'tavora.debugSession': (session) => this.debugSession(session),
      }),
    );
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('launch')) this.tellConfigurations();
      }),
    );
    this.tellConfigurations();
  }

  dispose(): void {
    this.store.dispose();
  }

  private async debugAgent(value: unknown): Promise<void> {
    assertTrusted();
    const { project, agentId } = await askTarget(this.services.workspaces, value);
    await this.start(project.folder, configurationOf(project, agentId));
  }

  /** A session that runs is followed, another is opened as it was recorded. */
  private async debugSession(value: unknown): Promise<void> {
    assertTrusted();
    const session = readSession(value);
    const client = await this.services.connection.client();
    const { session: found } = await client.sessions.get(session);
    const running = found.status === 'running' || found.status === 'waiting';
    await this.start(undefined, {
      type: 'tavora',
      request: running ? 'attach' : 'launch',
      name: found.title || 'Session',
      session,
    });
  }

  private async start(folder: vscode.Uri | undefined, config: vscode.DebugConfiguration): Promise<void> {
    const workspace = folder && vscode.workspace.getWorkspaceFolder(folder);
    await vscode.debug.startDebugging(workspace, config);
  }

  /** F5 asks for the input only where no launch.json says what F5 does. */
  private tellConfigurations(): void {
    const { workspaceFolders: folders = [undefined] } = vscode.workspace;
    const has = folders.some((folder) => {
      const list = vscode.workspace.getConfiguration('launch', folder?.uri).get<unknown[]>('configurations');
      return (list?.length ?? 0) > 0;
    });
    // setContext is a command of the editor and answers nothing worth waiting for.
    void vscode.commands.executeCommand('setContext', 'tavora.hasLaunch', has);
  }
}

function readSession(value: unknown): string {
  const id = typeof value === 'string' ? value : (value as { sessionId?: unknown } | undefined)?.sessionId;
  if (typeof id === 'string' && id !== '') return id;
  throw new PoliteError('Choose a session in the Sessions view first.');
}
