import type * as vscode from 'vscode';
import type { StreamOutcome } from '../../client';
import type { RunEvent } from '../../protocol';
import type { Ending } from '../../webviews/chat/messages';
import { reportError } from '../shared/commands';
import { isCancellation, PoliteError, sentence } from '../shared/errors';
import { followRun, goesOn, type HeardRun, rejoinRun } from '../shared/follow-run';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';
import { type ChatAgent, findAgent } from './agents';
import { Allowance } from './allowance';
import type { Conversation } from './conversation';
import type { Meter } from './meter';
import { Refusals } from './refusals';
import { endingOf, runTurn, SessionGone } from './turn';
import type { Saying, TurnPlace } from './turn-place';

/** The turns of a conversation, one at a time: each from what is said to how it ended. */
export class Turns implements vscode.Disposable {
  readonly refusals = new Refusals();
  private run: AbortController | undefined;
  private meter: Meter | undefined;
  /** `step_index` of the last step that was heard of in the present run; -1 before the first. */
  private heard = -1;
  /** What was said last, while nothing has been heard of its run. */
  private said: Saying | undefined;
  /** True for a run that was begun here, false for one that is only followed. */
  private isOwn = false;
  private readonly allowance: Allowance;
  /** Settles with every turn so far. */
  private going: Promise<unknown> = Promise.resolve();
  /** Called when a run has ended and is noted, before the server is read again. */
  private onOver: () => void = () => undefined;

  constructor(
    private readonly services: Services,
    private readonly activity: SessionActivity,
    private readonly conversation: Conversation,
    private readonly place: TurnPlace,
  ) {
    this.allowance = new Allowance(services);
  }

  /** The message that was said last, where the server may not have it: nothing was heard of its run. */
  get unheard(): Saying | undefined {
    return this.said?.text === undefined ? undefined : this.said;
  }

  /**
   * Runs a turn.
   * @returns how it ended
   * @throws PoliteError when there is no agent to talk to, and while another run goes on
   */
  async say(saying: Saying): Promise<Ending> {
    return await this.track(this.speak(saying));
  }

  private async speak(saying: Saying): Promise<Ending> {
    const { text, fromStep } = saying;
    const { conversation, place } = this;
    const { memory, transcript } = conversation;
    const agent = this.wantAgent();
    if (this.run) {
      throw new PoliteError(
        'This was not sent: a run goes on in the conversation. Wait for its end, or stop it.',
      );
    }
    const { agent: key, target } = place.state();
    transcript.takeRefused();
    if (text !== undefined) {
      transcript.add({ kind: 'message', text, at: Date.now() });
    }
    const controller = new AbortController();
    // Before anything is waited for: what is said meanwhile waits in the queue.
    this.run = controller;
    this.said = saying;
    this.heard = -1;
    this.isOwn = true;
    this.meter = this.newMeter();
    conversation.setBusy(target === 'draft' ? 'syncing' : 'running');
    const { sessionId, server } = conversation;
    // A fork has a session of its own, once it is known.
    let own = fromStep === undefined ? sessionId : undefined;
    let ending: Ending;
    try {
      await memory.update({ agent: key, target, unsent: text, server, underWay: true });
      const outcome = await runTurn(
        this.services,
        { agent, target, sessionId, text, ...(fromStep === undefined ? {} : { fromStep }) },
        {
          onSession: (id, model) => {
            own = id;
            this.began(controller, id, model);
          },
          onEvent: (event) => this.happened(controller, event),
          useDraft: async () => {
            await place.useDraft();
            await this.say({ text });
          },
        },
        controller.signal,
      );
      ending = endingOf(await this.rejoin(controller, own, server, outcome));
    } catch (error) {
      ending = isCancellation(error) ? { kind: 'stopped' } : this.refused(error);
    }
    ending = this.limited(ending);
    if (this.run === controller) {
      await this.ended(ending);
    } else if (ending.kind !== 'refused') {
      this.left(own, server);
    }
    return ending;
  }

  /**
   * Follows the run of the conversation's session where one is under way that nobody follows here, as after a reload of
   * the window. Never rejects. On a server without a way to do so it stays as it was read.
   */
  async follow(): Promise<void> {
    await this.track(this.followOn());
  }

