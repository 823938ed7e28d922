import { isDeepStrictEqual } from 'node:util';
import { Breather } from '../../project/breather';
import type { Trace } from '../../protocol';

/** @returns a trace as it was read, with the steps that have not changed since as the objects that they were. */
export async function withKnownSteps(known: Trace | undefined, read: Trace): Promise<Trace> {
  if (!known) {
    return read;
  }
  const steps = [...read.steps];
  const breather = new Breather();
  for (const [place, before] of known.steps.entries()) {
    if (isDeepStrictEqual(before, steps[place])) {
      steps[place] = before;
    }
    await breather.breathe();
  }
  return { ...read, steps };
}
