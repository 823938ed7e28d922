import type { DebugProtocol } from '@vscode/debugprotocol';
import { stopOnLine, stopPlaces } from '../../project';
import type { AgentStep, DebugAnswer, DebugBreakpoints } from '../../protocol';
import type { AdapterHost } from './host';
import { argsOf, type Moment, type Program } from './program';
import type { Sources } from './sources';

interface Condition {
  id: number;
  condition?: string;
  hit?: string;
  log?: string;
}
type LineBreak = Condition & { file: string; line: number; column: number };
type FunctionBreak = Condition & { name: string };

/** Why the program stands still at a moment. */
export interface Hit {
  reason: string;
  ids: number[];
  text?: string;
}

/** What can be stopped at beside lines and names; ids as the runtime knows them. */
export const exceptionFilters: DebugProtocol.ExceptionBreakpointsFilter[] = [
  {
    filter: 'failed',
    label: 'Failed blocks and runs',
    default: true,
    description: 'After a block threw, or a run ended with an error.',
  },
  {
    filter: 'thrown',
    label: 'Thrown errors',
    default: false,
    description: 'Before a skill throws, or a primitive fails.',
  },
  {
    filter: 'input',
    label: 'Input requests',
    default: false,
    description: 'Before the agent asks a person.',
  },
];

/** What a person wants to stop at. */
export class Breakpoints {
  readonly #lines = new Map<string, LineBreak[]>();
  #functions: FunctionBreak[] = [];
  #filters: string[] = [];
  #next = 1;

  constructor(private readonly host: AdapterHost) {}

  /** Takes the breakpoints of one source. @param sources of the session, once there is one */
  setLines(
    { source, breakpoints = [] }: DebugProtocol.SetBreakpointsArguments,
    sources: Sources | undefined,
  ): DebugProtocol.Breakpoint[] {
    const path = source.path ?? '';
    const known = sources?.fileOf(source);
    const file = known?.file ?? this.host.pathOf(path);
    if (file === undefined) {
      const message = 'This file is not one of a Tavora project, so no agent runs it.';
      return breakpoints.map(() => ({ id: this.#next++, verified: false, message }));
    }
    const saved = source.sourceReference ? known?.text : this.host.textOf(path);
    const places = stopPlaces(saved ?? '');
    const other = known?.text !== undefined && saved !== undefined && known.text !== saved;
    const taken: LineBreak[] = [];
    const answers = breakpoints.map((one): DebugProtocol.Breakpoint => {
      const id = this.#next++;
      const place = stopOnLine(places, one.line);
      if (other) {
        const message =
          'The session ran another text of this file. Open it from the call stack to stop there.';
        return { id, verified: false, message };
      }
      if (!place) return { id, verified: false, message: 'Nothing runs on this line or after it.' };
      taken.push({
        id,
        file,
        ...place,
        ...(one.condition ? { condition: one.condition } : {}),
        ...(one.hitCondition ? { hit: one.hitCondition } : {}),
        ...(one.logMessage ? { log: one.logMessage } : {}),
      });
      return { id, verified: true, line: place.line, column: place.column, source };
    });
    this.#lines.set(file, taken);
    return answers;
  }

  setFunctions(wanted: readonly DebugProtocol.FunctionBreakpoint[]): DebugProtocol.Breakpoint[] {
    this.#functions = wanted.map(({ name, condition, hitCondition }) => ({
      id: this.#next++,
      name: name.trim().replace(/\(\)$/, ''),
      ...(condition ? { condition } : {}),
      ...(hitCondition ? { hit: hitCondition } : {}),
    }));
    return this.#functions.map(({ id }) => ({ id, verified: true }));
  }

  setFilters(filters: readonly string[]): void {
    this.#filters = [...filters];
  }

