import * as vscode from 'vscode';
import type { ChatEntry, ChatState, ChatTarget, Ending } from '../../webviews/chat/messages';
import { DisposableStore } from '../shared/disposables';
import { isCancellation, PoliteError, sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';
import { agentChoices, findAgent } from './agents';
import { ChatMemory } from './memory';
import { Refusals } from './refusals';
import { storedEntries, Transcript } from './transcript';
import { runTurn, SessionGone } from './turn';

/** What the conversation tells whoever shows it. */
export interface ChatEvents {
  onState(state: ChatState): void;
  onEntries(entries: ChatEntry[]): void;
  onConversation(entries: ChatEntry[]): void;
}

/** The window's conversation with an agent. Holds it for pages that come and go; the server keeps it for good. */
export class Chat implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly memory: ChatMemory;
  private readonly transcript: Transcript;
  private readonly refusals = new Refusals();
  private busy: ChatState['busy'] = 'no';
  private run: AbortController | undefined;
  private model = '';
  private server: string;
  private restored: Promise<void> | undefined;

  constructor(
    private readonly services: Services,
    private readonly activity: SessionActivity,
    private readonly events: ChatEvents,
  ) {
    this.memory = new ChatMemory(services.context.workspaceState);
    this.transcript = new Transcript(
      (entries) => this.events.onEntries(entries),
      (entries) => this.events.onConversation(entries),
    );
    this.server = services.connection.state.server.id;
    this.store.add(services.workspaces.onDidChange(() => this.tell()));
    this.store.add(services.connection.onDidChange(() => this.connectionChanged()));
    this.store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.tell()));
  }

  get entries(): readonly ChatEntry[] {
    return this.transcript.entries;
  }

  get sessionId(): string | undefined {
    return this.memory.value.sessionId;
  }

  /** Everything around the conversation, as it stands. */
  get state(): ChatState {
    const { kind, server, message } = this.services.connection.state;
    const agents = agentChoices(this.services.workspaces);
    const { agent, target, sessionId } = this.memory.value;
    return {
      agents,
      agent: agents.some(({ key }) => key === agent) ? agent : agents[0]?.key,
      target: target ?? 'draft',
      server: { label: server.label, kind, message: message ?? '' },
      trusted: vscode.workspace.isTrusted,
      busy: this.busy,
      sessionId,
      model: this.model,
    };
  }

  /** Tells a page that has just begun everything; the first one brings back the last conversation. */
  async attach(): Promise<void> {
    await this.services.workspaces.ready;
    this.tell();
    if (this.transcript.entries.length > 0) {
      this.transcript.tellAll();
    }
    this.restored ??= this.restore();
    await this.restored;
  }

  /** Sends a message and follows its run to the end. Nothing is sent while another run goes on. */
  async send(text: string): Promise<void> {
    if (this.busy !== 'no') {
      return;
    }
    const { agent: key, target } = this.state;
    const agent = findAgent(this.services.workspaces, key);
    if (!agent) {
      throw new PoliteError('There is no agent to send this to: no folder of this workspace has one.');
    }
    this.transcript.takeRefused();
    this.transcript.add({ kind: 'message', text, at: Date.now() });
    await this.memory.update({ agent: key, target, unsent: text, server: this.server });
    const controller = new AbortController();
    this.run = controller;
    this.setBusy(target === 'draft' ? 'syncing' : 'running');
    let ending: Ending;
    try {
      ending = await runTurn(
        this.services,
        { agent, target, sessionId: this.sessionId, text },
        {
          onSession: (sessionId) => this.began(controller, sessionId),
          onEvent: (event) => {
            if (this.run === controller) {
              this.taken();
              this.transcript.add({ kind: 'event', event, at: Date.now() });
            }
          },
          useDraft: async () => {
            await this.choose({ target: 'draft' });
            await this.send(text);
          },
        },
        controller.signal,
      );
    } catch (error) {
      ending = isCancellation(error) ? { kind: 'stopped' } : this.refused(error);
    }
    if (this.run === controller) {
      await this.ended(ending);
    }
  }

  /** Answers a question of the run; one that the server does not take is asked again with the reason. */
  async answer(requestId: string, value: boolean | string): Promise<void> {
    const { sessionId } = this;
    if (sessionId === undefined) {
      return;
    }
    this.transcript.add({ kind: 'answered', requestId, value });
    try {
      const client = await this.services.connection.client();
      await client.sessions.input(sessionId, { request_id: requestId, value });
    } catch (error) {
      this.transcript.add({ kind: 'answer-failed', requestId, message: sentence(error) });
    }
  }

  /** Ends the run; the server ends it too when the connection goes. */
  stop(): void {
    this.run?.abort();
  }

  /** Begins another conversation; a message that no server has taken stays. */
  async begin(): Promise<void> {
    const unsent = this.transcript.entries.at(-1);
    const message = this.transcript.takeRefused();
    this.stop();
    this.run = undefined;
    this.busy = 'no';
    this.model = '';
    this.transcript.replace(
      message !== undefined && unsent ? [{ kind: 'message', text: message, at: Date.now() }, unsent] : [],
    );
    await this.memory.update({ sessionId: undefined, unsent: message });
    this.tell();
  }

  /** Talks to another agent, or to another version of it, in another conversation. */
  async choose(choice: { agent?: string; target?: ChatTarget }): Promise<void> {
    const { agent, target } = this.state;
    if ((choice.agent ?? agent) !== agent || (choice.target ?? target) !== target) {
      await this.memory.update({ agent, target, ...choice });
      await this.begin();
    }
  }

  /** Reads the conversation back from the server, which knows best. */
  async reread(): Promise<void> {
    const { sessionId } = this;
    if (sessionId === undefined || this.busy !== 'no') {
      return;
    }
    this.setBusy('reading');
    try {
      const client = await this.services.connection.client();
      const { session, steps } = await client.sessions.get(sessionId);
      this.model = session.model;
      this.transcript.replace(storedEntries(session, steps));
    } catch (error) {
      this.services.log.warn(`The chat's session ${sessionId} could not be read: ${sentence(error)}`);
      if (this.transcript.entries.length === 0) {
        this.transcript.add({
          kind: 'ending',
          ending: { kind: 'unread', message: sentence(error) },
          at: Date.now(),
        });
      } else {
        throw error;
      }
    } finally {
      this.setBusy('no');
    }
  }

  /** Does what the button under a refusal says. */
  async accept(offer: number): Promise<void> {
    await this.refusals.accept(offer);
  }

  dispose(): void {
    this.stop();
    this.transcript.dispose();
    this.store.dispose();
  }

  private async restore(): Promise<void> {
    const { sessionId, server, unsent } = this.memory.value;
    if (!vscode.workspace.isTrusted || this.busy !== 'no' || this.transcript.entries.length > 0) {
      return;
    }
    if (sessionId !== undefined && server === this.server) {
      await this.reread();
    }
    // A server that took the message and was left before it said so has it among its steps.
    if (unsent !== undefined && this.lastStored() !== unsent) {
      const ending = this.refused(new PoliteError('The window was closed before this message was sent.'));
      this.transcript.add(
        { kind: 'message', text: unsent, at: Date.now() },
        { kind: 'ending', ending, at: Date.now() },
      );
    }
  }

  private lastStored(): string | undefined {
    const last = this.transcript.entries.findLast(
      (entry) => entry.kind === 'step' && entry.step.step_type === 'message',
    );
    return last?.kind === 'step' ? last.step.content : undefined;
  }

  private began(controller: AbortController, sessionId: string): void {
    if (this.run === controller) {
      void this.memory.update({ sessionId });
      this.activity.report(sessionId);
      this.setBusy('running');
    }
  }

  /** The server has the message: it is no longer ours to keep. */
  private taken(): void {
    if (this.memory.value.unsent !== undefined) {
      void this.memory.update({ unsent: undefined });
      this.setBusy('running');
    }
    if (this.sessionId !== undefined) {
      this.activity.report(this.sessionId);
    }
  }

  private async ended(ending: Ending): Promise<void> {
    this.run = undefined;
    if (ending.kind !== 'refused') {
      await this.memory.update({ unsent: undefined });
    }
    this.transcript.add({ kind: 'ending', ending, at: Date.now() });
    const { sessionId } = this;
    if (sessionId !== undefined) {
      this.activity.report(sessionId);
      if (ending.kind === 'done' || ending.kind === 'error') {
        await this.learnModel(sessionId);
      }
    }
    this.setBusy('no');
  }

  private refused(error: unknown): Ending {
    this.services.log.warn(`The chat's message was not sent: ${sentence(error)}`);
    if (error instanceof SessionGone) {
      void this.memory.update({ sessionId: undefined });
    }
    return this.refusals.ending(error);
  }

  /** The server knows which model it used; a footer that guessed would not be honest. */
  private async learnModel(sessionId: string): Promise<void> {
    try {
      const client = await this.services.connection.client();
      this.model = (await client.sessions.get(sessionId)).session.model;
    } catch (error) {
      this.services.log.warn(`The model of session ${sessionId} is not known: ${sentence(error)}`);
    }
  }

  private connectionChanged(): void {
    const { id } = this.services.connection.state.server;
    if (id !== this.server) {
      this.server = id;
      // A session lives on one server.
      void this.begin();
    }
    this.tell();
  }

  private setBusy(busy: ChatState['busy']): void {
    this.busy = busy;
    this.tell();
  }

  private tell(): void {
    this.events.onState(this.state);
  }
}
