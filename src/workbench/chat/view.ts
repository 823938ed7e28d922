import * as vscode from 'vscode';
import { InputRequest, type RunEvent } from '../../protocol';
import type { ChatNotification, ChatRequest, Place } from '../../webviews/chat/messages';
import { offer, registerCommands, reportError, runCommand } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import type { Services } from '../shared/services';
import { exportSession } from '../shared/session-actions';
import type { SessionActivity } from '../shared/session-activity';
import { openSkill } from '../shared/skill-source';
import { askTarget, readTarget } from '../shared/targets';
import { showText } from '../shared/text-document';
import { openLink, PageHost } from '../shared/webview';
import { agentKey } from './agents';
import { askAttachment } from './attach';
import { Chat } from './chat';
import { showHistory } from './history';

/** The view "Chat", its commands, and the conversation behind it. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly store = new DisposableStore();
  readonly chat: Chat;
  private view: vscode.WebviewView | undefined;
  private page: PageHost<ChatRequest, ChatNotification> | undefined;
  private wantsFocus = false;

  constructor(
    private readonly services: Services,
    activity: SessionActivity,
  ) {
    this.chat = this.store.add(
      new Chat(services, activity, {
        onState: (state) => {
          this.page?.post({ type: 'state', state });
          if (state.busy === 'no') {
            this.callFor(undefined);
          }
        },
        onEntries: (entries) => this.page?.post({ type: 'entries', entries }),
        onConversation: (entries) => this.page?.post({ type: 'conversation', entries }),
        onQuestion: (agent, event) => this.asked(agent, event),
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
        'tavora.chatHistory': () => this.history(),
        'tavora.exportChat': () => this.export(),
        'tavora.attachToChat': (uri) => this.attach(uri),
      }),
    );
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    this.page = new PageHost<ChatRequest, ChatNotification>(
      view.webview,
      this.services.context.extensionUri,
      'chat',
      'Chat',
      (request) => this.handle(request),
      (error) => void reportError(this.services.log, error),
    );
    view.onDidChangeVisibility(() => {
      if (view.visible) {
        this.callFor(undefined);
      }
    });
    view.onDidDispose(() => {
      this.page?.dispose();
      this.page = undefined;
      this.view = undefined;
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

  private async history(): Promise<void> {
    const { agent, state } = this.chat;
    if (!agent) {
      return await this.open(undefined);
    }
    const name = state.agents.find(({ key }) => key === state.agent)?.name ?? agent.agentId;
    await showHistory(this.services, agent.agentId, name, {
      resume: async (session) => {
        await this.chat.resume(session);
        await this.focus();
      },
      trace: async ({ id }) => {
        await runCommand('tavora.openStudio', id);
      },
    });
  }

  private async export(): Promise<void> {
    const { session } = await this.chat.stored();
    await exportSession(this.services, session.id);
  }

  /** Adds the selection of the editor, or the file that a menu was opened on, to the next message. */
  private async attach(uri: unknown): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (uri instanceof vscode.Uri && editor?.document.uri.toString() !== uri.toString()) {
      await this.chat.attachments.addFile(uri);
    } else if (editor) {
      this.chat.attachments.addEditor(editor);
    } else {
      await askAttachment(this.chat.attachments);
    }
    await this.focus();
  }

  /** A run that waits for its person is of no use in a view that nobody sees. */
  private asked(agent: string, event: RunEvent): void {
    if (this.view?.visible) {
      return;
    }
    const request = InputRequest.safeParse(event.args);
    const message = `${agent} asks: ${request.success ? request.data.message : (event.content ?? '')}`;
    this.callFor(message);
    offer(this.services.log, vscode.window.showInformationMessage, message, [
      { label: 'Answer', run: () => this.focus() },
    ]);
  }

  private callFor(message: string | undefined): void {
    if (this.view) {
      this.view.badge = message === undefined ? undefined : { value: 1, tooltip: message };
    }
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
      case 'resend':
        return await this.chat.resend(request.turn, request.text);
      case 'go-on':
        return await this.chat.goOn();
      case 'unqueue':
        return await this.takeBack(request.index);
      case 'send-queued':
        return await this.chat.sendQueued();
      case 'attach':
        return await askAttachment(this.chat.attachments);
      case 'detach':
        return this.chat.attachments.remove(request.id);
      case 'answer':
        return await this.chat.answer(request.requestId, request.value);
      case 'stop':
        return this.chat.stop();
      case 'reread':
        return await this.chat.reread();
      case 'offer':
        return await this.chat.accept(request.id);
      case 'new':
        return await this.chat.begin();
      case 'history':
        return await this.history();
      case 'export':
        return await this.export();
      case 'open':
        await vscode.commands.executeCommand(...places[request.what]);
        return;
      case 'trace':
        await runCommand('tavora.openStudio', this.chat.sessionId);
        return;
      case 'save-eval':
        await runCommand('tavora.newEvalFromTurn', {
          sessionId: this.chat.sessionId,
          turn: request.turn,
        });
        return;
      case 'skill':
        return await openSkill(this.services.workspaces, this.chat.agent, request);
      case 'show':
        return await showText(request.text, request.language);
      case 'link':
        return await openLink(request.href);
      case 'copy':
        return await vscode.env.clipboard.writeText(request.text);
    }
  }

  /** A message that waited goes back into the box, to be changed or dropped there. */
  private async takeBack(index: number): Promise<void> {
    const text = await this.chat.unqueue(index);
    if (text !== undefined) {
      this.page?.post({ type: 'write', text });
    }
  }
}

const places: Record<Place, readonly [command: string, ...args: unknown[]]> = {
  sample: ['tavora.openSample'],
  'new-project': ['tavora.newProject'],
  connect: ['tavora.connect'],
  log: ['tavora.showLog'],
  trust: ['workbench.trust.manage'],
  limits: ['workbench.action.openSettings', 'tavora.chat.max'],
};
