import { getRandomValues } from 'node:crypto';
import type {
  QuickJSContext,
  QuickJSHandle,
  QuickJSRuntime,
  QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import type { DebugAnswer } from '../../protocol';
import { Clock } from './clock';
import { compileBlock, compileSkill, ScriptSyntaxError } from './compile';
import { compileCovered } from './cover/compile-covered';
import { Counters, type SkillCounts } from './cover/counters';
import { type DebugHost, ScriptDebugger } from './debug/script-debugger';
import { type DebugPlan, debugPatience } from './debug/types';
import type { Columns } from './edits';
import { explainFailure, outOfMemory, textOf } from './failure';
import { readFrames } from './frames';
import { guest } from './guest';
import type { Failure, Guest } from './guest-types';
import { MemoryImage } from './image';
import { installed, lend } from './lend';
import { type AnswerMessage, answerText, type OpenMessage, type WorkerResult } from './messages';
import { SkillTable } from './skills';
import { type Tree, toText } from './tree';
import type { BlockError, CallPlace } from './types';

/** What the engine needs of the thread it runs in. */
export interface EngineHost {
  /** Waits for the answer to a primitive. */
  call(name: string, args: Tree[], from: CallPlace | undefined): AnswerMessage;
  /** True once the running block must end. */
  stopped(): boolean;
  debug: DebugHost;
}

/** A value that a script threw, on its way through our own code. */
class Thrown {
  constructor(readonly handle: QuickJSHandle) {}
}

/** How long the debugger may evaluate an expression. */
const evaluatingMs = 2_000;

/** One QuickJS runtime, for the scripts of one run after the other. */
export class Engine {
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #guest: QuickJSHandle;
  readonly #image: MemoryImage;
  readonly #edits = new Map<string, Columns>();
  readonly #blocks = new Set<string>();
  readonly #clock: Clock;
  readonly #counters: Counters;
  #known = new Map<string, string>();
  #options: OpenMessage | undefined;
  #skills = new SkillTable([], []);
  #reserved: ReadonlySet<string> = new Set();
  #unreadable: BlockError | undefined;
  #logs: string[] = [];
  #spent = false;
  #debug: ScriptDebugger | undefined;

  /** @param memory what `quickjs` works in. */
  constructor(
    quickjs: QuickJSWASMModule,
    memory: WebAssembly.Memory,
    readonly host: EngineHost,
    /** True when its memory cannot grow any more. */
    readonly isFull: () => boolean,
  ) {
    this.#runtime = quickjs.newRuntime();
    this.#context = this.#runtime.newContext();
    this.#guest = this.#install();
    this.#counters = new Counters(this.#context);
    this.#clock = new Clock(host.stopped);
    this.#runtime.setInterruptHandler(() => this.#clock.mustEnd());
    this.#image = new MemoryImage(memory);
  }

  /** Gives the run its skills, primitives, data and limits. Call once a run, before its first block. */
  open(options: OpenMessage): void {
    this.#options = options;
    this.#edits.clear();
    this.#blocks.clear();
    this.#unreadable = undefined;
    this.#skills = new SkillTable(options.skills, options.mcp);
    this.#runtime.setMaxStackSize(options.limits.stackBytes);
    this.#runtime.setMemoryLimit(options.limits.memoryBytes);
    const primitives = options.primitives.filter((name) => name !== 'data' && name !== 'require');
    const setup = JSON.stringify({
      primitives: [...new Set(['log', ...primitives])],
      data: options.data,
      seed: [...getRandomValues(new Uint32Array(4))],
    });
    this.#reserved = new Set(JSON.parse(this.#ask('open', setup)) as string[]);
    this.#known = new Map(this.#data().map(([key, tree]) => [key, JSON.stringify(tree)]));
  }

  /**
   * Runs a block to its end, its promises included.
   * @param debug with it, the block and the skills that it loads first are instrumented
   */
  run(source: string, debug?: { block: string; plan: DebugPlan }): WorkerResult {
    const { limits } = this.#opened();
    this.#logs = [];
    this.#clock.start(limits.timeMs * (debug ? debugPatience : 1));
    if (debug) this.#debugger().begin(debug.plan);
    let value: Tree = null;
    let error: BlockError | undefined;
    try {
      const given = this.#evaluate(source, debug?.block);
      this.#clock.allowReading();
      this.#debug?.end();
      value = given.consume((handle) => JSON.parse(this.#ask('read', handle)) as Tree);
    } catch (thrown) {
      error = this.#explain(thrown);
      if (!this.#spent) this.#debug?.end();
    }
    const formatted = error === undefined ? toText(value) : textOf(error);
    const counts = this.#counted();
    const changes = this.#changes();
    return { value, formatted, error, ...changes, logs: this.#logs, counts, spent: this.#spent };
  }

  /**
   * Makes the engine forget all that was run in it: its memory is again what it was before the first script.
   * @returns false when it cannot, and must not be used again.
   */
  reset(): boolean {
    this.#options = undefined;
    this.#counters.forget();
    // A debugger holds values of the engine that would point to nothing.
    return !this.#spent && !this.#debug && this.#image.restore();
  }

  #opened(): OpenMessage {
    if (this.#options === undefined) throw new Error('The engine was asked to run before it was opened.');
    return this.#options;
  }

  #install(): QuickJSHandle {
    const context = this.#context;
    const lent = lend(context, {
      call: (name, args, stack) =>
        context.newString(
          this.#call(context.getString(name), context.getString(args), context.getString(stack)),
        ),
      resolve: (request) =>
        context.newString(JSON.stringify(this.#skills.resolve(context.getString(request)))),
      factory: (name) => this.#factory(context.getString(name)),
    });
    return lent.consume(() => installed(context, guest, lent));
  }

  #debugger(): ScriptDebugger {
    this.#debug ??= new ScriptDebugger(
      {
        context: this.#context,
        guest: this.#guest,
        evaluate: (reader, code) => this.#evaluateIn(reader, code),
        pausing: (work) => this.#clock.pausing(work),
      },
      this.host.debug,
    );
    return this.#debug;
  }

  /** Calls a function of the code inside, with a text or a value of the script. */
  #ask(name: keyof Guest, arg?: string | QuickJSHandle): string {
    const context = this.#context;
    const args = arg === undefined ? [] : [typeof arg === 'string' ? context.newString(arg) : arg.dup()];
    try {
      return this.#unwrap(context.callMethod(this.#guest, name, args)).consume((handle) =>
        context.getString(handle),
      );
    } finally {
      for (const each of args) each.dispose();
    }
  }

  #unwrap(result: ReturnType<QuickJSContext['evalCode']>): QuickJSHandle {
    if (result.error) throw new Thrown(result.error);
    return result.value;
  }

  #call(name: string, args: string, stack: string): string {
    let trees = JSON.parse(args) as Tree[];
    if (name === 'log') {
      trees = [trees.map(toText).join(' ')];
      this.#logs.push(...trees.map(toText));
    }
    const answer = this.#clock.pausing(() => this.host.call(name, trees, this.#callerOf(stack)));
    return answerText(name, answer, this.#opened().limits.memoryBytes);
  }

  /** The skill's place that a stack begins at; undefined when it is a block's. */
  #callerOf(stack: string): CallPlace | undefined {
    for (const { file, line, column } of readFrames(stack)) {
      const edits = this.#edits.get(file);
      if (edits === undefined) continue;
      return this.#blocks.has(file) ? undefined : { file, line, column: edits.column(line, column) };
    }
    return undefined;
  }

  #evaluateIn(reader: QuickJSHandle, code: string): DebugAnswer {
    const given = this.#context.newString(code);
    return this.#clock.within(evaluatingMs, (late) => {
      try {
        const value = this.#unwrap(this.#context.callFunction(reader, this.#context.undefined, given));
        const tree = value.consume((handle) => JSON.parse(this.#ask('read', handle)) as Tree);
        return { ok: true, value: tree, text: toText(tree) };
      } catch (thrown) {
        const text = late() ? `The expression computed for more than ${evaluatingMs / 1000} s.` : '';
        const { name, message } = this.#failureOf(thrown);
        return { ok: false, value: null, text: text || `${name}: ${toText(message)}` };
      } finally {
        given.dispose();
      }
    });
  }

  #factory(name: string): QuickJSHandle | ReturnType<QuickJSContext['evalCode']> {
    const skill = this.#skills.skill(name);
    if (skill === undefined) throw new Error(`There is no skill "${name}".`);
    try {
      const { shape } = this.#skills.info(skill);
      const covered =
        this.#opened().coverage && !this.#debug ? compileCovered(skill.source, shape) : undefined;
      if (covered) {
        this.#edits.set(skill.path, covered.edits);
        const pair = this.#context.evalCode(covered.code, skill.path, { type: 'global' });
        return pair.error ? pair : this.#counters.take(skill.path, pair.value);
      }
      const script = this.#debug?.prepare(skill.path, skill.source, { name, shape });
      const { code, edits } = compileSkill(script?.source ?? skill.source, shape);
      this.#edits.set(skill.path, script?.back(edits) ?? edits);
      return this.#context.evalCode(code, skill.path, { type: 'global' });
    } catch (error) {
      if (!(error instanceof ScriptSyntaxError)) throw error;
      const { name: kind, message, line, column } = error;
      const stack = `at ${skill.path}:${line}:${column}`;
      this.#unreadable = { name: kind, message, stack, file: skill.path, line, column, kind: 'syntax' };
      // A thrown handle reaches the script as it is.
      throw this.#newError(error, stack);
    }
  }

  #newError(error: Error, stack: string): QuickJSHandle {
    const handle = this.#context.newError({ name: error.name, message: error.message });
    this.#context.newString(stack).consume((text) => this.#context.setProp(handle, 'stack', text));
    return handle;
  }

  #evaluate(source: string, debugged: string | undefined): QuickJSHandle {
    const context = this.#context;
    const script = debugged === undefined ? undefined : this.#debugger().prepare(debugged, source, undefined);
    const { code, edits } = compileBlock(script?.source ?? source, this.#reserved);
    const file = `block ${this.#blocks.size + 1}`;
    this.#blocks.add(file);
    this.#edits.set(file, script?.back(edits) ?? edits);
    const block = this.#unwrap(context.evalCode(code, file, { type: 'global' }));
    const declare = context.getProp(this.#guest, 'declare');
    const result = context.callFunction(block, context.undefined, declare);
    block.dispose();
    declare.dispose();
    return this.#settle(this.#unwrap(result));
  }

  /** Runs what waits for promises, and opens the promise that a block may have given. */
  #settle(value: QuickJSHandle): QuickJSHandle {
    const jobs = this.#runtime.executePendingJobs();
    if (jobs.error) {
      value.dispose();
      throw new Thrown(jobs.error);
    }
    const state = this.#context.getPromiseState(value);
    if (state.type === 'fulfilled' && state.notAPromise === true) return value;
    value.dispose();
    if (state.type === 'fulfilled') return state.value;
    if (state.type === 'rejected') throw new Thrown(state.error);
    throw new Error('The block waits for a promise that nothing is left to settle.');
  }

  #explain(thrown: unknown): BlockError {
    const { limits } = this.#opened();
    if (thrown instanceof ScriptSyntaxError) {
      const { message, line, column } = thrown;
      return { name: 'SyntaxError', message, stack: '', line, column, kind: 'syntax' };
    }
    const { ended } = this.#clock;
    this.#clock.allowReading();
    let failure = this.#failureOf(thrown);
    // With no room left for an Error, the engine throws null.
    if (failure.message === null && this.isFull()) failure = { ...failure, ...outOfMemory };
    const isBlock = (file: string): boolean => this.#blocks.has(file);
    if (this.#unreadable !== undefined && failure.stack === this.#unreadable.stack) return this.#unreadable;
    return explainFailure(failure, { limits, ended, edits: this.#edits, isBlock });
  }

  #failureOf(thrown: unknown): Failure {
    if (thrown instanceof Thrown) {
      try {
        return JSON.parse(thrown.handle.consume((handle) => this.#ask('failure', handle))) as Failure;
      } catch (again) {
        if (!(again instanceof Thrown)) throw again;
        again.handle.dispose();
        // Where an Error has no room, there may be none to read it either.
        if (this.isFull()) return { ...outOfMemory, stack: '' };
        return { name: 'Error', message: 'The block threw a value that cannot be read.', stack: '' };
      }
    }
    if (!(thrown instanceof Error)) throw thrown;
    if (thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError) {
      // The engine itself has failed; its memory cannot be trusted any more.
      this.#spent = true;
    }
    return { name: thrown.name, message: thrown.message, stack: '' };
  }

  #counted(): SkillCounts[] {
    if (this.#spent) return [];
    this.#clock.allowReading();
    try {
      return this.#counters.read();
    } catch (thrown) {
      this.#failureOf(thrown);
      this.#spent = true;
      return [];
    }
  }

  #data(): [string, Tree][] {
    return JSON.parse(this.#ask('data')) as [string, Tree][];
  }

  #changes(): { changed: Record<string, Tree>; removed: string[] } {
    if (this.#spent) return { changed: {}, removed: [] };
    this.#clock.allowReading();
    let entries: [string, Tree][];
    try {
      entries = this.#data();
    } catch (thrown) {
      // Too full or too broken to say what it holds: the next block starts from what was known before.
      this.#failureOf(thrown);
      this.#spent = true;
      return { changed: {}, removed: [] };
    }
    const known = new Map(entries.map(([key, tree]) => [key, JSON.stringify(tree)]));
    const changed = Object.fromEntries(entries.filter(([key]) => known.get(key) !== this.#known.get(key)));
    const removed = [...this.#known.keys()].filter((key) => !known.has(key));
    this.#known = known;
    return { changed, removed };
  }
}
