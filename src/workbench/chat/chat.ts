import * as vscode from 'vscode';
import type { AgentSession, AgentStep, RunEvent } from '../../protocol';
import type { ChatEntry, ChatState, ChatTarget, Ending } from '../../webviews/chat/messages';
import { DisposableStore } from '../shared/disposables';
import { isCancellation, PoliteError, sentence } from '../shared/errors';
import { priceOf } from '../shared/prices';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';
import { ownerOf } from '../shared/session-owner';
import { agentChoices, agentKey, type ChatAgent, findAgent } from './agents';
import { Attachments } from './attachments';
import { ChatMemory } from './memory';
import { Meter } from './meter';
import { Refusals } from './refusals';
import { writeRunLog } from './run-log';
import { slashCommands, spoken } from './slash';
import { Templates } from './templates';
import { storedEntries, Transcript } from './transcript';
import { runTurn, SessionGone } from './turn';

/** What the conversation tells whoever shows it. */
export interface ChatEvents {
  onState(state: ChatState): void;
  onEntries(entries: ChatEntry[]): void;
  onConversation(entries: ChatEntry[]): void;
  /** The agent asks something and waits. */
  onQuestion(agent: string, event: RunEvent): void;
}

/** What is to be said, and where. */
interface Saying {
  text: string | undefined;
  /** See `TurnRequest`. */
  fromStep?: number;
}

