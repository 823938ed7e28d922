import { moduleName, parseSkill } from '../../project';
import type { AgentStep } from '../../protocol';

/** A step of a session that ran a skill. */
export interface SkillStep {
  step: AgentStep;
  /** What came of it: undefined while it runs, or where the session ended before. */
  ok: boolean | undefined;
}

/**
 * The blocks of a session that require a skill, in their order. A skill that only another skill calls is not in the
 * trace's blocks, and so not found.
 * @param skill its name, as `require` takes it
 */
export function stepsOfSkill(skill: string, steps: readonly AgentStep[]): SkillStep[] {
  return steps.flatMap((step, index) => {
    if (step.step_type !== 'execute_js' || !requires(step.content, skill)) {
      return [];
    }
    const after = steps.slice(index + 1);
    const end = after.findIndex(({ step_type: type }) => type === 'execute_js');
    const result = (end < 0 ? after : after.slice(0, end)).find(
      ({ step_type: type }) => type === 'execute_js_result',
    );
    return [{ step, ok: result && succeeded(result) }];
  });
}

function requires(source: string, skill: string): boolean {
  // Most blocks are ruled out without reading their code.
  return source.includes(skill) && parseSkill(source).requires.some(({ name }) => moduleName(name) === skill);
}

/** Servers without our `ok` say it in the text of an error. */
function succeeded({ tool_args: args, content }: AgentStep): boolean {
  const ok = typeof args === 'object' && args !== null && 'ok' in args ? args.ok : undefined;
  return typeof ok === 'boolean' ? ok : !/^\w*Error\b/.test(content);
}
