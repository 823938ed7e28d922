import * as z from 'zod/mini';
import type { Analysis, AnalyzeRequest } from '../../protocol';
import { badRequest, modelFailed } from '../http/problem';
import type { ModelRouter } from '../models/types';
import type { Session, Step, Store } from '../store';
import { analyzeByRules } from './analyze-rules';

export interface AnalyzeServices {
  store: Store;
  models: ModelRouter;
}

const ModelAnalysis = z.object({
  prompt_changes: z.string(),
  reasoning: z.string(),
  eval_case: z.optional(z.nullable(z.object({ name: z.string(), prompt: z.string(), criteria: z.string() }))),
});

/** Longest text of a step that is shown to the model. */
const longestStep = 2_000;

const instructions = `You review a run of an AI agent. You get its system prompt, its steps, the steps that a person marked as
failed, and what the person expected. Say why it went wrong and what to change in the system prompt or the skills.
Answer with one JSON object and nothing else:
{"prompt_changes": "the text to add or change, ready to paste", "reasoning": "why it failed, in a few sentences",
"eval_case": {"name": "kebab-case", "prompt": "a message that shows the fault", "criteria": "what a right answer has"}}`;

/**
 * Explains failed steps of a session and proposes what to change.
 *
 * With a real model the model is asked. The offline model cannot judge, so that rules look at the steps instead;
 * their `reasoning` says so.
 *
 * @throws Problem 400 when a step is not one of the session's, 502 when the model's answer cannot be read;
 *   ModelError when it cannot be called.
 */
export async function analyze(
  { store, models }: AnalyzeServices,
  session: Session,
  request: AnalyzeRequest,
  signal: AbortSignal,
): Promise<Analysis> {
  const steps = await store.steps.list(session.id);
  const failed = request.failed_steps.map((wanted) => findStep(steps, wanted));
  if (failed.length === 0) throw badRequest('The field "failed_steps" is empty.', { field: 'failed_steps' });
  const { id: model } = models.resolve(session.model);
  const offline = models.list().some((one) => one.id === model && one.offline);
  if (offline) return analyzeByRules(steps, failed, request.expected_outcome);
  let answer = '';
  const content = describe(session, steps, failed, request.expected_outcome);
  for await (const chunk of models.stream({
    model,
    system: instructions,
    messages: [{ role: 'user', content }],
    context: { persona: '', skills: [] },
    signal,
  })) {
    if (chunk.type === 'text') answer += chunk.text;
  }
  return readAnalysis(answer);
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
  steps: readonly Step[],
  failed: readonly Step[],
  expected: string,
): string {
  const shown = steps.map(({ step_index: index, step_type: type, content }) => {
    const text = content.length > longestStep ? `${content.slice(0, longestStep)}…` : content;
    return `### Step ${index} (${type})\n${text}`;
  });
  return [
    `## System prompt\n${session.system_prompt}`,
    `## Steps\n${shown.join('\n')}`,
    `## Failed\n${failed.map((step) => step.step_index).join(', ')}`,
    `## Expected\n${expected}`,
  ].join('\n\n');
}

/** @throws Problem 502 when the text holds no such object. */
export function readAnalysis(answer: string): Analysis {
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
  return result.data;
}
