import * as z from 'zod/mini';
import { Text } from './base';
import { AgentStep } from './sessions';

/**
 * A value of a script, read once and bounded. JSON's own primitives stand for themselves; the rest is one of
 * `{t: "leaf", json, text}` (what JSON lacks), `{t: "list", label, items, more}`,
 * `{t: "fields", label, keys, items, more}` and `{t: "pairs", keys, items, more}` (a Map), where `label` is the
 * class's name or "" and `more` counts what was left out.
 */
export const DebugValue = z.unknown();
export type DebugValue = unknown;

/**
 * A place where an instrumented script stopped or could have: before a statement, or before the expression of an
 * arrow function. Ours: no hosted server sends it.
 */
export const DebugPoint = z.looseObject({
  /** Counts the points of a session's run from 0. */
  n: z.number(),
  /** `step_index` that the next step has: steps below it were there before this point. */
  step: z.number(),
  /** Path of the skill in the project; `block:<step_index>` for a block. */
  file: z.string(),
  /** From 1, in the author's text; columns in UTF-16 units. */
  line: z.number(),
  column: z.number(),
  /** Of the function; "" when it has none. */
  name: z.string(),
  /** 1 in the block's own code, one more in each function that is being called. */
  depth: z.number(),
  /** One number for each call of a function. */
  call: z.number(),
  /** Names in scope whose value is not what the last point of this call said. */
  values: z._default(z.record(z.string(), DebugValue), {}),
  /** The run's `data`, when it is not what the last point said. */
  run_data: z.optional(DebugValue),
  /** Names of surrounding functions and of the skill; only at the first point of a call. */
  outer: z.optional(z.record(z.string(), DebugValue)),
  /** What the function that has just ended gave, with its name. */
  returned: z.optional(z.looseObject({ name: z.string(), value: DebugValue })),
});
export type DebugPoint = z.infer<typeof DebugPoint>;

/** A breakpoint on a line of a skill. */
export const DebugBreakpoint = z.looseObject({
  /** The client's own; told back when it is hit. */
  id: z.number(),
  /** Path in the project; for a block `block:<step_index>`. */
  file: z.string(),
  line: z.number(),
  /** JavaScript, evaluated where the line is; anything that is not falsy stops. */
  condition: z.optional(z.string()),
  /** `5`, `>5`, `>=5`, `<5`, `<=5`, `==5` or `%5`: how many times it must be reached. */
  hit: z.optional(z.string()),
  /** Says this instead of stopping; `{expression}` is evaluated. */
  log: z.optional(z.string()),
});
export type DebugBreakpoint = z.infer<typeof DebugBreakpoint>;

/** A breakpoint on a primitive, an MCP tool (`server.tool`), a skill or a function, by name. */
export const DebugFunctionBreakpoint = z.looseObject({
  id: z.number(),
  name: z.string(),
  condition: z.optional(z.string()),
  hit: z.optional(z.string()),
});
export type DebugFunctionBreakpoint = z.infer<typeof DebugFunctionBreakpoint>;

/** What a debugger wants to stop at. */
export const DebugBreakpoints = z.looseObject({
  lines: z._default(z.array(DebugBreakpoint), []),
  functions: z._default(z.array(DebugFunctionBreakpoint), []),
  /** `thrown`: before a script throws; `failed`: after a block or a run failed; `input`: before a person is asked. */
  filters: z._default(z.array(z.string()), []),
  /**
   * JavaScript by filter; anything that is not falsy stops. It knows `error` ({name, message}), or for `input`
   * `question` ({message, input_type, options}); for `failed`, of the script's names only `data`.
   */
  filter_conditions: z.optional(z.record(z.string(), z.string())),
});
export type DebugBreakpoints = z.infer<typeof DebugBreakpoints>;

/** Body of `POST /debug/{id}/attach`, answered with a stream until the client goes away. */
export const DebugAttach = z.looseObject({
  breakpoints: z._default(DebugBreakpoints, { lines: [], functions: [], filters: [] }),
  /** Stops before the next thing that runs. */
  stop: z._default(z.boolean(), false),
});
export type DebugAttach = z.infer<typeof DebugAttach>;

export const debugMoves = ['continue', 'in', 'over', 'out', 'pause'] as const;

/** Body of `POST /debug/{id}/command`: goes on, or pauses what runs. */
export const DebugCommand = z.looseObject({ command: z.enum(debugMoves) });
export type DebugCommand = z.infer<typeof DebugCommand>;

/** Body of `POST /debug/{id}/evaluate`. */
export const DebugEvaluate = z.looseObject({
  expression: z.string(),
  /** Steps below this one have happened: their `data`, and the answers that calls had. */
  step: z.number(),
  /** The point whose names are in scope; left out, only `data` is. */
  point: z.optional(z.number()),
  /** Depth of the call whose names are meant; left out, the point's own. */
  depth: z.optional(z.number()),
});
export type DebugEvaluate = z.infer<typeof DebugEvaluate>;

export const DebugAnswer = z.looseObject({
  /** False when the expression threw; `text` then says what. */
  ok: z.boolean(),
  value: DebugValue,
  text: Text,
});
export type DebugAnswer = z.infer<typeof DebugAnswer>;

export const DebugSource = z.looseObject({ path: z.string(), hash: z.string(), text: z.string() });
export type DebugSource = z.infer<typeof DebugSource>;

/** Answer of `GET /debug/{id}`: what was recorded beside the steps. */
export const DebugRecording = z.looseObject({
  /** True while a debugger is attached. */
  attached: z.boolean(),
  points: z.array(DebugPoint),
  /** True when a run made more points than are kept. */
  truncated: z.boolean(),
  sources: z.array(DebugSource),
});
export type DebugRecording = z.infer<typeof DebugRecording>;

/** Why an instrumented run stands still. */
export const DebugStopped = z.looseObject({
  reason: z.enum(['entry', 'step', 'pause', 'breakpoint', 'function breakpoint', 'exception', 'input']),
  /** `step_index` that the next step has. */
  step: z.number(),
  /** The last point, when it stands in a script; left out between two steps. */
  point: z.optional(z.number()),
  /** Ids of the breakpoints that were hit. */
  breakpoints: z._default(z.array(z.number()), []),
  /** What is about to be called or thrown, as a sentence. */
  text: z.optional(z.string()),
  /** The primitive that is about to be called. */
  call: z.optional(z.looseObject({ name: z.string(), args: z.array(DebugValue) })),
});
export type DebugStopped = z.infer<typeof DebugStopped>;

/** `args` of the events of an attached stream, by their type. */
export const DebugStepArgs = z.looseObject({ step: AgentStep });
export const DebugPointsArgs = z.looseObject({
  points: z.array(DebugPoint),
  /** True when no more points are kept after these. */
  full: z._default(z.boolean(), false),
});
export const DebugRunArgs = z.looseObject({
  session_id: z.string(),
  /** `started`, or the session's status at the end. */
  state: z.string(),
});
export const DebugOutputArgs = z.looseObject({
  text: Text,
  /** Where it was said, as points name it: the recording may not have come as far yet. */
  file: z.optional(z.string()),
  line: z.optional(z.number()),
});
export const DebugSourcesArgs = z.looseObject({ sources: z.array(DebugSource) });
