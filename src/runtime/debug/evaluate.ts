import { callsAt, dataAt, namesOf } from '../../project';
import type { DebugAnswer, DebugEvaluate, DebugPoint, DebugSource } from '../../protocol';
import { type RecordedCall, readHistory } from '../agent/history';
import { badRequest } from '../http/problem';
import type { SandboxPool } from '../sandbox';
import type { Step } from '../store';
import { fromJson, jsonOf } from './values';

/** How long an expression may compute. */
const timeMs = 2_000;
/** Primitives that change nothing and ask nobody, so that they may be called without a record. */
const harmless = new Set(['log']);
/** Words that no declaration may take. */
const reserved = /^(arguments|eval|await|yield|let|static|this|data|require)$/;

/** What an expression is evaluated in: a session as it was at one moment. */
export interface Moment {
  steps: readonly Step[];
  points: readonly DebugPoint[];
  sources: readonly DebugSource[];
  /** Names of the skills by their paths. */
  skillNames: ReadonlyMap<string, string>;
  primitives: readonly string[];
}

/**
 * Evaluates an expression in a sandbox of its own, with the names and the `data` of a recorded moment. Nothing is
 * called: a primitive gets the answer that the record has for the same arguments, or throws.
 * @throws Problem 400 for a point that the session does not have.
 */
export async function evaluateAt(
  sandboxes: SandboxPool,
  moment: Moment,
  { expression, step, point, depth }: DebugEvaluate,
  signal: AbortSignal,
): Promise<DebugAnswer> {
  const { steps, points } = moment;
  const index = point === undefined ? -1 : points.findIndex(({ n }) => n === point);
  if (point !== undefined && index === -1) {
    throw badRequest(`The session has no point ${point}.`, { field: 'point' });
  }
  const calls = index === -1 ? [] : callsAt(points, index);
  const call = depth === undefined ? calls[0] : calls.find((one) => one.point.depth === depth);
  if (index !== -1 && !call) throw badRequest(`No call is ${depth} deep there.`, { field: 'depth' });
  const { names, outer } = call ? namesOf(points, call.index) : { names: {}, outer: {} };
  const before = readHistory(steps.filter((one) => one.step_index < step));
  const recorded = index === -1 ? undefined : jsonOf(dataAt(points, index));
  const answers = recordedCalls(steps);
  const sandbox = await sandboxes.open({
    skills: moment.sources.map(({ path, text }) => ({
      name: moment.skillNames.get(path) ?? path,
      path,
      source: text,
    })),
    data: { ...before.data, ...(isObject(recorded) ? recorded : {}) },
    limits: { timeMs },
    primitives: [...moment.primitives],
    call: async (name, args) => answerOf(answers, name, args),
  });
  try {
    const source = `${declarations({ ...outer, ...names })}{\n${expression}\n}`;
    const { ok, value, formatted, error } = await sandbox.run(source, signal);
    return ok
      ? { ok, value: fromJson(value), text: formatted }
      : { ok, value: null, text: error ? `${error.name}: ${error.message}` : formatted };
  } finally {
    sandbox.close();
  }
}

/** On one line, so that a place in an error is the author's. */
function declarations(names: Record<string, unknown>): string {
  return Object.entries(names)
    .filter(([name]) => !reserved.test(name))
    .map(([name, value]) => `let ${name} = ${literalOf(name, value)};`)
    .join('');
}

function literalOf(name: string, value: unknown): string {
  const text = (value as { text?: unknown } | null)?.text;
  if (typeof text === 'string' && text.startsWith('[Function')) {
    const reason = `${name}() is a function of the run that was recorded; only values are kept.`;
    return `function () { throw new Error(${JSON.stringify(reason)}); }`;
  }
  if (text === 'undefined') return 'undefined';
  return JSON.stringify(jsonOf(value)) ?? 'undefined';
}

function recordedCalls(steps: readonly Step[]): RecordedCall[] {
  return steps.flatMap(({ tool_args: args }) =>
    typeof args?.call === 'string'
      ? [
          {
            name: args.call,
            args: args.args,
            value: args.value,
            failure: typeof args.failure === 'string' ? args.failure : undefined,
          },
        ]
      : [],
  );
}

/** @throws Error with a sentence for the person who evaluates. */
function answerOf(calls: readonly RecordedCall[], name: string, args: unknown[]): unknown {
  if (harmless.has(name)) return undefined;
  const wanted = JSON.stringify(args);
  const found = calls.find((one) => one.name === name && JSON.stringify(one.args) === wanted);
  if (!found) {
    throw new Error(
      `${name}() was not called with these arguments in the recorded run, and the debugger calls nothing.`,
    );
  }
  if (found.failure !== undefined) throw new Error(found.failure);
  return found.value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
