import type { StepLine } from './steps';

/** What a step spent its time on; each has its colour. */
export type Lane = 'model' | 'code' | 'call' | 'wait' | 'other';

/** A step's place in time, as parts of the whole width: from 0 to 1. */
export interface Bar {
  lane: Lane;
  start: number;
  length: number;
}

/** Longest pause before a message that is drawn as long as it was, in milliseconds: what a person thinks about is no time of the agent's. */
const longestPause = 1_500;

/**
 * Places steps in time, so that what took long is seen at once. A step is written down when it has ended: it began
 * its duration before that. Pauses before messages are cut short.
 * @returns one bar for each line, in their order
 */
export function timeline(lines: readonly StepLine[]): Bar[] {
  let cut = 0;
  let clock: number | undefined;
  const spans = lines.map((line) => {
    const { at, durationMs = 0, type } = line.record;
    const end = at > 0 ? at : (clock ?? 0);
    const began = end - durationMs;
    if (clock !== undefined && type === 'message' && began - clock > longestPause) {
      cut += began - clock - longestPause;
    }
    clock = Math.max(clock ?? end, end);
    return { lane: laneOf(line), start: began - cut, end: end - cut };
  });
  const first = spans.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY);
  const last = spans.reduce((most, { end }) => Math.max(most, end), Number.NEGATIVE_INFINITY);
  const whole = Math.max(1, last - first);
  return spans.map(({ lane, start, end }) => ({
    lane,
    start: (start - first) / whole,
    length: (end - start) / whole,
  }));
}

function laneOf({ record: { type, args, tokens } }: StepLine): Lane {
  if (type === 'sandbox_event' && typeof args.call === 'string') {
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
