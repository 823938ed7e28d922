import type { RunEvent } from '../../protocol';
import type { Step } from '../store';

/**
 * The frame of a stored step, so that a live stream and a trace read later say the same. `step_index`,
 * `duration_ms`, and the `model` that was asked with its `cost` are ours beside the wire's fields.
 */
export function stepEvent(step: Step): RunEvent {
  const { step_type: type, content, tool_name: tool, tool_args: args } = step;
  const event: RunEvent = { type, content, step_index: step.step_index, duration_ms: step.duration_ms };
  if (tool) event.tool = tool;
  if (step.prompt_tokens || step.completion_tokens) {
    event.tokens = { prompt: step.prompt_tokens, completion: step.completion_tokens };
  }
  const { model, cost } = args ?? {};
  if (event.tokens && typeof model === 'string') Object.assign(event, { model, ...(cost ? { cost } : {}) });
  if (type === 'execute_js_result') {
    event.result = args?.result;
    event.args = { ok: args?.ok, ...(args?.error ? { error: args.error } : {}) };
  } else if (args && type !== 'execute_js' && type !== 'response') {
    event.args = args;
  }
  return event;
}
