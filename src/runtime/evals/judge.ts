import type { EvalExpectation } from '../../project';
import type { Embedder } from '../knowledge';
import type { ModelRouter } from '../models/types';
import type { Case } from '../store';
import { holds } from './claims';
import { ModelJudge } from './model-judge';
import { OfflineJudge, offlineJudgeModel } from './offline-judge';
import { type Evidence, type Judge, JudgeError, type Verdict } from './types';

/**
 * The judge of an agent's evals: the model that is configured for judging, else the agent's own; the offline judge
 * where that is the offline model, which cannot judge.
 *
 * @param configured `TAVORA_JUDGE_MODEL`.
 * @throws ModelError when the model cannot be called as this machine is set up.
 */
export function chooseJudge(
  models: ModelRouter,
  embedder: Embedder | undefined,
  configured: string | undefined,
  agentModel: string,
): Judge {
  const wanted = configured || agentModel;
  if (wanted === offlineJudgeModel) return new OfflineJudge(embedder);
  const { id } = models.resolve(wanted);
  const offline = models.list().some((one) => one.id === id && one.offline);
  return offline ? new OfflineJudge(embedder) : new ModelJudge(models, wanted);
}

/**
 * Judges an answer: its expectations letter by letter, its criteria by the judge. With both, the criteria's score
 * counts as far as the expectations are met: half of them missed is half of it.
 *
 * @throws JudgeError, ModelError
 */
export async function judgeCase(
  judge: Judge,
  given: Pick<Case, 'prompt' | 'criteria' | 'expectations'>,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<Verdict> {
  const checks = given.expectations.map((expectation) => check(expectation, evidence.response));
  const met = checks.length > 0 ? checks.filter(({ ok }) => ok).length / checks.length : 1;
  const free = { promptTokens: 0, completionTokens: 0 };
  const byJudge: Verdict = given.criteria
    ? await judge.judge(given, evidence, signal)
    : { score: 10, reasoning: '', ...free };
  return {
    ...byJudge,
    score: Math.round(byJudge.score * met * 10) / 10,
    reasoning: [byJudge.reasoning, ...checks.map(({ sentence }) => sentence)].filter(Boolean).join('\n'),
  };
}

function check({ kind, value }: EvalExpectation, response: string): { ok: boolean; sentence: string } {
  const found = holds(response, value);
  switch (kind) {
    case 'contains':
      return {
        ok: found,
        sentence: `- ${found ? 'met' : 'missed'}: the answer ${found ? 'has' : 'lacks'} “${value}”.`,
      };
    case 'not_contains':
      return {
        ok: !found,
        sentence: `- ${found ? 'missed' : 'met'}: the answer ${found ? 'has' : 'lacks'} “${value}”.`,
      };
    default:
      throw new JudgeError(
        `The expectation "${kind}" is not one that is known here; use "contains" or "not_contains".`,
      );
  }
}
