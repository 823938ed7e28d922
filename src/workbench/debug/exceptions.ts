import type { DebugProtocol } from '@vscode/debugprotocol';
import { type AgentStep, inputRequestOf } from '../../protocol';
import { argsOf, type Moment, type Program } from './program';

type Filter = 'failed' | 'thrown' | 'input';

const ofErrors = 'Such as: error.message.includes("429"). It knows error, with name and message, and ';

/** What can be stopped at beside lines and names; ids as the runtime knows them. */
export const exceptionFilters: (DebugProtocol.ExceptionBreakpointsFilter & { filter: Filter })[] = [
  {
    filter: 'failed',
    label: 'Failed blocks and runs',
    default: true,
    description: 'After a block threw, or a run ended with an error.',
    supportsCondition: true,
    conditionDescription: `${ofErrors}data.`,
  },
  {
    filter: 'thrown',
    label: 'Thrown errors',
    default: false,
    description: 'Before a skill throws, or a primitive fails.',
    supportsCondition: true,
    conditionDescription: `${ofErrors}the names of the script.`,
  },
  {
    filter: 'input',
    label: 'Input requests',
    default: false,
    description: 'Before the agent asks a person.',
    supportsCondition: true,
    conditionDescription:
      'Such as: question.input_type === "confirm". It knows question, with message, input_type and options, and the names of the script.',
  },
];

/** What a recorded moment can be stopped at for. */
interface Exception {
  filter: Filter;
  reason: 'exception' | 'input';
  text: string;
  /** Where its condition is evaluated. */
  moment: Moment;
  /** What its condition knows, by name. */
  given: Record<string, unknown>;
}

/** @returns what a recorded moment can be stopped at for, what comes first first. */
export function exceptionsAt(program: Program, index: number): Exception[] {
  const moment = program.moments[index];
  if (!moment) return [];
  const found: Exception[] = [];
  const add = (filter: Filter, text: string, error: ReturnType<typeof errorOf>, at: Moment): void => {
    found.push({ filter, reason: 'exception', text, moment: at, given: { error } });
  };
  if (moment.kind === 'step') {
    const { step } = moment;
    const { ok, failure } = argsOf(step);
    if (ok === false || step.step_type === 'error') {
      // Once a block has failed, a run has no names of it any more.
      add('failed', step.content, errorOf(step), { ...moment, point: undefined });
    }
    if (typeof failure === 'string') {
      add('thrown', failure, { name: 'Error', message: failure }, moment);
    }
    if (step.step_type === 'input_request') {
      const {
        message,
        input_type,
        options = null,
      } = inputRequestOf(argsOf(step)) ?? { message: step.content };
      const given = { question: { message, input_type, options } };
      found.push({ filter: 'input', reason: 'input', text: step.content, moment, given });
    }
  }
  const thrown = thrownAt(program, index);
  if (thrown) add('thrown', thrown.content, errorOf(thrown), moment);
  return found;
}

/**
 * A recording does not hold a `throw` itself: it came after the last line before the failed result, or, where no lines
 * were recorded, with the result. A failed primitive has been stopped at already.
 * @returns the result that says what was thrown at a moment.
 */
function thrownAt(program: Program, index: number): AgentStep | undefined {
  const moment = program.moments[index];
  const next = program.moments[index + 1];
  if (moment?.kind === 'point') return next?.kind === 'step' ? ifThrown(next.step) : undefined;
  const before = program.moments[index - 1];
  const told =
    before?.kind === 'point' || (before?.kind === 'step' && typeof argsOf(before.step).failure === 'string');
  return moment && !told ? ifThrown(moment.step) : undefined;
}

/** @returns the step, where it is what ended a block, with an error that a script threw. */
function ifThrown(step: AgentStep): AgentStep | undefined {
  const { ok, error } = argsOf(step);
  const { kind } = (typeof error === 'object' && error !== null ? error : {}) as { kind?: unknown };
  return ok === false && kind === 'throw' ? step : undefined;
}

function errorOf(step: AgentStep): { name: string; message: string } {
  const { error } = argsOf(step);
  const { name, message } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: typeof message === 'string' ? message : step.content,
  };
}
