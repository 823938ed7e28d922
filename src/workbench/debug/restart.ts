import type { AgentStep } from '../../protocol';
import type { FrameRef } from './frames';
import { argsOf, type Program } from './program';

/**
 * @returns the step from which a frame is run again: a primitive is called anew, a block and the functions in it run
 *   from the block's start, and a turn asks the model anew.
 */
export function replayFrom(program: Program, ref: FrameRef): number {
  const { moment } = ref;
  switch (ref.kind) {
    case 'call':
      return ref.step?.step_index ?? program.stepsBefore(moment);
    case 'script':
    case 'block': {
      const block = ref.kind === 'block' ? ref.block : moment.block;
      return block ? block.step_index + 1 : program.stepsBefore(moment);
    }
    case 'turn':
      return ref.step ? turnStart(program, ref.step) : program.stepsBefore(moment);
  }
}

/** The first step of the model's reply that a step belongs to. */
function turnStart(program: Program, step: AgentStep): number {
  const own = step.step_type === 'execute_js_result' || step.step_type === 'data_update';
  const from = own
    ? (program.steps.findLast(
        ({ step_type: type, step_index: index }) => type === 'execute_js' && index < step.step_index,
      ) ?? step)
    : step;
  const before = program.steps[from.step_index - 1];
  return before && argsOf(before).kind === 'text' ? before.step_index : from.step_index;
}
