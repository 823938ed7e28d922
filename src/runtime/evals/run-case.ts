import type { RunEvent } from '../../protocol';
import type { Inputs } from '../agent/inputs';
import type { Runs } from '../agent/runs';
import { RunStopped } from '../agent/stopped';
import { Problem } from '../http/problem';
import type { LoadedAgent } from '../source/loaded';
import type { Case, Session, Store } from '../store';
import type { CaseCoverage } from './coverage';
import type { AskedQuestion, Evidence, ToolCall } from './types';

export interface CaseServices {
  store: Pick<Store, 'sessions' | 'steps'>;
  runs: Pick<Runs, 'start' | 'stop'>;
  inputs: Pick<Inputs, 'answer'>;
}

/** What an agent made of a case. */
export interface CaseOutcome extends Evidence {
  /** A sentence: why there is no answer to judge. */
  error?: string;
  durationMs: number;
  promptTokens: number;
  completionTokens: number;
  /** As the run reckons it; undefined where it does not say. */
  cost?: number;
}

/**
 * Runs a case in a session, as a person would, and answers what the agent asks from the case.
 * @param coverage is told what the case exercises in the skills.
 * @param signal ends it; its reason's message becomes the outcome's error.
 */
export async function runCase(
  services: CaseServices,
  session: Session,
  source: LoadedAgent,
  given: Pick<Case, 'prompt' | 'answers' | 'path'>,
  signal: AbortSignal,
  coverage?: CaseCoverage,
): Promise<CaseOutcome> {
  const started = performance.now();
  const heard: Heard = { response: '', questions: [], answers: [...given.answers] };
  const stop = () => void services.runs.stop(session.id);
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    const { events } = await services.runs.start(session, given.prompt, {
      source,
      ...(coverage ? { counted: (counts) => coverage.add(counts) } : {}),
    });
    if (signal.aborted) stop();
    for await (const event of events) await hear(services, session.id, given.path, event, heard);
  } catch (error) {
    heard.error ??= error instanceof Error ? error.message : String(error);
  } finally {
    signal.removeEventListener('abort', stop);
  }
  if (signal.aborted) heard.error = reasonOf(signal);
  const after = await services.store.sessions.get(session.project_id, session.id);
  return {
    response: heard.response,
    questions: heard.questions,
    toolCalls: await toolCallsOf(services.store, session.id),
    error: heard.error ?? (heard.response ? undefined : 'The run ended without an answer.'),
    durationMs: performance.now() - started,
    promptTokens: after?.prompt_tokens ?? 0,
    completionTokens: after?.completion_tokens ?? 0,
    ...(heard.cost === undefined ? {} : { cost: heard.cost }),
  };
}

interface Heard {
  response: string;
  questions: AskedQuestion[];
  /** Those that are left. */
  answers: (boolean | string)[];
  error?: string;
  cost?: number;
}

async function hear(
  { runs, inputs }: CaseServices,
  sessionId: string,
  path: string,
  { type, content, args, summary }: RunEvent,
  heard: Heard,
): Promise<void> {
  if (type === 'response') heard.response = content ?? '';
  else if (type === 'error') heard.error ??= content || 'The run failed without saying why.';
  else if (type === 'done' && typeof summary?.cost === 'number') heard.cost = summary.cost;
  else if (type === 'input_request') {
    const question: AskedQuestion = { type: String(args?.input_type), message: String(args?.message) };
    heard.questions.push(question);
    const answer = heard.answers.shift();
    const refusal =
      answer === undefined
        ? 'The case has no answer for it.'
        : await refusalOf(inputs.answer(sessionId, String(args?.request_id), answer, true));
    if (refusal === undefined) question.answer = answer;
    else {
      heard.error ??= `The agent asked “${question.message}” (${question.type}). ${refusal} Put what it is to be told into "answers" of ${path}, in order.`;
      await runs.stop(sessionId);
    }
  }
}

/** @returns why an answer was not taken; undefined when it was, or when the run that asked has ended. */
async function refusalOf(answered: Promise<void>): Promise<string | undefined> {
  try {
    await answered;
    return undefined;
  } catch (error) {
    if (error instanceof Problem && error.status === 400) return error.message;
    if (error instanceof Problem || error instanceof RunStopped) return undefined;
    throw error;
  }
}

async function toolCallsOf(store: CaseServices['store'], sessionId: string): Promise<ToolCall[]> {
  const calls: ToolCall[] = [];
  let block: ToolCall | undefined;
  for (const { step_type: type, content, tool_args: args } of await store.steps.list(sessionId)) {
    if (type === 'execute_js') {
      block = { name: 'execute_js', args: { source: content }, ok: false };
      calls.push(block);
    } else if (type === 'execute_js_result') {
      if (block) block.ok = args?.ok === true;
    } else if (typeof args?.call === 'string') {
      calls.push({ name: args.call, args: args.args ?? [], ok: args.failure === undefined });
    }
  }
  return calls;
}

function reasonOf({ reason }: AbortSignal): string {
  return reason instanceof Error ? reason.message : String(reason);
}
