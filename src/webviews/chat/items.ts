import { type InputRequest, inputRequestOf } from '../../protocol/input-request';
import type { InputState } from '../ui/input-form';
import type { SessionRecord } from '../ui/record';
import { type Place, placeOf } from '../ui/skills';

export interface Block {
  kind: 'block';
  /** Name of the tool on older servers; "" for a JavaScript block. */
  tool: string;
  source: string;
  /** Cut: the run ended before it did, which is no fault of its code. */
  state: 'running' | 'ok' | 'failed' | 'cut';
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
  /** Where a skill asks it; undefined for one of a block. */
  place?: Place | undefined;
}

/** What a turn is made of, in order. */
export type Item =
  | Block
  | Question
  /** What the agent said before it acted. */
  | { kind: 'text'; text: string }
  /** A side channel of a primitive: a search, a log line. */
  | { kind: 'event'; label: string; text: string; failed: boolean; place?: Place | undefined }
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
      if (typeof kind !== 'string' || !kind || kind === 'text') return { kind: 'text', text };
      const place = placeOf(record.args);
      const failed = typeof failure === 'string';
      return { kind: 'event', label: kind, text, failed, ...(place && { place }) };
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
      const request = inputRequestOf(record.args);
      const place = placeOf(record.args);
      return request
        ? {
            kind: 'question',
            request,
            state: 'open',
            answer: undefined,
            problem: '',
            ...(place && { place }),
          }
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
