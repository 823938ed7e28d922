import { Handles, Scope, StackFrame } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { dataAt, namesOf } from '../../project';
import { type AgentStep, type DebugStopped, promptOf, toldBefore } from '../../protocol';
import { argsOf, type Moment, type Program } from './program';
import type { SourceLine, Sources } from './sources';
import { fromJson, type Values } from './values';

/** What a frame of the stack stands for. */
export type FrameRef =
  | { kind: 'call'; moment: Moment; step: AgentStep | undefined; pending: DebugStopped['call'] }
  | { kind: 'script'; moment: Moment; point: number; depth: number; top: boolean }
  | { kind: 'block'; moment: Moment; block: AgentStep }
  | { kind: 'turn'; moment: Moment; step: AgentStep | undefined };

/** The call stack and the variables of a moment. */
export class Frames {
  readonly #frames = new Handles<FrameRef>();

  constructor(
    private readonly program: Program,
    private readonly sources: Sources,
    private readonly values: Values,
  ) {}

  reset(): void {
    this.#frames.reset();
  }

  get(id: number): FrameRef | undefined {
    return this.#frames.get(id);
  }

  /** The stack of a moment, the innermost first: primitive, functions of skills, block, turn. */
  stack(moment: Moment): DebugProtocol.StackFrame[] {
    const { pending } = this.program;
    const isLast = this.program.moments.at(-1) === moment;
    const call = moment.kind === 'step' && moment.depth > 0 ? moment.step : undefined;
    const waiting = isLast ? pending?.call : undefined;
    const inner = this.#scripts(moment, call === undefined && waiting === undefined);
    const frames: DebugProtocol.StackFrame[] = [];
    if (call ?? waiting) {
      const name = call?.tool_name ?? waiting?.name ?? 'call';
      const args = waiting ? waiting.args : argsOf(call).args;
      const ref: FrameRef = { kind: 'call', moment, step: call, pending: waiting };
      const title = `${name}(${(Array.isArray(args) ? args : []).map((one) => JSON.stringify(one)).join(', ')})`;
      const at = inner[0];
      frames.push(
        this.#frame(
          ref,
          title.length > 80 ? `${title.slice(0, 79)}…` : title,
          at?.source,
          at?.line,
          at?.column,
        ),
      );
    }
    frames.push(...inner);
    frames.push(this.#turn(moment));
    return frames;
  }

