import type { StreamOutcome } from '../../client';
import { type ReplayRequest, replaySessionId, type Trace } from '../../protocol';
import type { ReplayChange, StudioReplay } from '../../webviews/studio/messages';
import { isCancellation, PoliteError, sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';
import type { SessionOwner } from '../shared/session-owner';
import { Reader } from './reader';

/** What a replay is made with. */
export interface ReplayContext {
  services: Services;
  activity: SessionActivity;
  /** The session that is on the other side. */
  parentId: string;
  /** The agent of that session, where a project of the window has it. */
  owner: SessionOwner | undefined;
}

/** A replay shown beside its original: one under way, or one that the server has. */
export class Replay {
  private readonly reader = new Reader(() => this.read());
  private readonly controller = new AbortController();
  private id: string | undefined;
  private trace: Trace | undefined;
  private phase: StudioReplay['phase'] = 'starting';
  private problem = '';
  private ended = false;
  /** Settles when the run has ended and was read; never rejects. */
  done: Promise<void> = Promise.resolve();

  private constructor(
    private readonly context: ReplayContext,
    private readonly fromStep: number,
    private readonly onChange: (replay: StudioReplay) => void,
  ) {}

  /** Runs a session anew from a step. */
  static run(context: ReplayContext, change: ReplayChange, onChange: (replay: StudioReplay) => void): Replay {
    const replay = new Replay(context, change.fromStep, onChange);
    replay.done = replay.follow(change);
    return replay;
  }

  /** Shows a session that the server has: a replay, or any other. */
  static show(context: ReplayContext, id: string, onChange: (replay: StudioReplay) => void): Replay {
    const replay = new Replay(context, 0, onChange);
    replay.id = id;
    replay.phase = 'ended';
    replay.done = replay.reader.now();
    return replay;
  }

  get sessionId(): string | undefined {
    return this.id;
  }

  get view(): StudioReplay {
    const { parent_session_id: parent, from_step: stored } = this.trace?.session.metadata ?? {};
    const isReplay = this.trace === undefined || parent === this.context.parentId;
    const fromStep = isReplay && typeof stored === 'number' ? stored : this.fromStep;
    return { id: this.id, fromStep, isReplay, trace: this.trace, phase: this.phase, problem: this.problem };
  }

  /** Reads it again soon, because something happened in it. */
  touch(): void {
    this.reader.touch();
  }

  /** Ends the run; what it did until then stays. */
  stop(): void {
    this.controller.abort();
  }

  /** Stops following it; a run under way ends. */
  dispose(): void {
    this.ended = true;
    this.controller.abort();
    this.reader.dispose();
  }

  private async follow(change: ReplayChange): Promise<void> {
    const { services, activity, parentId } = this.context;
    const { signal } = this.controller;
    try {
      if (change.workingTree) {
        await this.syncDraft(signal);
      }
      const client = await services.connection.client(signal);
      const stream = client.studio.replay(parentId, requestOf(change), { signal });
      for await (const event of stream) {
        if (event.type === 'replay_started') {
          this.id = replaySessionId(event);
          this.phase = 'running';
        }
        if (this.id !== undefined) {
          // A step is stored before it is streamed: the trace read now has it.
          activity.report(this.id);
          this.reader.touch();
        }
        this.tell();
      }
      this.problem = problemOf(await stream.outcome);
    } catch (error) {
      this.problem = isCancellation(error) ? '' : sentence(error);
    }
    await this.finish();
  }

  private async finish(): Promise<void> {
    this.phase = 'ended';
    if (this.id !== undefined && !this.ended) {
      await this.reader.now();
      this.context.activity.report(this.id);
    }
    this.tell();
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
      this.trace = await client.studio.trace(this.id);
    } catch (error) {
      this.problem = sentence(error);
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
  ...reuse
}: ReplayChange): ReplayRequest {
  return {
    from_step: fromStep,
    ...(systemPrompt === undefined ? {} : { system_prompt: systemPrompt }),
    ...(message === undefined ? {} : { message }),
    ...(model === undefined ? {} : { model }),
    ...(workingTree ? { target: 'draft' as const } : {}),
    ...(edit ? { edits: [{ step_index: edit.step, value: edit.value }] } : {}),
    ...reuse,
  };
}

function problemOf(outcome: StreamOutcome): string {
  switch (outcome.kind) {
    case 'cut':
      return outcome.message;
    case 'silent':
      return `Nothing came from the server for ${Math.round(outcome.afterMs / 1000)} seconds. It may still be at work: refresh to see.`;
    case 'error':
    case 'done':
    case 'cancelled':
      // The trace itself says these.
      return '';
  }
}
