import type { AgentStep } from '../../protocol';
import { objectOf } from '../ui/record';

/** What a model was told, in order. */
export interface Told {
  role: 'user' | 'assistant' | 'tool';
  content: string;
}

/** The conversation that the model saw before a step of a trace, put together from the steps before it. */
export function conversationBefore(steps: readonly AgentStep[], index: number): Told[] {
  const told: Told[] = [];
  for (const { step_index: at, step_type: type, content, tool_args: args } of steps) {
    if (at >= index) {
      break;
    }
    const { reply } = objectOf(args);
    switch (type) {
      case 'message':
        told.push({ role: 'user', content });
        break;
      case 'execute_js':
        told.push({ role: 'assistant', content: typeof reply === 'string' ? reply : content });
        break;
      case 'response':
        told.push({ role: 'assistant', content });
        break;
      case 'execute_js_result':
      case 'tool_result':
        told.push({ role: 'tool', content });
    }
  }
  return told;
}

/** A key of the sandbox's data whose value a block has changed. */
export interface DataChange {
  key: string;
  before: unknown;
  after: unknown;
}

/**
 * What a block did to the session's data.
 * @returns each key that it set, changed or removed; `before` or `after` is undefined where there was none
 */
export function dataChanges(steps: readonly AgentStep[], step: AgentStep): DataChange[] {
  const after = objectOf(objectOf(step.tool_args).data);
  const earlier = steps.filter(({ step_index: index }) => index < step.step_index);
  const begin = earlier.findLastIndex(({ step_type: type }) => type === 'message');
  const last = earlier
    .slice(begin + 1)
    .findLast((one) => one.step_type === 'execute_js_result' && objectOf(one.tool_args).data !== undefined);
  const before = objectOf(objectOf(last?.tool_args).data);
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key) => ({ key, before: before[key], after: after[key] }));
}
