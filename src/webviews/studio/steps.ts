import type { AgentStep, Trace } from '../../protocol';
import { kindOf, summaryOf } from '../ui/kinds';
import { objectOf, recordOfStep, type SessionRecord } from '../ui/record';
import { align } from './align';

/** A step as a line of the list. */
export interface StepLine {
  step: AgentStep;
  record: SessionRecord;
  icon: string;
  label: string;
  failed: boolean;
  summary: string;
}

/** A row of the list: the original's step, and the replay's at the same place. */
export interface StepRow {
  /** Its place in the whole list, from 0. */
  place: number;
  left: StepLine | undefined;
  right: StepLine | undefined;
  /**
   * `shared`: taken over by the replay, not run again. `same`: run again, came out alike. `different`: came out
   * otherwise (with another edited value too), or only one of the two has it. `single`: nothing to compare with.
   */
  relation: 'shared' | 'same' | 'different' | 'single';
}

const known = new WeakMap<AgentStep, StepLine>();

/** The line of a step; made once for each step. */
export function lineOf(step: AgentStep): StepLine {
  const before = known.get(step);
  if (before) {
    return before;
  }
  const record = recordOfStep(step);
  const line = { step, record, ...kindOf(record), summary: summaryOf(record) };
  known.set(step, line);
  return line;
}

/** The rows of a trace on its own. */
export function singleRows(trace: Trace): StepRow[] {
  return trace.steps.map((step, place) => ({
    place,
    left: lineOf(step),
    right: undefined,
    relation: 'single',
  }));
}

/**
 * The rows of a trace with another beside it.
 * @param shared how many steps at the beginning the other one took over from it
 */
export function comparedRows(original: Trace, other: Trace | undefined, shared: number): StepRow[] {
  const right = other?.steps ?? [];
  return align(original.steps, right, shared).map(([mine, theirs], place) => {
    const [one, two] = [
      mine === undefined ? undefined : original.steps[mine],
      theirs === undefined ? undefined : right[theirs],
    ];
    return {
      place,
      left: one && lineOf(one),
      right: two && lineOf(two),
      relation: relationOf(one, two, place < shared),
    };
  });
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
  if (isShared) {
    // A replay may have begun with another value in the place of what a step gave.
    return left && right && objectOf(right.tool_args).edited !== undefined && left.content !== right.content
      ? 'different'
      : 'shared';
  }
  if (!left || !right) {
    return 'different';
  }
  return left.step_type === right.step_type && left.content === right.content ? 'same' : 'different';
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
