import { type Bill, billOf, type Prices, type Spending, toldBy } from '../../protocol/spending';
import { failureOf, objectOf, recordOfEvent, recordOfStep, type SessionRecord } from '../ui/record';
import { placeOf } from '../ui/skills';
import { type Item, itemOf, type Question } from './items';
import type { ChatEntry, Ending } from './messages';

/** Tokens that models have read and written. */
export type Spent = Pick<Spending, 'prompt' | 'completion'>;

export interface Turn {
  message: string;
  startedAt: number;
  items: readonly Item[];
  tokens: Spent;
  /** The same, by the model that was asked; `model` is "" where nobody says which. */
  spent: readonly Spending[];
  /** The model that answers, as the server says it; "" where it does not. */
  model: string;
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
  let draft: Draft | undefined;
  for (const entry of entries) {
    if (isMessage(entry)) {
      close(draft ?? reopen(turns));
      draft = begin(entry);
      turns.push(draft);
    } else {
      draft ??= reopen(turns) ?? begin({ kind: 'message', text: '', at: 0 }, turns);
      follow(draft, entry);
    }
  }
  return { turns };
}

/** A turn that this call may change: its own copy, so that ten thousand events copy its items once. */
interface Draft extends Turn {
  items: Item[];
  spent: Spending[];
}

/** Makes the last turn one that may be changed. */
function reopen(turns: Turn[]): Draft | undefined {
  const last = turns.pop();
  if (!last) {
    return undefined;
  }
  const draft = { ...last, items: [...last.items], spent: [...last.spent] };
  turns.push(draft);
  return draft;
}

type MessageEntry = Extract<ChatEntry, { kind: 'message' | 'step' }>;

function isMessage(entry: ChatEntry): entry is MessageEntry {
  return entry.kind === 'message' || (entry.kind === 'step' && entry.step.step_type === 'message');
}

/** @param turns where to put it as well */
function begin(entry: MessageEntry, turns?: Turn[]): Draft {
  const { content, at, args } =
    entry.kind === 'message' ? { content: entry.text, at: entry.at, args: {} } : recordOfStep(entry.step);
  const draft: Draft = {
    message: content,
    startedAt: at,
    items: [],
    tokens: { prompt: 0, completion: 0 },
    spent: [],
    model: toldBy(args).model,
    durationMs: undefined,
    ending: undefined,
  };
  turns?.push(draft);
  return draft;
}

/** A turn that another one follows has ended, whether or not anything said so. */
function close(draft: Draft | undefined): void {
  if (draft && !draft.ending) {
    const answered = draft.items.some(({ kind }) => kind === 'answer');
    end(draft, answered ? { kind: 'done' } : { kind: 'unfinished', status: '' });
  }
}

function follow(draft: Draft, entry: ChatEntry): void {
  switch (entry.kind) {
    case 'event':
      record(draft, recordOfEvent(entry.event, entry.at), objectOf(entry.event.summary), entry.event);
      break;
    case 'step':
      record(draft, recordOfStep(entry.step), {}, entry.step.tool_args);
      break;
    case 'answered':
      change(draft, entry.requestId, { state: 'sent', answer: entry.value, problem: '' });
      break;
    case 'answer-failed':
      change(draft, entry.requestId, { state: 'open', answer: undefined, problem: entry.message });
      break;
    case 'ending':
      // What the server said about the end counts more than how the connection went down after it.
      if (!draft.ending) {
        clock(draft, entry.at);
        end(draft, entry.ending);
      }
      break;
    case 'message':
      break;
  }
}

function clock(draft: Draft, at: number): void {
  const taken = at - draft.startedAt;
  if (draft.startedAt > 0 && taken >= 0) {
    draft.durationMs = taken;
  }
}

function end(draft: Draft, ending: Ending): void {
  draft.ending = ending;
  if (goesOnElsewhere(ending)) {
    return;
  }
  draft.items = draft.items.map((item): Item => {
    if (item.kind === 'question' && item.state !== 'settled') {
      return { ...item, state: item.state === 'sent' ? 'settled' : 'lapsed' };
    }
    return item.kind === 'block' && item.state === 'running' ? { ...item, state: 'cut' } : item;
  });
}

/** True where nothing has ended but the reading of it: its question waits, and its block runs. */
function goesOnElsewhere(ending: Ending): boolean {
  return ending.kind === 'unfinished' && (ending.status === 'running' || ending.status === 'waiting');
}

/** Changes a question; one that nobody asked is left alone. */
function change(draft: Draft, requestId: string, to: Partial<Question>): void {
  const at = draft.items.findLastIndex(
    (item) => item.kind === 'question' && item.request.request_id === requestId,
  );
  const question = draft.items[at];
  if (question?.kind === 'question') {
    draft.items[at] = { ...question, ...to };
  }
}

