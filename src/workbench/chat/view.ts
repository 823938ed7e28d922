import * as vscode from 'vscode';
import type { ChatNotification, ChatRequest } from '../../webviews/chat/messages';
import { registerCommands, reportError, runCommand } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';
import { askTarget, readTarget } from '../shared/targets';
import { openLink, PageHost } from '../shared/webview';
import { agentKey } from './agents';
import { Chat } from './chat';

/** The view "Chat", its commands, and the conversation behind it. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly store = new DisposableStore();
  readonly chat: Chat;
  private page: PageHost<ChatRequest, ChatNotification> | undefined;
  private wantsFocus = false;

  constructor(
    private readonly services: Services,
    activity: SessionActivity,
  ) {
    this.chat = this.store.add(
      new Chat(services, activity, {
        onState: (state) => this.page?.post({ type: 'state', state }),
        onEntries: (entries) => this.page?.post({ type: 'entries', entries }),
        onConversation: (entries) => this.page?.post({ type: 'conversation', entries }),
      }),
    );
    this.store.add(vscode.window.registerWebviewViewProvider('tavora.chat', this));
    this.store.add(
      registerCommands(services.log, {
        'tavora.chat': (target) => this.open(target),
        'tavora.newChat': async () => {
          await this.chat.begin();
          await this.focus();
        },
      }),
    );
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.page = new PageHost<ChatRequest, ChatNotification>(
      view.webview,
      this.services.context.extensionUri,
      'chat',
      'Chat',
      (request) => this.handle(request),
      (error) => void reportError(this.services.log, error),
    );
    view.onDidDispose(() => {
      this.page?.dispose();
      this.page = undefined;
    });
  }

  dispose(): void {
    this.page?.dispose();
    this.store.dispose();
  }

  /** Shows the chat with the agent that a command was given, else with the one that was chosen last. */
  private async open(value: unknown): Promise<void> {
    const given = value === undefined ? undefined : readTarget(this.services.workspaces, value);
    const target =
      given ??
      (this.chat.state.agent === undefined ? await askTarget(this.services.workspaces, value) : undefined);
    const agentId = target && (target.agentId ?? target.project.project.agents[0]?.id);
    if (target && agentId !== undefined) {
      await this.chat.choose({ agent: agentKey(target.project.folder, agentId) });
    }
    await this.focus();
  }

  private async focus(): Promise<void> {
    this.wantsFocus = true;
    await vscode.commands.executeCommand('tavora.chat.focus');
    this.page?.post({ type: 'focus' });
  }

  private async handle(request: ChatRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
        // A page that begins has not heard what was posted before it listened.
        if (this.wantsFocus) {
          this.wantsFocus = false;
          this.page?.post({ type: 'focus' });
        }
        return await this.chat.attach();
      case 'agent':
        return await this.chat.choose({ agent: request.key });
      case 'target':
        return await this.chat.choose({ target: request.target });
      case 'send':
        return await this.chat.send(request.text);
      case 'answer':
        return await this.chat.answer(request.requestId, request.value);
      case 'stop':
        return this.chat.stop();
      case 'reread':
        return await this.chat.reread();
      case 'offer':
        return await this.chat.accept(request.id);
      case 'open':
        await vscode.commands.executeCommand(places[request.what]);
        return;
      case 'trace':
        await runCommand('tavora.openStudio', this.chat.sessionId);
        return;
      case 'link':
        return await openLink(request.href);
      case 'copy':
        return await vscode.env.clipboard.writeText(request.text);
    }
  }
}

const places = {
  sample: 'tavora.openSample',
  'new-project': 'tavora.newProject',
  connect: 'tavora.connect',
  log: 'tavora.showLog',
  trust: 'workbench.trust.manage',
};
