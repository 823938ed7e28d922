import type { Trace } from '../../protocol';
import type { TraceNews } from './messages';

/** A trace as a page has it. */
export interface KnownTrace {
  trace: Trace;
  /** Number of the telling that it stands after. */
  version: number;
}

/**
 * A trace after it was told of. Steps that were not told again stay the same objects, so that nothing is made of them
 * anew.
 * @returns undefined when a telling before was missed, or a step is missing
 */
export function heard(known: KnownTrace | undefined, news: TraceNews): KnownTrace | undefined {
  const { version, since, rest, count } = news;
  if (since !== undefined && known?.version !== since) {
    return undefined;
  }
  const steps = since === undefined ? [] : (known?.trace.steps ?? []).slice(0, count);
  for (const { place, step } of news.steps) {
    steps[place] = step;
  }
  // A place that nobody told of would be a hole, and the list could not be drawn.
  return steps.length === count && !steps.includes(undefined as never)
    ? { trace: { ...rest, steps }, version }
    : undefined;
}
