import type { AgentStep } from '../../protocol';

/** Where to look in a session, from 0: at a step by its index, or at the message of a turn by its place among them. */
export type StepPlace = { step: number } | { turn: number };

/** @returns the place that a command was given beside a session; undefined where it was given none. */
export function readStepPlace({ step, turn }: { step?: unknown; turn?: unknown }): StepPlace | undefined {
  if (typeof step === 'number') {
    return { step };
  }
  return typeof turn === 'number' ? { turn } : undefined;
}

/** @returns the index of the step that a place means; undefined for a turn that the steps do not have. */
export function stepAt(place: StepPlace, steps: readonly AgentStep[]): number | undefined {
  if ('step' in place) {
    return place.step;
  }
  return steps.filter(({ step_type: type }) => type === 'message')[place.turn]?.step_index;
}
