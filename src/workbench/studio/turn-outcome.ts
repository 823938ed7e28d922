import type { AgentStep, JsonObject } from '../../protocol';
import type { TurnOutcome } from '../../webviews/studio/messages';

/** @returns the place of the message that led to a step, in a list of steps; -1 when there is none. */
export function messageBefore(steps: readonly AgentStep[], step: number): number {
  return steps.findLastIndex(({ step_index: index, step_type: type }) => index <= step && type === 'message');
}

/** What the turn that begins at a place of the list came to. */
export function turnOutcome(steps: readonly AgentStep[], start: number): TurnOutcome {
  const from = Math.max(0, start);
  const next = steps.findIndex((step, place) => place > from && step.step_type === 'message');
  const turn = steps.slice(from, next < 0 ? undefined : next);
  const last = turn.findLast(({ step_type: type }) => type === 'response' || type === 'error');
  return { answer: last?.content ?? '', failed: turn.filter(hasFailed).length };
}

/** A call that failed fails its block too, unless the script went on: it is the block that counts. */
function hasFailed({ step_type: type, tool_args: args }: AgentStep): boolean {
  return type === 'error' || (args as JsonObject | null | undefined)?.ok === false;
}
