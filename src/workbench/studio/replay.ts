import type { StreamOutcome } from '../../client';
import { type ReplayRequest, type RunEvent, replaySessionId, type Trace } from '../../protocol';
import type { ReplayChange, StudioReplay } from '../../webviews/studio/messages';
import { endRun } from '../shared/end-run';
import { isCancellation, PoliteError, sentence } from '../shared/errors';
import { brokenOff, followRun, goesOn, type HeardRun, isToEnd, rejoinRun } from '../shared/follow-run';
import { Reader } from '../shared/reader';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';
import type { SessionOwner } from '../shared/session-owner';
import { isUnderWay } from '../shared/session-text';
import { stopRun } from '../shared/stop-run';
import { withKnownSteps } from './known-steps';

/** What a replay is made with. */
export interface ReplayContext {
  services: Services;
  activity: SessionActivity;
  /** The session that is on the other side. */
  parentId: string;
  /** The agent of that session, where a project of the window has it. */
  owner: SessionOwner | undefined;
  /** The replay asks something and waits. */
  onQuestion(event: RunEvent): void;
}

/** A replay shown beside its original: one under way, or one that the server has. */
export class Replay {
  private readonly reader = new Reader(() => this.read());
  /** Ends the following of its run: a new one each time that it is followed. */
  private controller = new AbortController();
  private id: string | undefined;
  private trace: Trace | undefined;
  private phase: StudioReplay['phase'] = 'starting';
  /** Why it could not begin, or is followed no more; "" for neither. */
  private problem = '';
  /** Why it could not be read when it was read last; "" when it could. */
  private unread = '';
  /** `step_index` of the last step that was heard of; -1 for none. */
  private heard = -1;
  private ended = false;
  private startedHere = false;
  /** Settles when the run, also one that is followed again, has ended and was read; never rejects. */
  done: Promise<void> = Promise.resolve();

  private constructor(
    private readonly context: ReplayContext,
    private readonly fromStep: number,
    private readonly onChange: (replay: StudioReplay) => void,
  ) {}

  /** Runs a session anew from a step. */
  static run(context: ReplayContext, change: ReplayChange, onChange: (replay: StudioReplay) => void): Replay {
    const replay = new Replay(context, change.fromStep, onChange);
    replay.startedHere = true;
    replay.done = replay.follow(change);
    return replay;
  }

  /** Shows a session that the server has: a replay, or any other. */
  static show(context: ReplayContext, id: string, onChange: (replay: StudioReplay) => void): Replay {
    const replay = new Replay(context, 0, onChange);
    replay.id = id;
    replay.phase = 'ended';
    void replay.again();
    return replay;
  }

  /** True while its run goes on, as far as it is heard here. */
  get isUnderWay(): boolean {
    return this.phase !== 'ended';
  }

  /** True for one that was begun here, false for one that is only shown or followed. */
  get isOwn(): boolean {
    return this.startedHere;
  }

  get sessionId(): string | undefined {
    return this.id;
  }

  get view(): StudioReplay {
    const { parent_session_id: parent, from_step: stored } = this.trace?.session.metadata ?? {};
    // Not every server notes what a session is a replay of.
    const isReplay = this.startedHere || this.trace === undefined || parent === this.context.parentId;
    const fromStep = isReplay && typeof stored === 'number' ? stored : this.fromStep;
    const problem = this.problem || this.unread;
    return { id: this.id, fromStep, isReplay, trace: this.trace, phase: this.phase, problem };
  }

  /** Reads it again soon, because something happened in it. */
  touch(): void {
    this.reader.touch();
  }

  /** Reads it at once, and follows it where it goes on: as when its panel was closed and is opened again. */
  async again(): Promise<void> {
    const before = this.done;
    const looked = this.look();
    this.done = Promise.all([before, looked]).then(() => undefined);
    await looked;
  }

  private async look(): Promise<void> {
    await this.reader.now();
    const { session, steps } = this.trace ?? {};
    if (this.phase !== 'ended' || !session || !isUnderWay(session) || this.ended) {
      return;
    }
    this.controller = new AbortController();
    this.phase = 'running';
    this.problem = '';
    this.heard = (steps?.length ?? 0) - 1;
    this.tell();
    const { services } = this.context;
    const run = this.heardRun(session.id);
    // A server without a way to do so shows what it has when it is asked again.
    const outcome = await followRun(services, run, this.heard);
    await this.finish(outcome && (await rejoinRun(services, run, outcome, () => this.heard)));
  }

