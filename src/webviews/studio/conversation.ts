import type { AgentStep } from '../../protocol';
import { objectOf } from '../ui/record';
import { type ValueChange, valueChanges } from './value-diff';

/**
 * What a block did to the session's data.
 * @returns each place in it that it set, changed or removed
 */
export function dataChanges(steps: readonly AgentStep[], step: AgentStep): ValueChange[] {
  const after = objectOf(objectOf(step.tool_args).data);
  const earlier = steps.filter(({ step_index: index }) => index < step.step_index);
  const begin = earlier.findLastIndex(({ step_type: type }) => type === 'message');
  const last = earlier
    .slice(begin + 1)
    .findLast((one) => one.step_type === 'execute_js_result' && objectOf(one.tool_args).data !== undefined);
  const before = objectOf(objectOf(last?.tool_args).data);
  return valueChanges('', before, after);
}
