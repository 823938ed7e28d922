import { conversationOf } from '../../protocol';
import type { ModelMessage } from '../models/types';
import type { Step } from '../store';

/** A primitive's answer in an earlier run of a block. */
export interface RecordedCall {
  name: string;
  args: unknown;
  value?: unknown;
  /** Message of the error that was thrown instead. */
  failure?: string;
}

/** A block that was about to run, or was running, where the steps end. */
export interface PendingBlock {
  source: string;
  calls: RecordedCall[];
  /** Index of the step that has it. */
  step: number;
}

/** Where a session stands after its steps: all that a run needs to go on from there. */
export interface History {
  messages: ModelMessage[];
  /** The sandbox's `data` of the run that the steps end in. */
  data: Record<string, unknown>;
  pending?: PendingBlock;
  /** True when the last run has had its answer, so that only a new message leads on. */
  settled: boolean;
}

/** Reads the conversation out of a session's steps; nothing else is kept of it. */
export function readHistory(steps: readonly Step[]): History {
  const history: History = { messages: conversationOf(steps), data: {}, settled: true };
  for (const step of steps) take(history, step);
  return history;
}

function take(history: History, step: Step): void {
  const { step_type: type, content, tool_args: args } = step;
  switch (type) {
    case 'message':
      history.data = {};
      history.pending = undefined;
      history.settled = false;
      break;
    case 'execute_js':
      history.pending = { source: content, calls: [], step: step.step_index };
      break;
    case 'sandbox_event': {
      const name = text(args?.call);
      if (name) {
        history.pending?.calls.push({
          name,
          args: args?.args,
          value: args?.value,
          failure: text(args?.failure),
        });
      }
      break;
    }
    case 'execute_js_result':
      history.pending = undefined;
      if (isObject(args?.data)) history.data = args.data;
      break;
    case 'response':
    case 'error':
      history.settled = true;
      break;
    default:
      // data_update and input_request show what other steps already carry.
      break;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
