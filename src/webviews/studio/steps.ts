import type { AgentStep, Trace } from '../../protocol';
import { kindOf, summaryOf } from '../ui/kinds';
import { objectOf, recordOfStep, type SessionRecord } from '../ui/record';
import { align } from './align';
import { growing } from './growing';
import { sameOutcome } from './outcome';

/** A step as a line of the list. */
export interface StepLine {
  step: AgentStep;
  record: SessionRecord;
  icon: string;
  label: string;
  failed: boolean;
  readonly summary: string;
}

/** A row of the list: the original's step, and the replay's at the same place. */
export interface StepRow {
  /** Its place in the whole list, from 0. */
  place: number;
  left: StepLine | undefined;
  right: StepLine | undefined;
  /**
   * `shared`: taken over by the replay, not run again. `same`: run again, came out alike. `recorded`: a question that
   * the replay did not ask, for it had the answer from the record. `different`: came out otherwise (with another edited
   * value too), or only one of the two has it. `single`: nothing to compare with.
   */
  relation: 'shared' | 'same' | 'recorded' | 'different' | 'single';
}

const known = new WeakMap<AgentStep, StepLine>();

/** The line of a step; made once for each step. */
export function lineOf(step: AgentStep): StepLine {
  const before = known.get(step);
  if (before) {
    return before;
  }
  const line = new Line(step);
  known.set(step, line);
  return line;
}

class Line implements StepLine {
  readonly record: SessionRecord;
  readonly icon: string;
  readonly label: string;
  readonly failed: boolean;
  private said: string | undefined;

  constructor(readonly step: AgentStep) {
    this.record = recordOfStep(step);
    const { icon, label, failed } = kindOf(this.record);
    this.icon = icon;
    this.label = label;
    this.failed = failed;
  }

  /** Made when it is first asked for: most steps of a long trace are never seen. */
  get summary(): string {
    this.said ??= summaryOf(this.record);
    return this.said;
  }
}

/** The rows of a trace on its own; one that was made before stays the same object. */
export const singleRows = growing<AgentStep, readonly StepRow[]>(
  () => [],
  (rows, steps, from) => [
    ...rows,
    ...steps.map(
      (step, at): StepRow => ({
        place: from + at,
        left: lineOf(step),
        right: undefined,
        relation: 'single',
      }),
    ),
  ],
);

/**
 * The rows of a trace with another beside it.
 * @param shared how many steps at the beginning the other one took over from it
 */
export function comparedRows(original: Trace, other: Trace | undefined, shared: number): StepRow[] {
  const right = other?.steps ?? [];
  const pairs = align(original.steps, right, shared).map(
    ([mine, theirs]) =>
      [
        mine === undefined ? undefined : original.steps[mine],
        theirs === undefined ? undefined : right[theirs],
      ] as const,
  );
  return pairs.map(([one, two], place) => ({
    place,
    left: one && lineOf(one),
    right: two && lineOf(two),
    relation: isLeftOut(one, two, pairs[place + 1]?.[1]) ? 'recorded' : relationOf(one, two, place < shared),
  }));
}

/** The first row in which the two do not come out alike; undefined when there is none. */
export function divergence(rows: readonly StepRow[]): StepRow | undefined {
  return rows.find(({ relation }) => relation === 'different');
}

function relationOf(
  left: AgentStep | undefined,
  right: AgentStep | undefined,
  isShared: boolean,
): StepRow['relation'] {
  if (!left || !right) {
    return 'different';
  }
  if (isShared) {
    // A replay may have begun with another value in the place of what a step gave; nothing else can differ.
    const isEdited = left.content !== right.content || objectOf(right.tool_args).edited !== undefined;
    return isEdited && !isSame(left, right) ? 'different' : 'shared';
  }
  return isSame(left, right) ? 'same' : 'different';
}

const compared = new WeakMap<AgentStep, { other: AgentStep; isSame: boolean }>();

/** Compares a pair once, however often its row is drawn: what steps hold may be large. */
function isSame(left: AgentStep, right: AgentStep): boolean {
  const before = compared.get(left);
  if (before?.other === right) {
    return before.isSame;
  }
  const result = sameOutcome(left, right);
  compared.set(left, { other: right, isSame: result });
  return result;
}

/** True for a question that only the original asked, because the replay had its answer, the next step, recorded. */
function isLeftOut(
  left: AgentStep | undefined,
  right: AgentStep | undefined,
  next: AgentStep | undefined,
): boolean {
  return (
    left?.step_type === 'input_request' &&
    right === undefined &&
    objectOf(next?.tool_args).recorded_from !== undefined
  );
}

/** Whether a run of the session goes on, or waits for its person. */
export function isUnderWay({ session: { status } }: Trace): boolean {
  return status === 'running' || status === 'waiting';
}

/** A question that a session waits on, when it does. */
export function openQuestion(trace: Trace | undefined): SessionRecord | undefined {
  const last = trace?.steps.at(-1);
  return trace?.session.status === 'waiting' && last?.step_type === 'input_request'
    ? recordOfStep(last)
    : undefined;
}

/** The answer that a question got: the runtime tells it with the call that asked. */
export function answerTo(steps: readonly AgentStep[], question: AgentStep): boolean | string | undefined {
  const next = steps[steps.indexOf(question) + 1];
  const { call, value } = objectOf(next?.tool_args);
  const answered = call === 'confirm' || call === 'choice' || call === 'input';
  return answered && (typeof value === 'boolean' || typeof value === 'string') ? value : undefined;
}

/** The session that this one is a replay of, with the step it left it at. */
export function parentOf(trace: Trace): { id: string; fromStep: number } | undefined {
  const { parent_session_id: id, from_step: fromStep } = trace.session.metadata ?? {};
  return typeof id === 'string' && id
    ? { id, fromStep: typeof fromStep === 'number' ? fromStep : 0 }
    : undefined;
}
