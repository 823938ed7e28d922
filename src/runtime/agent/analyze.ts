import type { Analysis, AnalyzeRequest } from '../../protocol';
import { badRequest } from '../http/problem';
import type { ModelRouter } from '../models/types';
import type { LoadedAgents } from '../source/loaded';
import type { Session, Step, Store } from '../store';
import { analyzeByRules } from './analyze-rules';
import { readAnalysis } from './read-analysis';
import { type SkillSources, skillSources } from './skill-sources';

export interface AnalyzeServices {
  store: Store;
  loaded: LoadedAgents;
  models: ModelRouter;
}

/** Longest text of a step that is shown to the model. */
const longestStep = 2_000;

const instructions = `You review a run of an AI agent. You get its system prompt, the source of its skills, its steps, the steps
that a person marked as failed, and what the person expected. Say why it went wrong and what to change: the system prompt,
the source of a skill, or both. Change a skill only where its code or text is at fault, and as little of it as will do.
Answer with one JSON object and nothing else:
{"prompt_changes": "the text to add to the system prompt, ready to paste; empty for none", "reasoning": "why it failed, in a
few sentences", "skill_changes": [{"skill": "its name", "path": "its file", "content": "the whole new text of the file"}],
"eval_case": {"name": "kebab-case", "prompt": "a message that shows the fault", "criteria": "what a right answer has"}}
Leave "skill_changes" empty when no skill is to change.`;

/**
 * Explains failed steps of a session and proposes what to change.
 *
 * With a real model the model is asked; it may change skills whose source it was shown. The offline model cannot judge, so that rules look at the steps instead;
 * their `reasoning` says so.
 *
 * @throws Problem 400 when a step is not one of the session's, 502 when the model's answer cannot be read;
 *   ModelError when it cannot be called.
 */
export async function analyze(
  services: AnalyzeServices,
  session: Session,
  request: AnalyzeRequest,
  signal: AbortSignal,
): Promise<Analysis> {
  const { store, models } = services;
  const steps = await store.steps.list(session.id);
  const failed = request.failed_steps.map((wanted) => findStep(steps, wanted));
  if (failed.length === 0) throw badRequest('The field "failed_steps" is empty.', { field: 'failed_steps' });
  const { id: model } = models.resolve(session.model);
  const offline = models.list().some((one) => one.id === model && one.offline);
  if (offline) return analyzeByRules(steps, failed, request.expected_outcome);
  const skills = await skillSources(services, session, steps, failed);
  let answer = '';
  const content = describe(session, skills, steps, failed, request.expected_outcome);
  for await (const chunk of models.stream({
    model,
    system: instructions,
    messages: [{ role: 'user', content }],
    context: { persona: '', skills: [] },
    signal,
  })) {
    if (chunk.type === 'text') answer += chunk.text;
  }
  return readAnalysis(answer, skills);
}

function findStep(steps: readonly Step[], wanted: number | string): Step {
  const step = steps.find((one) =>
    typeof wanted === 'number'
      ? one.step_index === wanted
      : one.id === wanted || String(one.step_index) === wanted,
  );
  if (!step)
    throw badRequest(`The session has no step ${JSON.stringify(wanted)}.`, { field: 'failed_steps' });
  return step;
}

function describe(
  session: Session,
  { shown: skills, leftOut }: SkillSources,
  steps: readonly Step[],
  failed: readonly Step[],
  expected: string,
): string {
  const sources = skills.map(({ skill, path, text }) => `### ${skill} (${path})\n${text}`);
  const missing =
    leftOut.length > 0 ? [`Too long to be shown, and not to be changed: ${leftOut.join(', ')}`] : [];
  const shown = steps.map(({ step_index: index, step_type: type, content }) => {
    const text = content.length > longestStep ? `${content.slice(0, longestStep)}…` : content;
    return `### Step ${index} (${type})\n${text}`;
  });
  return [
    `## System prompt\n${session.system_prompt}`,
    ...(sources.length + missing.length > 0 ? [`## Skills\n${[...sources, ...missing].join('\n\n')}`] : []),
    `## Steps\n${shown.join('\n')}`,
    `## Failed\n${failed.map((step) => step.step_index).join(', ')}`,
    `## Expected\n${expected}`,
  ].join('\n\n');
}
