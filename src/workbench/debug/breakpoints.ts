import type { DebugProtocol } from '@vscode/debugprotocol';
import { filterCondition } from '../../project';
import type { DebugAnswer, DebugBreakpoints } from '../../protocol';
import { isCallable } from './callables';
import { exceptionsAt } from './exceptions';
import type { AdapterHost } from './host';
import { type Condition, LineBreaks } from './lines';
import { argsOf, type Moment, type Program } from './program';
import type { Sources } from './sources';
import { reached, Tallies } from './tallies';

type FunctionBreak = Condition & { name: string };

/** Gives what an expression is at a moment. */
export type Evaluate = (moment: Moment, expression: string) => Promise<DebugAnswer>;

/** Why the program stands still at a moment. */
export interface Hit {
  reason: string;
  ids: number[];
  text?: string;
}

/** What a person wants to stop at. */
export class Breakpoints {
  readonly #lines: LineBreaks;
  #functions: FunctionBreak[] = [];
  #filters = new Map<string, Condition>();
  readonly #tallies = new Tallies();
  #last = 0;

  constructor(private readonly host: AdapterHost) {
    this.#lines = new LineBreaks(host, () => this.#id());
  }

  #id(): number {
    this.#last += 1;
    return this.#last;
  }

  /** Takes the breakpoints of one source. @param sources of the session, once there is one */
  setLines(
    args: DebugProtocol.SetBreakpointsArguments,
    sources: Sources | undefined,
  ): DebugProtocol.Breakpoint[] {
    return this.#lines.set(args, sources);
  }

  /** Looks again at what was set before it was known which texts the session runs. @returns what has changed */
  recheck(sources: Sources): DebugProtocol.Breakpoint[] {
    return this.#lines.recheck(sources);
  }

  setFunctions(wanted: readonly DebugProtocol.FunctionBreakpoint[]): DebugProtocol.Breakpoint[] {
    this.#functions = wanted.map(({ name, condition, hitCondition }) => ({
      id: this.#id(),
      name: name.trim().replace(/\(\)$/, ''),
      ...(condition ? { condition } : {}),
      ...(hitCondition ? { hit: hitCondition } : {}),
    }));
    const callables = this.host.callables();
    return this.#functions.map(({ id, name }) =>
      isCallable(name, callables)
        ? { id, verified: true }
        : {
            id,
            verified: false,
            message: `No primitive, MCP server, skill or function of this workspace is called “${name}”. It is stopped at only where a block makes a function of this name.`,
          },
    );
  }

  setFilters({ filters, filterOptions = [] }: DebugProtocol.SetExceptionBreakpointsArguments): void {
    const wanted = [...filters.map((filterId) => ({ filterId, condition: undefined })), ...filterOptions];
    this.#filters = new Map(
      wanted.map(({ filterId, condition }) => [
        filterId,
        { id: this.#id(), ...(condition?.trim() ? { condition } : {}) },
      ]),
    );
  }

  /** As the runtime takes them. */
  wire(): DebugBreakpoints {
    return {
      lines: this.#lines.taken.map(({ column: _column, ...one }) => one),
      functions: this.#functions.map((one) => ({ ...one })),
      filters: [...this.#filters.keys()],
      filter_conditions: Object.fromEntries(
        [...this.#filters].flatMap(([filter, { condition }]) => (condition ? [[filter, condition]] : [])),
      ),
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
    evaluate: Evaluate,
    say: (text: string, moment: Moment) => void,
  ): Promise<Hit | undefined> {
    const moment = program.moments[index];
    if (!moment) return undefined;
    const filtered = await this.#filtered(program, index, evaluate);
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

  async #filtered(
    program: Program,
    index: number,
    evaluate: Evaluate,
  ): Promise<Omit<Hit, 'ids'> | undefined> {
    for (const { filter, moment, given, ...hit } of exceptionsAt(program, index)) {
      const one = this.#filters.get(filter);
      if (!one) continue;
      const { condition } = one;
      const holds = async (): Promise<boolean> => {
        if (!condition) return true;
        const { ok, value } = await evaluate(moment, filterCondition(condition, given));
        return !ok || value === true;
      };
      if (await this.#tallies.of(program, one).holds(index, holds)) return hit;
    }
    return undefined;
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
    for (const one of this.#lines.taken) {
      if (one.file === point.file && one.line === point.line && one.column === point.column) {
        found.push({ one, kind: 'breakpoint' });
      }
    }
    if (program.entries.has(moment.point)) {
      for (const one of this.#functions) {
        if (one.name === point.name) found.push({ one, kind: 'function breakpoint' });
      }
    }
    return found;
  }

  async #counts(program: Program, index: number, one: Condition, evaluate: Evaluate): Promise<boolean> {
    const tally = this.#tallies.of(program, one);
    const holds = async (at: number): Promise<boolean> => {
      const moment = program.moments[at];
      if (!moment) return false;
      if (!one.condition) return true;
      const { ok, value } = await evaluate(moment, `(${one.condition}\n) ? true : false`);
      // One that fails stops: the person sees that it does.
      return !ok || value === true;
    };
    if (!(await tally.holds(index, holds))) return false;
    if (!one.hit) return true;
    const matches = (at: number): boolean => {
      const moment = program.moments[at];
      return moment !== undefined && this.#matching(program, moment).some((match) => match.one === one);
    };
    return reached(one.hit, await tally.times(index, matches, holds));
  }
}

function callNames({ step }: Extract<Moment, { kind: 'step' }>): string[] {
  const { call, args } = argsOf(step);
  if (typeof call !== 'string') return [];
  return call === 'mcp' && Array.isArray(args) ? [call, `${args[0]}.${args[1]}`] : [call];
}

async function spoken(log: string, evaluate: (code: string) => Promise<DebugAnswer>): Promise<string> {
  const parts = log.split(/\{([^{}]*)\}/);
  const texts = await Promise.all(
    parts.map(async (part, index) => (index % 2 === 0 ? part : (await evaluate(part)).text)),
  );
  return texts.join('');
}
