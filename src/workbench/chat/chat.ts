import * as vscode from 'vscode';
import type { AgentSession, AgentStep } from '../../protocol';
import type { ChatEntry, ChatState } from '../../webviews/chat/messages';
import { DisposableStore } from '../shared/disposables';
import { modelPrices } from '../shared/model-prices';
import { Reader } from '../shared/reader';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';
import { ownerOf } from '../shared/session-owner';
import { agentChoices, agentKey, type ChatAgent, findAgent } from './agents';
import { Attachments } from './attachments';
import { Branch } from './branch';
import { Conversation } from './conversation';
import type { ChatEvents } from './events';
import type { ChatChoice } from './memory';
import { Queue } from './queue';
import { slashCommands, spoken } from './slash';
import { Templates } from './templates';
import { Transcript } from './transcript';
import { Turns } from './turns';

/** The window's conversation with an agent. Holds it for pages that come and go; the server keeps it for good. */
export class Chat implements vscode.Disposable {
  private readonly store = new DisposableStore();
  readonly conversation: Conversation;
  readonly turns: Turns;
  private readonly branch: Branch;
  readonly queue: Queue;
  private readonly templates: Templates;
  readonly attachments = new Attachments(() => this.tell());
  private readonly reader = new Reader(async () => {
    if (await this.conversation.catchUp()) {
      // A run that another has begun is followed to its end, which may be long in coming.
      void this.turns.follow();
    }
  });
  private restored: Promise<void> | undefined;
  /** Settles when the folders have been searched and what was shown last is known. */
  readonly ready: Promise<unknown>;
  /** False until then: nobody knows whether there is an agent, or which one was talked to. */
  private isReady = false;

