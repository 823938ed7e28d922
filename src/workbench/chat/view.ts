import * as vscode from 'vscode';
import type { AgentSession } from '../../protocol';
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
import { mayLeave, underway } from './leaving';
import type { ChatChoice } from './memory';
import { Notices } from './notices';

/** The view "Chat", its commands, and the conversation behind it. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly store = new DisposableStore();
  readonly chat: Chat;
  view: vscode.WebviewView | undefined;
  private readonly notices: Notices;
  private page: PageHost<ChatRequest, ChatNotification> | undefined;
  private wantsFocus = false;
  /** True while a page listens: one that is hidden is gone, and hears nothing. */
  private isHeard = false;

  constructor(
    private readonly services: Services,
    activity: SessionActivity,
  ) {
    this.notices = new Notices(services.log, this);
    this.chat = this.store.add(
      new Chat(services, activity, {
        onState: (state) => {
          this.page?.post({ type: 'state', state });
          if (state.busy === 'no') {
            this.notices.idle();
          }
        },
        onEntries: (entries) => this.page?.post({ type: 'entries', entries }),
        onConversation: (entries) => this.page?.post({ type: 'conversation', entries }),
        onQuestion: (agent, event) => this.notices.asked(agent, event),
        onEnding: (agent, ending) => this.notices.ended(agent, ending),
        onReturned: () => void this.giveBack(),
      }),
    );
    const { connection } = services;
    this.store.add(connection.leaving.add(() => underway(this.chat, connection.state.server)));
    this.store.add(vscode.window.registerWebviewViewProvider('tavora.chat', this));
    this.store.add(
      registerCommands(services.log, {
        'tavora.chat': (target) => this.open(target),
        'tavora.newChat': async () => {
          await this.begin();
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
        this.notices.seen();
      } else {
        this.isHeard = false;
      }
    });
    view.onDidDispose(() => {
      this.page?.dispose();
      this.page = undefined;
      this.view = undefined;
      this.isHeard = false;
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
      await this.choose({ agent: agentKey(target.project.folder, agentId) });
    }
    await this.focus();
  }

  private async choose(choice: ChatChoice): Promise<void> {
    if (this.chat.isOther(choice) && (await this.mayLeave())) {
      await this.chat.choose(choice);
    }
  }

  private async begin(): Promise<void> {
    if (await this.mayLeave()) {
      await this.chat.begin();
    }
  }

  private async resume(session: AgentSession): Promise<void> {
    // The one that is shown, with its run, is where the person wants to be already.
    if (session.id !== this.chat.sessionId || !this.chat.turns.own) {
      if (!(await this.mayLeave())) {
        return;
      }
      await this.chat.resume(session);
    }
    await this.focus();
  }

  private async mayLeave(): Promise<boolean> {
    return await mayLeave(this.chat, this.services.connection.state.server.embedded);
  }

  /** Brings the view before the person, with the cursor in its message box. */
  async focus(): Promise<void> {
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
    await showHistory(this.services, agent, name, {
      resume: (session) => this.resume(session),
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

  /** Does what the page asks for. */
  async handle(request: ChatRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
        // A page that begins has not heard what was posted before it listened.
        if (this.wantsFocus) {
          this.wantsFocus = false;
          this.page?.post({ type: 'focus' });
        }
        this.isHeard = true;
        await this.chat.attach();
        return await this.giveBack();
      case 'agent':
        return await this.choose({ agent: request.key });
      case 'target':
        return await this.choose({ target: request.target });
      case 'send':
        return await this.chat.send(request.text);
      case 'resend':
        return await this.resend(request);
      case 'go-on':
        return await this.chat.goOn();
      case 'unqueue':
        return await this.takeBack(request.index, request.text);
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
        return await this.begin();
      case 'history':
        return await this.history();
      case 'export':
        return await this.export();
      case 'open':
        await vscode.commands.executeCommand(...places[request.what]);
        return;
      case 'trace':
        await runCommand('tavora.openStudio', { sessionId: this.chat.sessionId, turn: request.turn });
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
  private async takeBack(index: number, queued: string): Promise<void> {
    const text = await this.chat.unqueue(index, queued);
    if (text !== undefined) {
      this.page?.post({ type: 'write', text });
    }
  }

  /** Asks again; what was typed for it goes into the box where it was not said. */
  private async resend({ turn, text, edited }: Extract<ChatRequest, { type: 'resend' }>): Promise<void> {
    let isSaid = false;
    try {
      isSaid = await this.chat.resend(turn, text);
    } finally {
      if (!isSaid && edited) {
        this.page?.post({ type: 'write', text });
      }
    }
  }

  /** What waited in a conversation that was left goes back into the box as well, as soon as there is one. */
  private async giveBack(): Promise<void> {
    const texts = this.isHeard ? await this.chat.queue.takeReturned() : [];
    if (texts.length > 0) {
      this.page?.post({ type: 'write', text: texts.join('\n\n') });
      const what = texts.length === 1 ? 'A message that waited' : `${texts.length} messages that waited`;
      offer(
        this.services.log,
        vscode.window.showInformationMessage,
        `${what} to be sent in the conversation that you left ${texts.length === 1 ? 'is' : 'are'} in the message box again.`,
        [],
      );
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
