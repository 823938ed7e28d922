import type { AgentStep } from '../src/protocol';

/**
 * Makes the steps of a long run: blocks, what they call, their results, answers. It runs in a page too, and so must not
 * reach outside itself.
 * @param size characters of each
 */
export function madeSteps({ count, size }: { count: number; size: number }): AgentStep[] {
  const text = 'The parcel of order A-1002 has left the harbour. '.repeat(Math.ceil(size / 50));
  const kinds = ['execute_js', 'sandbox_event', 'execute_js_result', 'response'];
  return Array.from({ length: count }, (_, index) => ({
    id: `step-${index}`,
    session_id: 'session-1',
    step_index: index,
    step_type: kinds[index % kinds.length] ?? '',
    content: `${index} ${text}`.slice(0, size),
    tool_args: { call: index % 4 === 1 ? 'search' : undefined, ok: true, result: index },
    duration_ms: 1 + (index % 90),
    prompt_tokens: 10,
    completion_tokens: 5,
    created_at: new Date(1_700_000_000_000 + index * 50).toISOString(),
  }));
}
