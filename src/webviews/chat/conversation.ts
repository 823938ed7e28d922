import { InputRequest } from '../../protocol/events';
import type { InputState } from '../ui/input-form';
import { failureOf, objectOf, recordOfEvent, recordOfStep, type SessionRecord } from '../ui/record';
import type { ChatEntry, Ending } from './messages';

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

export interface Turn {
  message: string;
  startedAt: number;
  items: readonly Item[];
  tokens: number;
  durationMs: number | undefined;
  /** Undefined while the run goes on. */
  ending: Ending | undefined;
}

export interface Conversation {
  turns: readonly Turn[];
}

export const emptyConversation: Conversation = { turns: [] };

/**
 * Adds entries to a conversation. Pure: turns that did not change keep their identity, so that only the running
 * one is drawn again.
 */
export function extend(conversation: Conversation, entries: readonly ChatEntry[]): Conversation {
  const turns = [...conversation.turns];
  for (const entry of entries) {
    if (isMessage(entry)) {
      const last = turns.pop();
      if (last) {
        turns.push(closed(last));
      }
      turns.push(opened(entry));
    } else {
      const last = turns.pop() ?? opened({ kind: 'message', text: '', at: 0 });
      turns.push(after(last, entry));
    }
  }
  return { turns };
}

function isMessage(entry: ChatEntry): entry is Extract<ChatEntry, { kind: 'message' | 'step' }> {
  return entry.kind === 'message' || (entry.kind === 'step' && entry.step.step_type === 'message');
}

function opened(entry: Extract<ChatEntry, { kind: 'message' | 'step' }>): Turn {
  const begun =
    entry.kind === 'message' ? { text: entry.text, at: entry.at } : messageOf(recordOfStep(entry.step));
  return {
    message: begun.text,
    startedAt: begun.at,
    items: [],
    tokens: 0,
    durationMs: undefined,
    ending: undefined,
  };
}

function messageOf(record: SessionRecord): { text: string; at: number } {
  return { text: record.content, at: record.at };
}

/** A turn that another one follows has ended, whether or not anything said so. */
function closed(turn: Turn): Turn {
  if (turn.ending) {
    return turn;
  }
  const answered = turn.items.some(({ kind }) => kind === 'answer');
  return withEnding(turn, answered ? { kind: 'done' } : { kind: 'unfinished', status: '' });
}

function after(turn: Turn, entry: ChatEntry): Turn {
  switch (entry.kind) {
    case 'event':
      return withRecord(turn, recordOfEvent(entry.event, entry.at), objectOf(entry.event.summary));
    case 'step':
      return withRecord(turn, recordOfStep(entry.step), {});
    case 'answered':
      return withQuestion(turn, entry.requestId, { state: 'sent', answer: entry.value, problem: '' });
    case 'answer-failed':
      return withQuestion(turn, entry.requestId, {
        state: 'open',
        answer: undefined,
        problem: entry.message,
      });
    case 'ending':
      // What the server said about the end counts more than how the connection went down after it.
      return turn.ending ? turn : withEnding(timed(turn, entry.at), entry.ending);
    case 'message':
      return turn;
  }
}

function timed(turn: Turn, at: number): Turn {
  const taken = at - turn.startedAt;
  return turn.startedAt > 0 && taken >= 0 ? { ...turn, durationMs: taken } : turn;
}

function withEnding(turn: Turn, ending: Ending): Turn {
  const items = turn.items.map((item): Item => {
    if (item.kind === 'question') {
      return item.state === 'open' ? { ...item, state: 'lapsed' } : { ...item, state: settled(item.state) };
    }
    return item.kind === 'block' && item.state === 'running'
      ? { ...item, state: 'failed', formatted: item.formatted || 'The run ended before this block did.' }
      : item;
  });
  return { ...turn, items, ending };
}

function settled(state: InputState): InputState {
  return state === 'sent' ? 'settled' : state;
}

function withQuestion(turn: Turn, requestId: string, change: Partial<Question>): Turn {
  return {
    ...turn,
    items: turn.items.map((item) =>
      item.kind === 'question' && item.request.request_id === requestId ? { ...item, ...change } : item,
    ),
  };
}

function withRecord(turn: Turn, record: SessionRecord, summary: Record<string, unknown>): Turn {
  const counted = {
    ...timed(turn, record.at),
    tokens: turn.tokens + record.tokens.prompt + record.tokens.completion,
    items: turn.items.map(moved),
  };
  switch (record.type) {
    case 'done':
      return withEnding({ ...counted, tokens: tokensIn(summary) ?? turn.tokens }, { kind: 'done' });
    case 'error':
      return withEnding(counted, {
        kind: 'error',
        message: record.content || 'The server ended the run with an error and did not say why.',
      });
    case 'execute_js_result':
    case 'tool_result':
      return { ...counted, items: withResult(counted.items, record) };
    case 'replay_started':
      return counted;
    case 'sandbox_event':
      return { ...counted, items: withAnswer(counted.items, record) };
    default:
      return { ...counted, items: [...counted.items, itemOf(record)] };
  }
}

/** The runtime tells of an answered question as of any other call: by the event of its primitive. */
function withAnswer(items: readonly Item[], record: SessionRecord): Item[] {
  const { call, value } = record.args;
  const at = ['confirm', 'choice', 'input'].includes(String(call))
    ? items.findLastIndex((item) => item.kind === 'question')
    : -1;
  const question = items[at];
  if (question?.kind !== 'question' || (typeof value !== 'boolean' && typeof value !== 'string')) {
    return [...items, itemOf(record)];
  }
  return items.with(at, { ...question, state: 'settled', answer: value });
}

/** Something happened after the answer to a question was sent: the server has taken it. */
function moved(item: Item): Item {
  return item.kind === 'question' && item.state === 'sent' ? { ...item, state: 'settled' } : item;
}

function itemOf(record: SessionRecord): Item {
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

/** Puts a result to the block it belongs to: the last one that still runs. */
function withResult(items: readonly Item[], record: SessionRecord): Item[] {
  const at = items.findLastIndex((item) => item.kind === 'block' && item.state === 'running');
  const block = items[at];
  const failure = failureOf(record);
  const outcome = {
    state: failure === undefined ? ('ok' as const) : ('failed' as const),
    formatted: failure ?? record.content,
    raw: record.result,
  };
  if (block?.kind !== 'block') {
    const alone = { kind: 'block' as const, tool: record.tool, source: '', startedAt: record.at };
    return [...items, { ...alone, ...outcome, durationMs: record.durationMs }];
  }
  const taken = block.startedAt > 0 && record.at >= block.startedAt ? record.at - block.startedAt : undefined;
  return items.with(at, { ...block, ...outcome, durationMs: record.durationMs ?? taken });
}

function tokensIn(summary: Record<string, unknown>): number | undefined {
  const { prompt, completion } = objectOf(summary.tokens);
  if (typeof summary.tokens === 'number') {
    return summary.tokens;
  }
  return typeof prompt === 'number' && typeof completion === 'number' ? prompt + completion : undefined;
}