/** The window's conversation with an agent. Holds it for pages that come and go; the server keeps it for good. */
export class Chat implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly memory: ChatMemory;
  private readonly transcript: Transcript;
  private readonly refusals = new Refusals();
  private readonly templates: Templates;
  readonly attachments = new Attachments(() => this.tell());
  private busy: ChatState['busy'] = 'no';
  private run: AbortController | undefined;
  private meter: Meter | undefined;
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
    this.templates = new Templates(services, () => this.tell());
    this.server = services.connection.state.server.id;
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
    return this.transcript.entries;
  }

  get sessionId(): string | undefined {
    return this.memory.value.sessionId;
  }

  /** The agent that is talked to; undefined when there is none. */
  get agent(): ChatAgent | undefined {
    return findAgent(this.services.workspaces, this.state.agent);
  }

  /** Everything around the conversation, as it stands. */
  get state(): ChatState {
    const { kind, server, message } = this.services.connection.state;
    const agents = agentChoices(this.services.workspaces);
    const { agent, target, sessionId, queue } = this.memory.value;
    const chosen = agents.some(({ key }) => key === agent) ? agent : agents[0]?.key;
    const found = findAgent(this.services.workspaces, chosen);
    return {
      agents,
      agent: chosen,
      target: target ?? 'draft',
      server: { label: server.label, kind, message: message ?? '' },
      trusted: vscode.workspace.isTrusted,
      busy: this.busy,
      sessionId,
      model: this.model,
      price: priceOf(this.model, setting('modelPrices', {})),
      commands: slashCommands(found?.project.agent(found.agentId), this.templates.list),
      attachments: this.attachments.chips,
      queue: queue ?? [],
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

  /** Sends a message and follows its run to the end; while another run goes on it waits in the queue. */
  async send(text: string): Promise<void> {
    const agent = this.wantAgent();
    const said = this.attachments.take(spoken(text, agent.project.agent(agent.agentId)));
    if (this.busy !== 'no') {
      await this.memory.update({ queue: [...this.state.queue, said] });
      return this.tell();
    }
    await this.say({ text: said });
  }

  /** Takes a message out of the queue. @returns it, undefined when there is none at that place */
  async unqueue(index: number): Promise<string | undefined> {
    const { queue } = this.state;
    await this.memory.update({ queue: queue.filter((_, at) => at !== index) });
    this.tell();
    return queue[index];
  }

  /** Sends what waits first in the queue. */
  async sendQueued(): Promise<void> {
    const text = this.busy === 'no' ? await this.unqueue(0) : undefined;
    if (text !== undefined) {
      await this.say({ text });
    }
  }

  /**
   * Says something in the place of an earlier message, as a fork: the session so far stays as it is.
   * @param turn place of that message among the conversation's messages, from 0
   * @throws PoliteError when the server does not have that message
   */
  async resend(turn: number, text: string): Promise<void> {
    const { session, steps } = await this.stored();
    const step = steps.filter(({ step_type: type }) => type === 'message')[turn];
    if (!step) {
      throw new PoliteError(
        'The server does not have that message, so nothing can be said in its place. Send it anew.',
      );
    }
    const before = [...this.transcript.entries];
    const fromStep = step.step_index;
    this.transcript.replace(
      fromStep === 0
        ? []
        : storedEntries(
            { ...session, status: 'completed' },
            steps.filter(({ step_index: index }) => index < fromStep),
          ),
    );
    const ending = await this.say({ text, fromStep });
    if (ending.kind === 'refused') {
      // The old session is still the one that is talked to; what was typed stands below it, to be sent again.
      const refused = this.transcript.entries.slice(-2);
      this.transcript.replace([...before, ...refused]);
    }
  }

  /** Lets a run that a limit has stopped go on from its last step, with a fresh allowance. */
  async goOn(): Promise<void> {
    const { session, steps } = await this.stored();
    if (steps.at(-1)?.step_type === 'response') {
      // The answer was there before the run heard that it was to stop.
      return this.transcript.replace(storedEntries({ ...session, status: 'completed' }, steps));
    }
    this.transcript.takeEnding();
    await this.say({ text: undefined, fromStep: steps.length });
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
    this.leave();
    this.transcript.replace(
      message !== undefined && unsent ? [{ kind: 'message', text: message, at: Date.now() }, unsent] : [],
    );
    await this.memory.update({ sessionId: undefined, unsent: message });
    this.tell();
  }

  /** Goes on with a session that the server has. */
  async resume(session: AgentSession): Promise<void> {
    this.leave();
    this.transcript.replace([]);
    const target = session.metadata?.target;
    const owner = ownerOf(this.services, session);
    await this.memory.update({
      sessionId: session.id,
      unsent: undefined,
      server: this.server,
      ...(owner ? { agent: agentKey(owner.project.folder, owner.agentId) } : {}),
      ...(target === 'draft' || target === 'live' ? { target } : {}),
    });
    await this.reread();
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
    if (this.sessionId === undefined || this.busy !== 'no') {
      return;
    }
    this.setBusy('reading');
    try {
      const { session, steps } = await this.stored();
      this.model = session.model;
      this.transcript.replace(storedEntries(session, steps));
    } catch (error) {
      this.services.log.warn(`The chat's session ${this.sessionId} could not be read: ${sentence(error)}`);
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

  /** The conversation as the server has it. @throws PoliteError before its first message. */
  async stored(): Promise<{ session: AgentSession; steps: AgentStep[] }> {
    const { sessionId } = this;
    if (sessionId === undefined) {
      throw new PoliteError('This conversation has not begun yet: send a message first.');
    }
    const client = await this.services.connection.client();
    return await client.sessions.get(sessionId);
  }

  /** Does what the button under a refusal says. */
  async accept(offer: number): Promise<void> {
    await this.refusals.accept(offer);
  }

  dispose(): void {
    this.stop();
    this.transcript.dispose();
    this.templates.dispose();
    this.store.dispose();
  }

  /** Runs a turn from what is said to its end. @returns how it ended */
  private async say({ text, fromStep }: Saying): Promise<Ending> {
    const agent = this.wantAgent();
    const { agent: key, target } = this.state;
    this.transcript.takeRefused();
    if (text !== undefined) {
      this.transcript.add({ kind: 'message', text, at: Date.now() });
    }
    await this.memory.update({ agent: key, target, unsent: text, server: this.server });
    const controller = new AbortController();
    this.run = controller;
    this.meter = new Meter(
      { tokens: setting('chat.maxTokens', 0), cost: setting('chat.maxCost', 0) },
      this.state.price,
    );
    this.setBusy(target === 'draft' ? 'syncing' : 'running');
    let ending: Ending;
    try {
      ending = await runTurn(
        this.services,
        { agent, target, sessionId: this.sessionId, text, ...(fromStep === undefined ? {} : { fromStep }) },
        {
          onSession: (sessionId) => this.began(controller, sessionId),
          onEvent: (event) => this.happened(controller, event),
          useDraft: async () => {
            await this.choose({ target: 'draft' });
            await this.say({ text });
          },
        },
        controller.signal,
      );
    } catch (error) {
      ending = isCancellation(error) ? { kind: 'stopped' } : this.refused(error);
    }
    const over = this.meter?.exceeded;
    if (ending.kind === 'stopped' && over !== undefined) {
      ending = { kind: 'limited', message: over };
    }
    if (this.run === controller) {
      await this.ended(ending, agent);
    }
    return ending;
  }

  private happened(controller: AbortController, event: RunEvent): void {
    if (this.run !== controller) {
      return;
    }
    this.taken();
    this.transcript.add({ kind: 'event', event, at: Date.now() });
    if (event.type === 'input_request') {
      const { agents, agent } = this.state;
      this.events.onQuestion(agents.find(({ key }) => key === agent)?.name ?? 'The agent', event);
    }
    this.meter?.add(event);
    if (this.meter?.exceeded !== undefined && event.type !== 'done' && event.type !== 'error') {
      controller.abort();
    }
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

  private wantAgent(): ChatAgent {
    const { agent } = this;
    if (!agent) {
      throw new PoliteError('There is no agent to send this to: no folder of this workspace has one.');
    }
    return agent;
  }

  /** Lets go of the run and of what is known of it; what it does goes on to nobody. */
  private leave(): void {
    this.stop();
    this.run = undefined;
    this.busy = 'no';
    this.model = '';
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
    if (this.memory.value.unsent !== undefined || this.busy === 'syncing') {
      void this.memory.update({ unsent: undefined });
      this.setBusy('running');
    }
    if (this.sessionId !== undefined) {
      this.activity.report(this.sessionId);
    }
  }

  private async ended(ending: Ending, agent: ChatAgent): Promise<void> {
    this.run = undefined;
    if (ending.kind !== 'refused') {
      await this.memory.update({ unsent: undefined });
    }
    this.transcript.add({ kind: 'ending', ending, at: Date.now() });
    if (this.sessionId !== undefined && ending.kind !== 'refused') {
      this.activity.report(this.sessionId);
      if (ending.kind !== 'cut' && ending.kind !== 'silent') {
        await this.learn(agent);
      }
    }
    this.setBusy('no');
    if (ending.kind === 'done') {
      await this.sendQueued();
    }
  }

  private refused(error: unknown): Ending {
    this.services.log.warn(`The chat's message was not sent: ${sentence(error)}`);
    if (error instanceof SessionGone) {
      void this.memory.update({ sessionId: undefined });
    }
    return this.refusals.ending(error);
  }

  /** The server knows which model it used, and all that the run did: a footer or a log that guessed would not be honest. */
  private async learn({ project, agentId }: ChatAgent): Promise<void> {
    try {
      const { session, steps } = await this.stored();
      this.model = session.model;
      await writeRunLog(project, agentId, session, steps);
    } catch (error) {
      this.services.log.warn(
        `The run of session ${this.sessionId} could not be written down: ${sentence(error)}`,
      );
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

function setting<T>(name: string, otherwise: T): T {
  return vscode.workspace.getConfiguration('tavora').get<T>(name, otherwise);
}
