import { InputRequest } from '../../protocol/events';
import type { InputState } from '../ui/input-form';
import type { SessionRecord } from '../ui/record';
import type { Place } from '../ui/skills';

export interface Block {
  kind: 'block';
  /** Name of the tool on older servers; "" for a JavaScript block. */
  tool: string;
  source: string;
  state: 'running' | 'ok' | 'failed';
  startedAt: number;
  durationMs: number | undefined;
  formatted: string;
  raw: unknown;
  /** Where in a skill's file it failed; undefined when it did not, or in the block itself. */
  place?: Place | undefined;
}

export interface Question {
  kind: 'question';
  request: InputRequest;
  state: InputState;
  answer: boolean | string | undefined;
  /** Why the last answer was not taken; "" when there is nothing to say. */
  problem: string;
}

/** What a turn is made of, in order. */
export type Item =
  | Block
  | Question
  /** What the agent said before it acted. */
  | { kind: 'text'; text: string }
  /** A side channel of a primitive: a search, a log line. */
  | { kind: 'event'; label: string; text: string; failed: boolean }
  | { kind: 'data'; changes: Record<string, unknown> }
  | { kind: 'answer'; text: string }
  /** A type that this version does not know, shown as it came. */
  | { kind: 'opaque'; type: string; payload: unknown };

/** What a record is shown as, before anything that follows has changed it. */
export function itemOf(record: SessionRecord): Item {
  switch (record.type) {
    case 'sandbox_event': {
      const { kind, summary, failure } = record.args;
      const text = record.content || (typeof summary === 'string' ? summary : '');
      return typeof kind === 'string' && kind && kind !== 'text'
        ? { kind: 'event', label: kind, text, failed: typeof failure === 'string' }
        : { kind: 'text', text };
    }
    case 'execute_js':
    case 'tool_call':
      return {
        kind: 'block',
        tool: record.type === 'tool_call' ? record.tool || 'tool' : '',
        source:
          record.content || (record.type === 'tool_call' ? JSON.stringify(record.args, undefined, 2) : ''),
        state: 'running',
        startedAt: record.at,
        durationMs: undefined,
        formatted: '',
        raw: undefined,
      };
    case 'data_update':
      return { kind: 'data', changes: record.args };
    case 'response':
      return { kind: 'answer', text: record.content };
    case 'input_request': {
      const request = InputRequest.safeParse(record.args);
      return request.success
        ? { kind: 'question', request: request.data, state: 'open', answer: undefined, problem: '' }
        : opaqueOf(record);
    }
    default:
      return opaqueOf(record);
  }
}

function opaqueOf(record: SessionRecord): Item {
  const { type, content, args, result } = record;
  return {
    kind: 'opaque',
    type,
    payload: { ...(content ? { content } : {}), args, ...(result === undefined ? {} : { result }) },
  };
}
