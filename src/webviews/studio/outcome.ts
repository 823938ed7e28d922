import type { AgentStep, JsonObject } from '../../protocol';
import { failureOf, objectOf, recordOfStep } from '../ui/record';

/**
 * Whether two steps came out alike: the same kind of thing, with the same text, arguments, value, failure and data.
 * Where an answer came from and how long it took make no difference.
 */
export function sameOutcome(left: AgentStep, right: AgentStep): boolean {
  return left.step_type === right.step_type && isAlike(outcomeOf(left), outcomeOf(right));
}

/** What came out of a step, without what only says how: lines for people, ids, times, where an answer is from. */
function outcomeOf(step: AgentStep): JsonObject {
  const args = objectOf(step.tool_args);
  const { content } = step;
  switch (step.step_type) {
    case 'message':
    case 'response':
      return { content };
    case 'data_update':
      return Object.keys(args).length > 0 ? args : { content };
    case 'input_request': {
      // As of an error: the same question of a changed file is asked on another line.
      const { request_id: _, called_from: _from, ...question } = args;
      return { content, ...question };
    }
    case 'execute_js_result':
    case 'tool_result': {
      const failure = failureOf(recordOfStep(step));
      const { name, message } = objectOf(args.error);
      const { result, data, logs } = args;
      return failure === undefined
        ? { content, result, data, logs }
        : // Not where it was thrown: another line of a changed file may throw the same.
          { failure: typeof message === 'string' ? `${name}: ${message}` : failure, data, logs };
    }
    default: {
      const { call, args: given, value, failure } = args;
      if (typeof call === 'string') {
        return { call, args: given, value, failure };
      }
      const { recorded_from, edited, duration_ms, model, cost, prompt_hash, system_prompt, ...rest } = args;
      return { content, ...rest };
    }
  }
}

/** Two values of JSON, compared down to the first difference. */
export function isAlike(left: unknown, right: unknown): boolean {
  if (left === right) {
    return true;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((value, index) => isAlike(value, right[index]));
  }
  if (!isObject(left) || !isObject(right)) {
    return false;
  }
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => key in right && isAlike(left[key], right[key]))
  );
}

/** True for an object of JSON: no list, not null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