  private async followOn(): Promise<void> {
    const { conversation, place } = this;
    const { sessionId, server, underWay, transcript, memory } = conversation;
    const open = transcript.ending;
    // A message that was refused stands below what goes on, and stays there.
    const isOpen = open === undefined || open.kind === 'unfinished';
    if (sessionId === undefined || underWay === undefined || conversation.busy !== 'no' || !isOpen) {
      return;
    }
    const controller = new AbortController();
    this.run = controller;
    this.heard = underWay.after;
    this.isOwn = false;
    this.meter = this.newMeter();
    transcript.takeEnding();
    void memory.update({ underWay: true });
    conversation.setBusy('running');
    const { question } = conversation;
    if (question) {
      place.onQuestion(this.agentName, { content: question.content, args: question.tool_args });
    }
    const outcome = await followRun(this.services, this.heardRun(controller, sessionId), underWay.after);
    if (this.run !== controller) {
      return this.left(sessionId, server);
    }
    if (outcome) {
      return await this.ended(this.limited(endingOf(outcome)));
    }
    this.run = undefined;
    void memory.update({ underWay: undefined });
    if (open) {
      transcript.add({ kind: 'ending', ending: open, at: Date.now() });
    }
    conversation.setBusy('no');
  }

  /** The agent that is talked to. @throws PoliteError when there is none */
  wantAgent(): ChatAgent {
    const agent = findAgent(this.services.workspaces, this.place.state().agent);
    if (!agent) {
      throw new PoliteError('There is no agent to send this to: no folder of this workspace has one.');
    }
    return agent;
  }

  /** Answers a question of the run; one that the server does not take is asked again with the reason. */
  async answer(requestId: string, value: boolean | string): Promise<void> {
    const { sessionId, transcript } = this.conversation;
    if (sessionId === undefined) {
      return;
    }
    transcript.add({ kind: 'answered', requestId, value });
    try {
      const client = await this.services.connection.client();
      await client.sessions.input(sessionId, { request_id: requestId, value });
    } catch (error) {
      transcript.add({ kind: 'answer-failed', requestId, message: sentence(error) });
    }
  }

  /** Ends the run, here and on the server. */
  stop(): void {
    this.run?.abort();
  }

  /** What goes on and was begun here: leaving ends it. `isThere` is true once the server has its message. */
  get own(): { isThere: boolean } | undefined {
    return this.run && this.isOwn ? { isThere: this.said === undefined } : undefined;
  }

  /** True while a run is under way here, whoever began it. */
  get isBusy(): boolean {
    return this.run !== undefined;
  }

  /** Settles once no run is under way here, and none waits any more to be sent after it. Never rejects. */
  async settled(): Promise<void> {
    while (this.run) {
      await this.going;
    }
  }

  /** Ends the run; settles once it has ended, though the server is not read again yet. Never rejects. */
  async end(): Promise<void> {
    while (this.run) {
      this.stop();
      const over = new Promise<void>((resolve) => {
        this.onOver = resolve;
      });
      await Promise.race([this.going, over]);
    }
  }

  /** Has the run go on at the server when it is let go of, as far as the server lets it. */
  disown(): void {
    this.isOwn = false;
  }

  /** Lets go of the run. One that was begun here ends; one that was only followed is another's to end. */
  leave(): void {
    this.run?.abort(this.isOwn ? undefined : goesOn);
    this.run = undefined;
    this.said = undefined;
  }

  /** The window goes: a run goes on where its server lets it. */
  dispose(): void {
    this.run?.abort(goesOn);
    // What it has not sent yet is kept for the next window.
    this.run = undefined;
  }

  /**
   * Goes on with a run whose connection broke, unless it broke because another server was chosen: that one knows nothing
   * of the session.
   * @param server the one that has it
   * @returns how it ended after all
   */
  private async rejoin(
    controller: AbortController,
    sessionId: string | undefined,
    server: string,
    outcome: StreamOutcome,
  ): Promise<StreamOutcome> {
    return sessionId === undefined || server !== this.conversation.server
      ? outcome
      : await rejoinRun(this.services, this.heardRun(controller, sessionId), outcome, () => this.heard);
  }

