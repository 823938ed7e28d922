import { conversationOf, promptOf, type ReplayRequest } from '../../protocol';
import type { ModelMessage } from '../models/types';
import type { Step } from '../store';

/** What an earlier run got for a call of a script: what it gave, or the error that it threw. */
export interface TapedCall {
  /** Place of the call among the steps of the earlier run. */
  step: number;
  /** The line for people that it had there. */
  summary: string;
  value: unknown;
  failure: string | undefined;
}

/** What an earlier run's model said. */
export interface TapedReply {
  step: number;
  text: string;
}

/** What a model is asked with; the same question may be given the same answer. */
export interface Question {
  system: string;
  model: string;
  messages: readonly ModelMessage[];
}

interface Call extends TapedCall {
  key: string;
  used: boolean;
}

interface Answer extends TapedReply {
  /** The conversation that it answered. */
  key: string;
}

/**
 * The steps of an earlier run that a replay may take answers from instead of asking anew. A call gets what the
 * same call with the same arguments got, each recorded one once and in their order; a model gets what it said to
 * exactly the same conversation. Whatever was not asked before has no answer here and is asked live.
 */
export class Tape {
  readonly #calls: Call[];
  readonly #answers: Answer[];

  /** @param request what is to be taken: by kind, and for single steps otherwise. */
  constructor(steps: readonly Step[], parent: Omit<Question, 'messages'>, request: ReplayRequest) {
    const later = steps.filter(
      ({ step_index }) =>
        step_index >= request.from_step && isTaken(step_index, kindOf(steps[step_index]), request),
    );
    this.#calls = later.flatMap((step) => {
      const { call, args, value, failure } = step.tool_args ?? {};
      if (step.step_type !== 'sandbox_event' || typeof call !== 'string') return [];
      const failed = typeof failure === 'string' ? failure : undefined;
      const { step_index: index, content: summary } = step;
      return [{ step: index, summary, key: keyOf([call, args]), value, failure: failed, used: false }];
    });
    this.#answers = later.flatMap((step) => {
      const text = replyOf(step);
      if (text === undefined) return [];
      const messages = conversationOf(steps.slice(0, step.step_index));
      // A session may have been asked under several prompts and models; what its last run used is only the last.
      const system = promptOf(steps, step) ?? parent.system;
      const model = typeof step.tool_args?.model === 'string' ? step.tool_args.model : parent.model;
      return [{ step: step.step_index, text, key: keyOf({ system, model, messages }) }];
    });
  }

  /** @returns what the call got when it was made before; undefined when it must be made. */
  call(name: string, args: readonly unknown[]): TapedCall | undefined {
    const key = keyOf([name, args]);
    const found = this.#calls.find((one) => !one.used && one.key === key);
    if (found) found.used = true;
    return found;
  }

  /** @returns what the model said to this conversation; undefined when it must be asked. */
  reply({ system, model, messages }: Question): TapedReply | undefined {
    const key = keyOf({ system, model, messages });
    return this.#answers.find((one) => one.key === key);
  }
}

type Kind = 'call' | 'reply' | 'other';

function kindOf(step: Step | undefined): Kind {
  if (!step) return 'other';
  if (step.step_type === 'sandbox_event' && typeof step.tool_args?.call === 'string') return 'call';
  return replyOf(step) === undefined ? 'other' : 'reply';
}

function isTaken(index: number, kind: Kind, { reuse = 'none', live, recorded }: ReplayRequest): boolean {
  if (live?.includes(index)) return false;
  if (recorded?.includes(index)) return true;
  return reuse === 'all' || (reuse === 'calls' && kind === 'call');
}

/** What the model said in a step, as it was given back to it; undefined for steps that are not the model's. */
function replyOf(step: Step): string | undefined {
  if (step.step_type === 'response') return step.content;
  const { reply } = step.tool_args ?? {};
  return step.step_type === 'execute_js' && typeof reply === 'string' ? reply : undefined;
}

/** Two things with the same key are the same as JSON. */
function keyOf(value: unknown): string {
  return JSON.stringify(value) ?? '';
}
