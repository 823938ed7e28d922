import type { AgentStep } from '../../protocol';
import { duration } from '../ui/format';
import { growing } from './growing';
import { lineOf, type StepLine } from './steps';

/** What a step spent its time on; each has its colour. */
export type Lane = 'model' | 'code' | 'call' | 'mcp' | 'wait' | 'other';

/** A step's place in time, in milliseconds. Only differences mean something: pauses are cut short. */
export interface Bar {
  lane: Lane;
  start: number;
  end: number;
}

/** Steps in time. */
export interface Timeline {
  /** One for each step, in their order. */
  bars: readonly Bar[];
  /** Where the first of them begins. */
  first: number;
  /** What the whole width stands for, in milliseconds. */
  wholeMs: number;
  /** Milliseconds that each lane took, those side by side counted twice; what no step has is left out. */
  spent: Readonly<Partial<Record<Lane, number>>>;
}

/** Longest pause before a message that is drawn as long as it was, in milliseconds: what a person thinks about is no time of the agent's. */
const longestPause = 1_500;

/** A timeline that can go on. */
interface Unfinished extends Timeline {
  last: number;
  /** Milliseconds of pauses that were cut. */
  cut: number;
  /** The latest end of a step, uncut. */
  clock: number | undefined;
}

/**
 * Places steps in time, so that what took long is seen at once. A step is written down when it has ended: it began
 * its duration before that. Pauses before messages are cut short.
 */
export const timeline: (steps: readonly AgentStep[]) => Timeline = growing<AgentStep, Unfinished>(
  () => ({
    bars: [],
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
    wholeMs: 1,
    spent: {},
    cut: 0,
    clock: undefined,
  }),
  (before, steps) => {
    let { first, last, cut, clock } = before;
    const spent = { ...before.spent };
    const added = steps.map((step): Bar => {
      const line = lineOf(step);
      const { at, durationMs = 0, type } = line.record;
      const ended = at > 0 ? at : (clock ?? 0);
      const began = ended - durationMs;
      if (clock !== undefined && type === 'message' && began - clock > longestPause) {
        cut += began - clock - longestPause;
      }
      clock = Math.max(clock ?? ended, ended);
      const [lane, start, end] = [laneOf(line), began - cut, ended - cut];
      first = Math.min(first, start);
      last = Math.max(last, end);
      spent[lane] = (spent[lane] ?? 0) + end - start;
      return { lane, start, end };
    });
    const wholeMs = Math.max(1, last - first);
    return { bars: [...before.bars, ...added], first, last, wholeMs, spent, cut, clock };
  },
);

/** Where a bar stands in the whole width, as parts of it: from 0 to 1. */
export function partOf({ first, wholeMs }: Timeline, { start, end }: Bar): { start: number; length: number } {
  return { start: (start - first) / wholeMs, length: (end - start) / wholeMs };
}

/** When a step ran, in words: for example "12 ms, from 101 ms on". */
export function spanText({ first }: Timeline, { start, end }: Bar): string {
  return `${duration(end - start)}, from ${duration(start - first)} on`;
}

function laneOf({ record: { type, args, tokens } }: StepLine): Lane {
  if (type === 'sandbox_event' && typeof args.call === 'string') {
    if (args.call === 'mcp') {
      return 'mcp';
    }
    return ['confirm', 'choice', 'input'].includes(args.call) ? 'wait' : 'call';
  }
  if (type === 'input_request') {
    return 'wait';
  }
  if (type === 'execute_js_result' || type === 'tool_result') {
    return 'code';
  }
  return type === 'response' || type === 'execute_js' || tokens.prompt + tokens.completion > 0
    ? 'model'
    : 'other';
}