/** @param told where the model that was asked is named */
function record(draft: Draft, one: SessionRecord, summary: Record<string, unknown>, told: unknown): void {
  clock(draft, one.at);
  const before = draft.tokens;
  draft.tokens = {
    prompt: before.prompt + one.tokens.prompt,
    completion: before.completion + one.tokens.completion,
  };
  if (one.type !== 'done') {
    spend(draft, { ...one.tokens, ...toldBy(told) });
  }
  switch (one.type) {
    case 'done':
      draft.tokens = tokensIn(summary) ?? before;
      end(draft, { kind: 'done' });
      break;
    case 'error':
      end(draft, {
        kind: 'error',
        message: one.content || 'The server ended the run with an error and did not say why.',
      });
      break;
    case 'replay_started':
      break;
    case 'execute_js_result':
    case 'tool_result':
      settleQuestion(draft);
      finishBlock(draft, one);
      break;
    case 'sandbox_event':
      tellEvent(draft, one);
      break;
    default:
      settleQuestion(draft);
      draft.items.push(itemOf(one));
  }
}

/** Something happened after the answer to a question was sent: the server has taken it. */
function settleQuestion(draft: Draft): void {
  const at = draft.items.length - 1;
  const last = draft.items[at];
  if (last?.kind === 'question' && last.state === 'sent') {
    draft.items[at] = { ...last, state: 'settled' };
  }
}

/** The runtime tells of an answered question as of any other call: by the event of its primitive. */
function tellEvent(draft: Draft, one: SessionRecord): void {
  const { call, value } = one.args;
  const at = ['confirm', 'choice', 'input'].includes(String(call))
    ? draft.items.findLastIndex((item) => item.kind === 'question')
    : -1;
  const question = draft.items[at];
  if (question?.kind === 'question' && (typeof value === 'boolean' || typeof value === 'string')) {
    draft.items[at] = { ...question, state: 'settled', answer: value };
  } else {
    settleQuestion(draft);
    draft.items.push(itemOf(one));
  }
}

/** Puts a result to the block it belongs to: the last one that still runs. */
function finishBlock(draft: Draft, one: SessionRecord): void {
  const at = draft.items.findLastIndex((item) => item.kind === 'block' && item.state === 'running');
  const block = draft.items[at];
  const failure = failureOf(one);
  const outcome = {
    state: failure === undefined ? ('ok' as const) : ('failed' as const),
    formatted: failure ?? one.content,
    raw: one.result,
    place: placeOf(one.args),
  };
  if (block?.kind === 'block') {
    const taken = block.startedAt > 0 && one.at >= block.startedAt ? one.at - block.startedAt : undefined;
    draft.items[at] = { ...block, ...outcome, durationMs: one.durationMs ?? taken };
  } else {
    const { tool, at: startedAt, durationMs } = one;
    draft.items.push({ kind: 'block', tool, source: '', startedAt, durationMs, ...outcome });
  }
}

/** What a server says at the end that the whole run has used; one that gives a single number means both together. */
function tokensIn(summary: Record<string, unknown>): Spent | undefined {
  const { prompt, completion } = objectOf(summary.tokens);
  if (typeof summary.tokens === 'number') {
    return { prompt: summary.tokens, completion: 0 };
  }
  return typeof prompt === 'number' && typeof completion === 'number' ? { prompt, completion } : undefined;
}

function spend(draft: Draft, spending: Spending): void {
  if (spending.prompt + spending.completion > 0) {
    draft.spent.push(spending);
  }
  // What an answer or a block was asked of is the agent's model; a script may have asked another.
  draft.model ||= spending.model;
}

/**
 * What a turn has cost.
 * @param model what the server says of the session's model, for what names none
 */
export function turnBill({ tokens, spent, model: own }: Turn, prices: Prices, model: string): Bill {
  const named = spent.map((one) => ({ ...one, model: one.model || own || model }));
  // A server may tell what was spent only at the end, without saying on what.
  const rest = {
    model: own || model,
    prompt: Math.max(0, tokens.prompt - sumOf(spent, 'prompt')),
    completion: Math.max(0, tokens.completion - sumOf(spent, 'completion')),
  };
  return billOf([...named, rest], prices);
}

function sumOf(spent: readonly Spending[], what: keyof Spent): number {
  return spent.reduce((sum, one) => sum + one[what], 0);
}

/** What all turns of a conversation have used together. */
export function totalOf(
  turns: readonly Turn[],
  prices: Prices,
  model: string,
): { tokens: Spent; durationMs: number; bill: Bill } {
  const bills = turns.map((turn) => turnBill(turn, prices, model));
  const bill = {
    dollars: bills.reduce((sum, { dollars }) => sum + dollars, 0),
    unpriced: bills.reduce((sum, { unpriced }) => sum + unpriced, 0),
  };
  return turns.reduce(
    ({ tokens, durationMs }, turn) => ({
      bill,
      tokens: {
        prompt: tokens.prompt + turn.tokens.prompt,
        completion: tokens.completion + turn.tokens.completion,
      },
      durationMs: durationMs + (turn.durationMs ?? 0),
    }),
    { tokens: { prompt: 0, completion: 0 }, durationMs: 0, bill },
  );
}