  constructor(
    private readonly services: Services,
    activity: SessionActivity,
    private readonly events: ChatEvents,
  ) {
    const transcript = this.store.add(
      new Transcript(
        (entries) => events.onEntries(entries),
        (entries) => events.onConversation(entries),
      ),
    );
    this.conversation = new Conversation(services, transcript, () => this.tell());
    this.queue = new Queue(this.conversation.memory, () => this.tell());
    this.turns = this.store.add(
      new Turns(services, activity, this.conversation, {
        state: () => this.state,
        onQuestion: (agent, event) => events.onQuestion(agent, event),
        onEnding: (agent, ending) => events.onEnding(agent, ending),
        onDone: () => this.sendQueued(),
        useDraft: () => this.choose({ target: 'draft' }),
      }),
    );
    this.branch = new Branch(this.conversation, this.turns);
    this.templates = this.store.add(new Templates(services, () => this.tell()));
    this.store.add({ dispose: () => this.reader.dispose() });
    this.store.add(
      activity.onDidChange((id) => {
        if (id === this.sessionId) {
          this.catchUp();
        }
      }),
    );
    this.store.add(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) {
          this.catchUp();
        }
      }),
    );
    this.ready = Promise.all([services.workspaces.ready, this.conversation.memory.ready]);
    void this.ready.then(() => {
      this.isReady = true;
    });
    this.store.add(services.workspaces.onDidChange(() => this.tell()));
    this.store.add(services.connection.onDidChange(() => this.connectionChanged()));
    this.store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.tell()));
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('tavora.modelPrices')) {
          this.tell();
        }
      }),
    );
  }

  get entries(): readonly ChatEntry[] {
    return this.conversation.transcript.entries;
  }

  get sessionId(): string | undefined {
    return this.conversation.sessionId;
  }

  /** The agent that is talked to; undefined when there is none. */
  get agent(): ChatAgent | undefined {
    return findAgent(this.services.workspaces, this.state.agent);
  }

  /** Everything around the conversation, as it stands. */
  get state(): ChatState {
    const { kind, server, message } = this.services.connection.state;
    const agents = agentChoices(this.services.workspaces);
    const { memory, busy, model } = this.conversation;
    const { agent, target, sessionId } = memory.value;
    const chosen = agents.some(({ key }) => key === agent) ? agent : agents[0]?.key;
    const found = findAgent(this.services.workspaces, chosen);
    return {
      agents,
      agent: chosen,
      target: target ?? 'draft',
      server: { label: server.label, kind, message: message ?? '' },
      trusted: vscode.workspace.isTrusted,
      busy,
      sessionId,
      model,
      prices: modelPrices(),
      commands: slashCommands(found?.project.agent(found.agentId), this.templates.list),
      attachments: this.attachments.chips,
      queue: [...this.queue.list],
    };
  }

  /** Tells a page that has just begun everything: the first one brings back the last conversation, others catch up. */
  async attach(): Promise<void> {
    await this.ready;
    this.tell();
    if (this.entries.length > 0) {
      this.conversation.transcript.tellAll();
    }
    if (this.restored) {
      this.catchUp();
    }
    await this.restore();
  }

  /** Sends a message and follows its run to the end; while another run goes on it waits in the queue. */
  async send(text: string): Promise<void> {
    const agent = this.turns.wantAgent();
    const said = this.attachments.take(spoken(text, agent.project.agent(agent.agentId)));
    if (this.conversation.busy !== 'no') {
      return await this.queue.add(said);
    }
    await this.turns.say({ text: said });
  }

  /** Takes a message out of the queue. @returns it, undefined when it does not wait any more */
  async unqueue(index: number, text: string): Promise<string | undefined> {
    return await this.queue.take(index, text);
  }

  /** Sends what waits first in the queue. */
  async sendQueued(): Promise<void> {
    const [text] = this.queue.list;
    if (this.conversation.busy !== 'no' || text === undefined) {
      return;
    }
    this.turns.wantAgent();
    // Said as it is taken: between the two another message could begin a run, and this one would be lost.
    await Promise.all([this.queue.take(0, text), this.turns.say({ text })]);
  }

  /** Says something in the place of an earlier message, as a fork: see `Branch`. */
  async resend(turn: number, text: string): Promise<boolean> {
    return await this.branch.resend(turn, text);
  }

  /** Lets a run that a limit has stopped go on: see `Branch`. */
  async goOn(): Promise<void> {
    await this.branch.goOn();
  }

  /** Answers a question of the run. */
  async answer(requestId: string, value: boolean | string): Promise<void> {
    await this.turns.answer(requestId, value);
  }

  /** Ends the run. */
  stop(): void {
    this.turns.stop();
  }

  /** Begins another conversation; a message that no server has taken stays. */
  async begin(): Promise<void> {
    const { transcript, memory } = this.conversation;
    const unsent = this.entries.at(-1);
    const message = transcript.takeRefused();
    this.leave();
    transcript.replace(
      message !== undefined && unsent ? [{ kind: 'message', text: message, at: Date.now() }, unsent] : [],
    );
    await memory.update({ sessionId: undefined, unsent: message, underWay: undefined });
    this.tell();
  }

  /** Goes on with a session that the server has. */
  async resume(session: AgentSession): Promise<void> {
    this.leave();
    this.conversation.transcript.replace([]);
    const target = session.metadata?.target;
    const owner = ownerOf(this.services, session);
    await this.conversation.memory.update({
      sessionId: session.id,
      unsent: undefined,
      underWay: undefined,
      server: this.conversation.server,
      ...(owner ? { agent: agentKey(owner.project.folder, owner.agentId) } : {}),
      ...(target === 'draft' || target === 'live' ? { target } : {}),
    });
    await this.reread();
  }

  /** True for a choice that is not what is talked to already. */
  isOther(choice: ChatChoice): boolean {
    const { agent, target } = this.state;
    return (choice.agent ?? agent) !== agent || (choice.target ?? target) !== target;
  }

  /** Talks to another agent, or to another version of it, in another conversation. */
  async choose(choice: ChatChoice): Promise<void> {
    const { agent, target } = this.state;
    if (this.isOther(choice)) {
      await this.conversation.memory.update({ agent, target, ...choice });
      await this.begin();
    }
  }

  /** Reads the conversation back from the server, which knows best. */
  async reread(): Promise<void> {
    await this.conversation.reread();
    // To its end, which may be long in coming; what goes wrong is said in the conversation.
    void this.turns.follow();
  }

  /** Looks soon whether the session went on elsewhere, and shows what was said there. */
  catchUp(): void {
    // A run of this chat tells everything by itself.
    if (this.conversation.busy === 'no') {
      this.reader.touch();
    }
  }

  /** The conversation as the server has it. @throws PoliteError before its first message. */
  async stored(): Promise<{ session: AgentSession; steps: AgentStep[] }> {
    return await this.conversation.stored();
  }

  /** Does what the button under a refusal says. */
  async accept(offer: number): Promise<void> {
    await this.turns.refusals.accept(offer);
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Lets go of the run, of what is known of it, and of what waits for its end. */
  private leave(): void {
    this.turns.leave();
    this.conversation.leave();
    if (this.queue.giveUp()) {
      this.events.onReturned();
    }
  }

  /** Brings back the last conversation, once, and follows its run. */
  private restore(): Promise<void> {
    this.restored ??= this.conversation.restore(this.turns.refusals).then(() => void this.turns.follow());
    return this.restored;
  }

  private connectionChanged(): void {
    const { kind, server } = this.services.connection.state;
    if (server.id !== this.conversation.server) {
      this.conversation.server = server.id;
      // A session lives on one server.
      void this.begin();
    } else if (kind === 'connected') {
      // A run that outlived the last window asks and ends here also where no page has been shown yet.
      void this.ready.then(() => (this.conversation.memory.value.underWay ? this.restore() : undefined));
    }
    this.tell();
  }

  private tell(): void {
    if (this.isReady) {
      this.events.onState(this.state);
    }
  }
}
