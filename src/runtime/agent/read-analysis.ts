import * as z from 'zod/mini';
import { validateSkill } from '../../project';
import { sameText } from '../../project/merge';
import type { Analysis, SkillChange } from '../../protocol';
import { modelFailed } from '../http/problem';
import type { SkillSource, SkillSources } from './skill-sources';

const ModelAnalysis = z.object({
  prompt_changes: z.string(),
  reasoning: z.string(),
  // Read one by one: a bad one must not take the others with it.
  skill_changes: z.optional(z.unknown()),
  eval_case: z.optional(z.nullable(z.object({ name: z.string(), prompt: z.string(), criteria: z.string() }))),
});

const ModelChange = z.object({ skill: z.string(), path: z.optional(z.string()), content: z.string() });

/**
 * Reads what a model answered. A change of a skill that cannot be made is left out, and `reasoning` says so.
 * @param sources the skills that the model was shown
 * @throws Problem 502 when the text holds no such object.
 */
export function readAnalysis(answer: string, sources: SkillSources): Analysis {
  const from = answer.indexOf('{');
  const to = answer.lastIndexOf('}');
  let value: unknown;
  try {
    value = JSON.parse(answer.slice(from, to + 1));
  } catch {
    throw modelFailed('The model answered the analysis with something other than JSON; try again.');
  }
  const result = ModelAnalysis.safeParse(value);
  if (!result.success)
    throw modelFailed('The model’s analysis lacks "prompt_changes" or "reasoning"; try again.');
  const { reasoning, skill_changes: wanted, ...rest } = result.data;
  const { changes, notes } = readChanges(wanted ?? [], sources);
  return {
    ...rest,
    reasoning: [reasoning, ...notes].join('\n\n'),
    ...(changes.length > 0 ? { skill_changes: changes } : {}),
  };
}

function readChanges(
  wanted: unknown,
  { shown, leftOut, newer }: SkillSources,
): { changes: SkillChange[]; notes: string[] } {
  const changes: SkillChange[] = [];
  const notes: string[] = [];
  for (const one of Array.isArray(wanted) ? wanted : [wanted]) {
    const change = readChange(one, shown, changes);
    if (typeof change === 'string') notes.push(change);
    else changes.push(change);
  }
  if (leftOut.length > 0) notes.push(`Not looked at, because it is too long: ${leftOut.join(', ')}.`);
  if (newer && changes.length > 0) {
    notes.push(
      'The source that the session ran is not kept any more; the skills were looked at as they are now.',
    );
  }
  return { changes, notes };
}

/** @returns the change, or a sentence that says why it is left out. */
function readChange(
  wanted: unknown,
  shown: readonly SkillSource[],
  before: readonly SkillChange[],
): SkillChange | string {
  const read = ModelChange.safeParse(wanted);
  if (!read.success)
    return 'A change of a skill is left out: the model did not give its name and its whole text.';
  const { skill, path, content } = read.data;
  const leftOut = (why: string) => `A change of the skill “${skill}” is left out: ${why}`;
  const own = shown.filter((one) => one.skill === skill);
  // Without a path that fits, a folder's code rather than its words.
  const source = own.find((one) => one.path === path) ?? own.find(isCode) ?? own[0];
  if (!source) return leftOut('the model was shown no skill of this name.');
  if (before.some((one) => one.path === source.path))
    return leftOut(`${source.path} is changed once already.`);
  const after = source.text.endsWith('\n') && !content.endsWith('\n') ? `${content}\n` : content;
  if (sameText(source.text, after)) return leftOut('it is the text that the skill has.');
  const issues = isCode(source) ? validateSkill({ name: skill, type: 'module', source: after }) : [];
  const fault = issues.find(({ severity }) => severity === 'fatal');
  if (fault) return leftOut(`it is no JavaScript that can be run, line ${fault.line}: ${fault.message}`);
  return { skill, path: source.path, before: source.text, after };
}

function isCode({ path }: SkillSource): boolean {
  return path.endsWith('.js');
}
