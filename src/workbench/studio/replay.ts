import type { StreamOutcome } from '../../client';
import { replaySessionId, type Trace } from '../../protocol';
import type { ReplayChange, StudioReplay } from '../../webviews/studio/messages';
import { isCancellation, sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';
import { Reader } from './reader';

/** A replay shown beside its original: one under way, or one that the server has. */
export class Replay {
  private readonly reader = new Reader(() => this.read());
  private readonly controller = new AbortController();
  private id: string | undefined;
  private trace: Trace | undefined;
  private phase: StudioReplay['phase'] = 'starting';
  private problem = '';
  private ended = false;

  private constructor(
    private readonly services: Services,
    private readonly activity: SessionActivity,
    private readonly fromStep: number,
    private readonly onChange: (replay: StudioReplay) => void,
  ) {}

  /** Runs a session anew from a step. */
  static run(
    services: Services,
    activity: SessionActivity,
    parentId: string,
    change: ReplayChange,
    onChange: (replay: StudioReplay) => void,
  ): Replay {
    const replay = new Replay(services, activity, change.fromStep, onChange);
    void replay.follow(parentId, change);
    return replay;
  }

  /** Shows a replay that the server has. */
  static show(
    services: Services,
    activity: SessionActivity,
    id: string,
    onChange: (replay: StudioReplay) => void,
  ): Replay {
    const replay = new Replay(services, activity, 0, onChange);
    replay.id = id;
    replay.phase = 'ended';
    void replay.reader.now();
    return replay;
  }

  get sessionId(): string | undefined {
    return this.id;
  }

  get view(): StudioReplay {
    const stored = this.trace?.session.metadata?.from_step;
    const fromStep = typeof stored === 'number' ? stored : this.fromStep;
    return { id: this.id, fromStep, trace: this.trace, phase: this.phase, problem: this.problem };
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

  private async follow(parentId: string, change: ReplayChange): Promise<void> {
    try {
      const client = await this.services.connection.client(this.controller.signal);
      const stream = client.studio.replay(
        parentId,
        {
          from_step: change.fromStep,
          ...(change.systemPrompt === undefined ? {} : { system_prompt: change.systemPrompt }),
          ...(change.message === undefined ? {} : { message: change.message }),
        },
        { signal: this.controller.signal },
      );
      for await (const event of stream) {
        if (event.type === 'replay_started') {
          this.id = replaySessionId(event);
          this.phase = 'running';
        }
        if (this.id !== undefined) {
          // A step is stored before it is streamed: the trace read now has it.
          this.activity.report(this.id);
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
      this.activity.report(this.id);
    }
    this.tell();
  }

  private async read(): Promise<void> {
    if (this.id === undefined) {
      return;
    }
    try {
      const client = await this.services.connection.client();
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
