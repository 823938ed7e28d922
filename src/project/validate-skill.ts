import { issue } from './rules/issue';
import type { SkillContext } from './skills/context';
import { checkSkill } from './skills/rules';
import type { RangedIssue } from './types';

export interface SkillCandidate {
  /** "" for a skill without a name yet. */
  name: string;
  type: string;
  source: string;
  /** What the skill may count on; without it, names of other skills are taken on trust. */
  context?: SkillContext;
}

const alone: SkillContext = { modules: [], prompts: [], mcpServers: [], alone: true };

/** Checks a skill that stands in no project, as a server is asked to. */
export function validateSkill({ name, type, source, context = alone }: SkillCandidate): RangedIssue[] {
  const path = `skills/${name || 'skill'}${type === 'module' ? '.js' : '.md'}`;
  if (type === 'module') return checkSkill(path, source, context);
  if (type !== 'prompt' || source.trim()) return [];
  return [
    issue('skill-no-result', path, {
      message: 'The prompt skill is empty.',
      hint: 'Write what the model should know or do.',
    }),
  ];
}