  /** As the runtime takes them. */
  wire(): DebugBreakpoints {
    return {
      lines: [...this.#lines.values()].flat().map(({ column: _column, ...one }) => one),
      functions: this.#functions.map((one) => ({ ...one })),
      filters: this.#filters,
    };
  }

  /**
   * Looks at one recorded moment.
   * @param evaluate gives what an expression is at a moment
   * @param say takes what logpoints say
   */
  async at(
    program: Program,
    index: number,
    evaluate: (moment: Moment, expression: string) => Promise<DebugAnswer>,
    say: (text: string, moment: Moment) => void,
  ): Promise<Hit | undefined> {
    const moment = program.moments[index];
    if (!moment) return undefined;
    const filtered = this.#filtered(moment) ?? this.#thrown(program, index);
    const ids: number[] = [];
    let reason = '';
    for (const { one, kind } of this.#matching(program, moment)) {
      if (!(await this.#counts(program, index, one, evaluate))) continue;
      if (one.log !== undefined) {
        say(await spoken(one.log, (code) => evaluate(moment, code)), moment);
        continue;
      }
      ids.push(one.id);
      reason = kind;
    }
    if (ids.length > 0) return { reason, ids };
    return filtered && { ...filtered, ids };
  }

  #filtered(moment: Moment): Omit<Hit, 'ids'> | undefined {
    if (moment.kind !== 'step') return undefined;
    const { step } = moment;
    const { ok, failure } = argsOf(step);
    const wants = (filter: string): boolean => this.#filters.includes(filter);
    if (wants('failed') && (ok === false || step.step_type === 'error')) {
      return { reason: 'exception', text: step.content };
    }
    if (wants('thrown') && typeof failure === 'string') return { reason: 'exception', text: failure };
    if (wants('input') && step.step_type === 'input_request') return { reason: 'input', text: step.content };
    return undefined;
  }

  /**
   * A recording does not hold a `throw` itself: it came after the last line before the failed result, or, where no lines
   * were recorded, with the result. A failed primitive has been stopped at already.
   */
  #thrown(program: Program, index: number): Omit<Hit, 'ids'> | undefined {
    if (!this.#filters.includes('thrown')) return undefined;
    const moment = program.moments[index];
    const next = program.moments[index + 1];
    if (moment?.kind === 'point') return next?.kind === 'step' ? thrownBy(next.step) : undefined;
    const before = program.moments[index - 1];
    const told =
      before?.kind === 'point' ||
      (before?.kind === 'step' && typeof argsOf(before.step).failure === 'string');
    return moment && !told ? thrownBy(moment.step) : undefined;
  }

  #matching(program: Program, moment: Moment): { one: Condition; kind: string }[] {
    const found: { one: Condition; kind: string }[] = [];
    if (moment.kind === 'step') {
      const names = callNames(moment);
      for (const one of this.#functions) {
        if (names.includes(one.name)) found.push({ one, kind: 'function breakpoint' });
      }
      return found;
    }
    const point = program.points[moment.point];
    if (!point) return found;
    for (const one of this.#lines.get(point.file) ?? []) {
      if (one.line === point.line && one.column === point.column) found.push({ one, kind: 'breakpoint' });
    }
    if (program.entries.has(moment.point)) {
      for (const one of this.#functions) {
        if (one.name === point.name) found.push({ one, kind: 'function breakpoint' });
      }
    }
    return found;
  }

  async #counts(
    program: Program,
    index: number,
    one: Condition,
    evaluate: (moment: Moment, expression: string) => Promise<DebugAnswer>,
  ): Promise<boolean> {
    const holds = async (moment: Moment): Promise<boolean> => {
      if (!one.condition) return true;
      const { ok, value } = await evaluate(moment, `(${one.condition}\n) ? true : false`);
      // One that fails stops: the person sees that it does.
      return !ok || value === true;
    };
    const moment = program.moments[index];
    if (!moment || !(await holds(moment))) return false;
    if (!one.hit) return true;
    let times = 1;
    for (const earlier of program.moments.slice(0, index)) {
      const same = this.#matching(program, earlier).some((match) => match.one.id === one.id);
      if (same && (await holds(earlier))) times += 1;
    }
    return reached(one.hit, times);
  }
}

function callNames({ step }: Extract<Moment, { kind: 'step' }>): string[] {
  const { call, args } = argsOf(step);
  if (typeof call !== 'string') return [];
  return call === 'mcp' && Array.isArray(args) ? [call, `${args[0]}.${args[1]}`] : [call];
}

/** @returns whether a hit condition such as `>=3` or `%2` is met after so many times. */
export function reached(hit: string, times: number): boolean {
  const [, sign = '', text = ''] = /^\s*([<>]=?|==?|%)?\s*(\d+)\s*$/.exec(hit) ?? [];
  const count = Number(text);
  switch (sign) {
    case '%':
      return count > 0 && times % count === 0;
    case '>':
      return times > count;
    case '>=':
      return times >= count;
    case '<':
      return times < count;
    case '<=':
      return times <= count;
    default:
      return text === '' || times === count;
  }
}

async function spoken(log: string, evaluate: (code: string) => Promise<DebugAnswer>): Promise<string> {
  const parts = log.split(/\{([^{}]*)\}/);
  const texts = await Promise.all(
    parts.map(async (part, index) => (index % 2 === 0 ? part : (await evaluate(part)).text)),
  );
  return texts.join('');
}

/** What ended a block, where it is an error that a script threw. */
function thrownBy(step: AgentStep): Omit<Hit, 'ids'> | undefined {
  const { ok, error } = argsOf(step);
  const { kind } = (typeof error === 'object' && error !== null ? error : {}) as { kind?: unknown };
  return ok === false && kind === 'throw' ? { reason: 'exception', text: step.content } : undefined;
}
