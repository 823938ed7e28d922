import { type ActiveCall, callsAt } from '../../project';
import type { AgentStep, DebugPoint, DebugRecording, DebugStopped, Trace } from '../../protocol';

/** A place in time: after a step, or before a line of a script. */
export type Moment =
  | { kind: 'step'; step: AgentStep; depth: number; point: number | undefined; block: AgentStep | undefined }
  | { kind: 'point'; point: number; depth: number; block: AgentStep | undefined };

/** What a step carries beside its text. */
export function argsOf(step: AgentStep | undefined): Record<string, unknown> {
  const args = step?.tool_args;
  return typeof args === 'object' && args !== null ? (args as Record<string, unknown>) : {};
}

/** True for a step that a script made while it ran: a primitive's call, or a question. */
export function isCall(step: AgentStep): boolean {
  return typeof argsOf(step).call === 'string' || step.step_type === 'input_request';
}

/**
 * A session as a program: its steps, and between them the lines that an instrumented run has recorded. It grows
 * while a run goes on; what was there never changes.
 */
export class Program {
  readonly steps: AgentStep[] = [];
  readonly points: DebugPoint[] = [];
  readonly moments: Moment[] = [];
  /** First points of calls, by their place in `points`. */
  readonly entries = new Set<number>();
  /** What a script that stands still is about to do; for the last moment only. */
  pending: DebugStopped | undefined;
  #calls = new Set<number>();
  #block: AgentStep | undefined;
  #depth = 1;
  /** Points that came before the steps which they follow. */
  #early: DebugPoint[] = [];

  constructor(
    public trace: Trace,
    recording: DebugRecording | undefined,
  ) {
    const points = [...(recording?.points ?? [])];
    for (const step of trace.steps) {
      while ((points[0]?.step ?? Number.POSITIVE_INFINITY) <= step.step_index) {
        this.addPoints(points.splice(0, 1));
      }
      this.addStep(step);
    }
    this.addPoints(points);
  }

  get sessionId(): string {
    return this.trace.session.id;
  }

  /** Takes a step in; one that is there already is left as it is. */
  addStep(step: AgentStep): void {
    if (step.step_index !== this.steps.length) return;
    this.steps.push(step);
    if (step.step_type === 'execute_js') {
      this.#block = step;
      this.#depth = 0;
    }
    const called = isCall(step);
    const inBlock = called || step.step_type === 'execute_js_result';
    this.moments.push({
      kind: 'step',
      step,
      depth: called ? Math.max(1, this.#depth) + 1 : 0,
      point: inBlock && this.#depth > 0 ? this.points.length - 1 : undefined,
      block: inBlock ? this.#block : undefined,
    });
    this.addPoints(this.#early.splice(0));
  }

  /** Takes points in; those that are there already are left as they are. */
  addPoints(points: readonly DebugPoint[]): void {
    for (const point of points) {
      if (point.n !== this.points.length) continue;
      if (point.step > this.steps.length) {
        this.#early.push(point);
        continue;
      }
      if (!this.#calls.has(point.call)) {
        this.#calls.add(point.call);
        this.entries.add(this.points.length);
      }
      this.points.push(point);
      this.#depth = point.depth;
      const block = this.#blockOf(point);
      this.moments.push({ kind: 'point', point: this.points.length - 1, depth: point.depth, block });
    }
  }

  /** The calls that are under way at a moment, the innermost first. */
  calls(moment: Moment): ActiveCall[] {
    return moment.point === undefined ? [] : callsAt(this.points, moment.point);
  }

  /** How many steps had happened at a moment. */
  stepsBefore(moment: Moment): number {
    if (moment.kind === 'step') return moment.step.step_index + 1;
    return this.points[moment.point]?.step ?? 0;
  }

  /** The steps that a block made, up to one of its moments. */
  resultOf(block: AgentStep): AgentStep | undefined {
    return this.steps.find(
      (step) => step.step_index > block.step_index && step.step_type === 'execute_js_result',
    );
  }

  #blockOf({ step }: DebugPoint): AgentStep | undefined {
    return this.steps.findLast((one) => one.step_index < step && one.step_type === 'execute_js');
  }
}
