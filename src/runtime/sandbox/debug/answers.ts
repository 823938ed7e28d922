import type { AnswerMessage, CallMessage, DebugMessage } from '../messages';
import { toJson } from '../tree';
import type { SandboxOptions } from '../types';
import type { DebugPlan, SandboxDebug, ScriptCommand } from './types';

/** A message that the worker waits for an answer to. */
export type Question = CallMessage | Extract<DebugMessage, { type: 'stopped' | 'plan' }>;
/** What such a message is answered with. */
export type Reply = AnswerMessage | ScriptCommand | DebugPlan;

/** A plan that stops at nothing and records nothing. */
const idle: DebugPlan = {
  breakpoints: { lines: [], functions: [], filters: [] },
  most: 0,
  reason: 'step',
  points: 0,
};

/** @returns what answers a question of the worker. Never rejects: a call that fails is an answer. */
export async function answerTo(
  { call, debug }: { call: SandboxOptions['call']; debug: SandboxDebug | undefined },
  question: Question,
  signal: AbortSignal,
): Promise<Reply> {
  switch (question.type) {
    case 'plan':
      return debug?.plan() ?? idle;
    case 'stopped':
      return (await debug?.stopped(readable(question.stop), question.answer, signal)) ?? { plan: idle };
    case 'call':
      return await called(call, question, signal);
  }
}

/** @returns what answers a question once the run has been cancelled. */
export function cancelled({ type }: Question): Reply {
  if (type === 'call') return { error: 'The run was cancelled.' };
  return type === 'plan' ? idle : { plan: idle };
}

/** The arguments of a call leave the sandbox as trees. */
function readable(stop: Extract<Question, { type: 'stopped' }>['stop']): typeof stop {
  const { call } = stop;
  return call
    ? { ...stop, call: { name: call.name, args: call.args.map((one) => toJson(one as never)) } }
    : stop;
}

async function called(
  call: SandboxOptions['call'],
  { name, args, from }: CallMessage,
  signal: AbortSignal,
): Promise<AnswerMessage> {
  try {
    const value = await call(name, args.map(toJson), signal, from);
    return { json: value === undefined ? '' : JSON.stringify(value) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