  /** Ends the run; what it did until then stays. */
  stop(): void {
    if (this.phase !== 'ended') {
      this.controller.abort();
      return;
    }
    const { session } = this.trace ?? {};
    if (session && isUnderWay(session)) {
      // Nobody follows it here.
      void this.end(session.id);
    }
  }

  /** Stops following it; a run under way goes on where its server lets it. */
  dispose(): void {
    this.ended = true;
    this.controller.abort(goesOn);
    this.reader.dispose();
  }

  private async follow(change: ReplayChange): Promise<void> {
    const { services, parentId } = this.context;
    const { signal } = this.controller;
    try {
      if (change.workingTree) {
        await this.syncDraft(signal);
      }
      const client = await services.connection.client(signal);
      const stream = client.studio.replay(parentId, requestOf(change), { signal });
      for await (const event of stream) {
        this.happened(event);
      }
      if (isToEnd(signal) && this.id !== undefined) {
        await endRun(client, this.id, (message) => services.log.warn(message));
      }
      const outcome = await stream.outcome;
      await this.finish(
        this.id === undefined
          ? outcome
          : await rejoinRun(services, this.heardRun(this.id), outcome, () => this.heard),
      );
    } catch (error) {
      this.problem = isCancellation(error) ? '' : sentence(error);
      await this.finish(undefined);
    }
  }

  private heardRun(sessionId: string): HeardRun {
    return { sessionId, onEvent: (event) => this.happened(event), signal: this.controller.signal };
  }

  private happened(event: RunEvent): void {
    if (event.type === 'replay_started') {
      this.id = replaySessionId(event);
      this.phase = 'running';
    }
    this.heard = typeof event.step_index === 'number' ? event.step_index : this.heard;
    if (this.id !== undefined) {
      // A step is stored before it is streamed: the trace read now has it.
      this.context.activity.report(this.id);
      this.reader.touch();
    }
    this.tell();
    if (event.type === 'input_request') {
      this.context.onQuestion(event);
    }
  }

  /** @param outcome how its stream ended; undefined where there was none */
  private async finish(outcome: StreamOutcome | undefined): Promise<void> {
    this.problem = outcome ? brokenOff(outcome) : this.problem;
    if (this.id !== undefined && !this.ended) {
      await this.reader.now();
    }
    // Only now: a replay that is shown as ended has all that it did.
    this.phase = 'ended';
    if (this.id !== undefined) {
      this.context.activity.end(this.id);
    }
    this.tell();
  }

  private async end(id: string): Promise<void> {
    try {
      await stopRun(this.context.services, id);
      this.problem = '';
    } catch (error) {
      this.problem = sentence(error);
    }
    await this.finish(undefined);
  }

  /** What is saved now becomes the agent's draft, which the replay then runs. */
  private async syncDraft(signal: AbortSignal): Promise<void> {
    const { services, owner } = this.context;
    if (!owner) {
      throw new PoliteError(
        'The agent of this session is in no project of this window, so its files cannot be run.',
      );
    }
    await services.drafts.ensureSynced(owner.project, signal, [owner.agentId]);
  }

  private async read(): Promise<void> {
    if (this.id === undefined) {
      return;
    }
    try {
      const client = await this.context.services.connection.client();
      this.trace = await withKnownSteps(this.trace, await client.studio.trace(this.id));
      this.unread = '';
      const { status } = this.trace.session;
      if (status === 'completed' || status === 'error') {
        // However its stream broke: the server has gone on with it to its end.
        this.problem = '';
      }
    } catch (error) {
      this.unread = sentence(error);
    }
    this.tell();
  }

  private tell(): void {
    if (!this.ended) {
      this.onChange(this.view);
    }
  }
}

/** What is sent for a change; a field that was left alone is not. */
function requestOf({
  fromStep,
  systemPrompt,
  message,
  model,
  workingTree,
  edit,
  suggestion,
  ...reuse
}: ReplayChange): ReplayRequest {
  return {
    from_step: fromStep,
    ...(systemPrompt === undefined ? {} : { system_prompt: systemPrompt }),
    ...(message === undefined ? {} : { message }),
    ...(model === undefined ? {} : { model }),
    ...(workingTree ? { target: 'draft' as const } : {}),
    ...(edit ? { edits: [{ step_index: edit.step, value: edit.value }] } : {}),
    ...(suggestion
      ? { suggestion: { prompt_changes: suggestion.changes, skill_changes: suggestion.skills } }
      : {}),
    ...reuse,
  };
}