  private track<T>(turn: Promise<T>): Promise<T> {
    // One that is refused because another goes on does not take its place.
    this.going = Promise.allSettled([this.going, turn]);
    return turn;
  }

  private heardRun(controller: AbortController, sessionId: string): HeardRun {
    return { sessionId, onEvent: (event) => this.happened(controller, event), signal: controller.signal };
  }

  private happened(controller: AbortController, event: RunEvent): void {
    if (this.run !== controller) {
      return;
    }
    this.taken();
    this.said = undefined;
    this.heard = typeof event.step_index === 'number' ? event.step_index : this.heard;
    this.conversation.transcript.add({ kind: 'event', event, at: Date.now() });
    if (event.type === 'input_request') {
      this.place.onQuestion(this.agentName, event);
    }
    this.meter?.add(event);
    this.allowance.tellUnpriced(this.meter);
    if (this.meter?.exceeded !== undefined && event.type !== 'done' && event.type !== 'error') {
      controller.abort();
    }
  }

  private get agentName(): string {
    const { agents, agent } = this.place.state();
    return agents.find(({ key }) => key === agent)?.name ?? 'The agent';
  }

  private newMeter(): Meter {
    return this.allowance.meter(this.place.state(), () => this.conversation.model);
  }

  /** @returns the ending with its reason, where it was a limit that stopped the run */
  private limited(ending: Ending): Ending {
    const over = this.meter?.exceeded;
    return ending.kind === 'stopped' && over !== undefined ? { kind: 'limited', message: over } : ending;
  }

  private began(controller: AbortController, sessionId: string, model: string): void {
    if (this.run === controller) {
      this.conversation.model = model || this.conversation.model;
      void this.conversation.memory.update({ sessionId });
      this.activity.report(sessionId);
      this.conversation.setBusy('running');
    }
  }

  /** The server has the message: it is no longer ours to keep. */
  private taken(): void {
    const { memory, busy, sessionId } = this.conversation;
    if (memory.value.unsent !== undefined || busy === 'syncing') {
      void memory.update({ unsent: undefined });
      this.conversation.setBusy('running');
    }
    if (sessionId !== undefined) {
      this.activity.report(sessionId);
    }
  }

  private async ended(ending: Ending): Promise<void> {
    const { memory, transcript, sessionId, server } = this.conversation;
    this.run = undefined;
    const isStill = () => this.run === undefined && this.conversation.sessionId === sessionId;
    await memory.update({
      ...(ending.kind === 'refused' ? {} : { unsent: undefined }),
      // What was not heard to its end may go on: the next window looks.
      underWay: ending.kind === 'cut' || ending.kind === 'silent' ? true : undefined,
    });
    if (!isStill()) {
      return this.left(sessionId, server);
    }
    transcript.add({ kind: 'ending', ending, at: Date.now() });
    if (sessionId !== undefined && ending.kind !== 'refused') {
      this.activity.end(sessionId);
      this.onOver();
      if (ending.kind !== 'cut' && ending.kind !== 'silent') {
        await this.learn();
      }
    }
    // Another conversation that began meanwhile has a run of its own, or none.
    if (!isStill()) {
      return;
    }
    this.conversation.setBusy('no');
    this.place.onEnding(this.agentName, ending);
    if (ending.kind === 'done') {
      // The run has ended well all the same; what could not be said stays in the queue, to be sent from there.
      await this.place.onDone().catch((error) => reportError(this.services.log, error));
    }
  }

  /** A run that was let go of has come to its end here. @param server the one that has it */
  private left(sessionId: string | undefined, server: string): void {
    if (sessionId !== undefined && server === this.conversation.server) {
      this.activity.end(sessionId);
    }
  }

  private refused(error: unknown): Ending {
    this.services.log.warn(`The chat's message was not sent: ${sentence(error)}`);
    if (error instanceof SessionGone) {
      void this.conversation.memory.update({ sessionId: undefined });
    }
    return this.refusals.ending(error);
  }

  /** The server knows which model it used: a footer that guessed would not be honest. */
  private async learn(): Promise<void> {
    try {
      await this.conversation.learn();
    } catch (error) {
      this.services.log.warn(
        `The run of session ${this.conversation.sessionId} could not be read: ${sentence(error)}`,
      );
    }
  }
}
