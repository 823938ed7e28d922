import type { AgentStep } from './sessions';

/** What a model was told, in order. */
export interface Told {
  role: 'user' | 'assistant' | 'tool';
  content: string;
}

/** The part of a step that says what a model was told. */
export type TellingStep = Pick<AgentStep, 'step_index' | 'step_type' | 'content' | 'tool_args'>;

/** Longest result of a block that a model is given back, in characters; the trace keeps all of it. */
const longestResult = 20_000;

/** What a model is told of a block that its run never saw end. */
const brokenOff = 'The run ended before this block did.';

/** @returns the result of a block as the model is given it. */
export function toldResult(formatted: string): string {
  if (formatted.length <= longestResult) {
    return formatted;
  }
  const left = formatted.length - longestResult;
  return `${formatted.slice(0, longestResult)}\n… (${left} more characters are in the trace)`;
}

/**
 * The conversation that the steps of a session make, as a model is told it: the embedded runtime asks with it, and a
 * trace shows it.
 */
export function conversationOf(steps: readonly TellingStep[]): Told[] {
  const told: Told[] = [];
  let pending = false;
  for (const { step_type: type, content, tool_args: args } of steps) {
    switch (type) {
      case 'message':
        if (pending) {
          told.push({ role: 'tool', content: brokenOff });
        }
        told.push({ role: 'user', content });
        pending = false;
        break;
      case 'execute_js':
        told.push({ role: 'assistant', content: textOf(args, 'reply') ?? content });
        pending = true;
        break;
      case 'execute_js_result':
      case 'tool_result':
        told.push({ role: 'tool', content: toldResult(content) });
        pending = false;
        break;
      case 'response':
        told.push({ role: 'assistant', content });
        break;
    }
  }
  return told;
}

/** The conversation that a model was asked with for a step. @param index the step's place in the session */
export function toldBefore(steps: readonly TellingStep[], index: number): Told[] {
  return conversationOf(steps.filter(({ step_index: at }) => at < index));
}

/**
 * The system prompt that a model was asked with for a step. The embedded runtime keeps it by its hash, its text at the
 * first step that it was used for; another server tells only the session's last one.
 * @returns undefined where the steps do not say it
 */
export function promptOf(steps: readonly TellingStep[], step: TellingStep): string | undefined {
  const hash = textOf(step.tool_args, 'prompt_hash');
  const first = steps.find(
    ({ tool_args: args }) =>
      hash !== undefined && textOf(args, 'prompt_hash') === hash && textOf(args, 'system_prompt'),
  );
  return textOf(first?.tool_args, 'system_prompt');
}

/** A system prompt, and the first step that it was used for. */
export interface UsedPrompt {
  step: number;
  text: string;
}

/** The system prompts that a session's runs used, one after the other; empty where its steps do not say. */
export function usedPrompts(steps: readonly TellingStep[]): UsedPrompt[] {
  const used: UsedPrompt[] = [];
  for (const step of steps) {
    const text = textOf(step.tool_args, 'prompt_hash') && promptOf(steps, step);
    if (text && used.at(-1)?.text !== text) {
      used.push({ step: step.step_index, text });
    }
  }
  return used;
}

function textOf(args: unknown, field: string): string | undefined {
  const value =
    typeof args === 'object' && args !== null ? (args as Record<string, unknown>)[field] : undefined;
  return typeof value === 'string' ? value : undefined;
}