  scopes(id: number): DebugProtocol.Scope[] {
    const ref = this.#frames.get(id);
    if (!ref) return [];
    const scope = (name: string, rows: () => DebugProtocol.Variable[], expensive = false): Scope =>
      new Scope(name, this.values.reference(rows), expensive);
    const data = scope('Data', () => this.#data(ref.moment));
    switch (ref.kind) {
      case 'call':
        return [scope('Call', () => this.#ownRows(ref)), data];
      case 'script': {
        const { names, outer } = namesOf(this.program.points, ref.point);
        const around = Object.keys(outer).length > 0 ? [scope('Around', () => this.#names(outer))] : [];
        const locals = scope('Locals', () => [...this.#returned(ref), ...this.#names(names)]);
        return [{ ...locals, presentationHint: 'locals' }, ...around, data];
      }
      case 'block':
        return [scope('Block', () => this.#ownRows(ref)), data];
      case 'turn':
        return [scope('Turn', () => this.#ownRows(ref)), data];
    }
  }

  /** Where a moment is, for what is said there. */
  place(moment: Moment): SourceLine | undefined {
    const [inner] = this.#scripts(moment, true);
    return inner?.source && { source: inner.source, line: inner.line };
  }

  /** The names that an expression can use in a frame, as far as they are recorded. */
  names(ref: FrameRef): Record<string, unknown> {
    const point = pointOf(ref);
    const data = this.#dataValue(ref.moment);
    if (point === undefined) return { data };
    const { names, outer } = namesOf(this.program.points, point);
    return { data, ...outer, ...names };
  }

  /** What stands in the rows of a frame that is no script's, by the names under which it is evaluated. */
  own(ref: FrameRef): Record<string, unknown> {
    const rows = this.#rowsOf(ref);
    if (ref.kind === 'call') return { $call: fromJson(rows) };
    return Object.fromEntries(Object.entries(rows).map(([name, value]) => [name, fromJson(value)]));
  }

  #ownRows(ref: FrameRef): DebugProtocol.Variable[] {
    return Object.entries(this.#rowsOf(ref)).map(([name, value]) =>
      // The names of the skill that calls, often `args` too, mean what they mean there.
      this.values.plain(name, value, ref.kind === 'call' ? `$call.${name}` : name),
    );
  }

  #scripts(moment: Moment, top: boolean): DebugProtocol.StackFrame[] {
    const calls = this.program.calls(moment);
    const frames = calls.map(({ index, point }, at) => {
      const ref: FrameRef = {
        kind: 'script',
        moment,
        point: index,
        depth: point.depth,
        top: top && at === 0,
      };
      const name = point.name || '(anonymous)';
      return this.#frame(ref, name, this.sources.of(point.file), point.line, point.column);
    });
    const { block } = moment;
    if (frames.length > 0 || !block) return frames;
    // Without lines of its own, a block that failed still says where, and so does what a skill called or asked.
    const { line, column, file } = moment.kind === 'step' ? placeOf(moment.step) : noPlace;
    const ref: FrameRef = { kind: 'block', moment, block };
    const source = this.sources.of(`block:${block.step_index}`);
    const own = this.#frame(ref, 'block', source, file ? 1 : line, file ? 1 : column);
    if (!file) return [own];
    return [
      this.#frame({ ...ref }, file.split('/').at(-1) ?? file, this.sources.of(file), line, column),
      own,
    ];
  }

  #turn(moment: Moment): DebugProtocol.StackFrame {
    const step = moment.kind === 'step' && moment.depth === 0 ? moment.step : (moment.block ?? undefined);
    const blocks = this.program.steps.filter(
      (one) => one.step_type === 'execute_js' && one.step_index < (step?.step_index ?? 0),
    ).length;
    // A result belongs to the turn that asked for it.
    const after = step?.step_type === 'execute_js_result' || step?.step_type === 'data_update';
    const turn = after ? blocks : blocks + 1;
    const ref: FrameRef = { kind: 'turn', moment, step };
    if (!step) return this.#frame(ref, 'Run');
    const names: Record<string, string> = {
      message: 'Message',
      response: 'Answer',
      error: 'Error',
      execute_js_result: 'Result',
      data_update: 'Data',
      sandbox_event: 'Text',
    };
    const what = names[step.step_type] ?? 'Model';
    const source =
      step.step_type === 'execute_js'
        ? this.sources.of(`block:${step.step_index}`)
        : this.sources.ofStep(step);
    return this.#frame(ref, `Turn ${turn}: ${what}`, source, 1, 1);
  }

  #frame(
    ref: FrameRef,
    name: string,
    source?: DebugProtocol.Source,
    line = 1,
    column = 1,
  ): DebugProtocol.StackFrame {
    const frame: DebugProtocol.StackFrame = new StackFrame(
      this.#frames.create(ref),
      name,
      source as never,
      source ? line : 0,
      source ? column : 0,
    );
    frame.canRestart = true;
    return frame;
  }

  #names(names: Record<string, unknown>): DebugProtocol.Variable[] {
    return Object.entries(names).map(([name, value]) => this.values.row(name, value, name));
  }

  #returned(ref: Extract<FrameRef, { kind: 'script' }>): DebugProtocol.Variable[] {
    const returned = ref.top ? this.program.points[ref.point]?.returned : undefined;
    return returned ? [this.values.row(`⤶ ${returned.name || '(anonymous)'}`, returned.value)] : [];
  }

  #dataValue(moment: Moment): unknown {
    const block = moment.block?.step_index;
    const steps = this.program.steps.slice(0, this.program.stepsBefore(moment));
    const point = moment.point;
    const recorded = point === undefined ? undefined : dataAt(this.program.points, point);
    const finished = steps.findLast(
      ({ step_type: type }) => type === 'execute_js_result' || type === 'message',
    );
    if (recorded !== undefined && (finished?.step_index ?? -1) < (block ?? 0)) return recorded;
    const last = steps.findLast((step) => step.step_type === 'message' || isObject(argsOf(step).data));
    const data = last?.step_type === 'message' ? undefined : argsOf(last).data;
    return fromJson(data ?? {});
  }

  #data(moment: Moment): DebugProtocol.Variable[] {
    return [this.values.row('data', this.#dataValue(moment), 'data')];
  }

  /** What a call, a block or a turn is, by the names of its rows. */
  #rowsOf(ref: FrameRef): Record<string, unknown> {
    switch (ref.kind) {
      case 'call':
        return callRows(ref);
      case 'block':
        return blockRows(ref.block, ref.moment);
      case 'turn':
        return this.#turnRows(ref);
      case 'script':
        return {};
    }
  }

  #turnRows({ step, moment }: Extract<FrameRef, { kind: 'turn' }>): Record<string, unknown> {
    if (!step) return {};
    const { program } = this;
    const { reply } = argsOf(step);
    const tokens = { prompt: step.prompt_tokens, completion: step.completion_tokens };
    const result = moment.block && moment.kind === 'step' && moment.step.step_type === 'execute_js_result';
    return {
      [result ? 'result' : kindOf(step)]: step.content,
      ...(reply === undefined ? {} : { reply }),
      prompt: promptOf(program.steps, step) ?? program.trace.system_prompt,
      messages: toldBefore(program.steps, step.step_index),
      model: program.trace.session.model,
      ...(tokens.prompt + tokens.completion > 0 ? { tokens } : {}),
      ms: step.duration_ms,
    };
  }
}

function callRows({ step, pending }: Extract<FrameRef, { kind: 'call' }>): Record<string, unknown> {
  if (pending) return { function: pending.name, args: pending.args };
  // Where it was called from is the frame below it.
  const { args, value, failure, called_from: _from, ...rest } = argsOf(step);
  return {
    function: step?.tool_name ?? rest.call ?? '',
    ...(args === undefined ? { question: rest } : { args }),
    ...(failure === undefined ? { result: value } : { error: failure }),
    ms: step?.duration_ms ?? 0,
  };
}

function blockRows(block: AgentStep, moment: Moment): Record<string, unknown> {
  const result =
    moment.kind === 'step' && moment.step.step_type === 'execute_js_result' ? moment.step : undefined;
  const { result: value, error, logs } = argsOf(result);
  return {
    source: block.content,
    ...(result ? (error ? { error } : { result: value }) : {}),
    ...(logs === undefined ? {} : { logs }),
  };
}

const noPlace = { line: 1, column: 1, file: undefined };

/** The last point whose names are in scope in a frame. */
export function pointOf(ref: FrameRef): number | undefined {
  if (ref.kind === 'script') return ref.point;
  return ref.kind === 'call' ? ref.moment.point : undefined;
}

function kindOf(step: AgentStep): string {
  const kinds: Record<string, string> = {
    execute_js: 'block',
    execute_js_result: 'result',
    sandbox_event: 'text',
    data_update: 'changed',
    response: 'answer',
  };
  return kinds[step.step_type] ?? step.step_type;
}

function placeOf(step: AgentStep): { line: number; column: number; file: string | undefined } {
  const { error, called_from: from } = argsOf(step);
  const place = error ?? from;
  const { line, column, file } = (isObject(place) ? place : {}) as Record<string, unknown>;
  return {
    line: typeof line === 'number' ? line : 1,
    column: typeof column === 'number' ? column : 1,
    file: typeof file === 'string' ? file : undefined,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
