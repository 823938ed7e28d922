import * as z from 'zod/mini';
import { Count, Id, OptionalText, Text, Timestamp } from './base';

/** A number that may be unknown; null and a missing field are one thing to a reader. */
const OptionalNumber = z.optional(z.nullable(z.number()));

/** The score from which on a case passes whose file does not say; also the threshold of a new suite. */
export const defaultPassThreshold = 7;

/** The most results that one run may have that repeats cases. More repetitions are runs one after another. */
const mostRepeatedResults = 2_000;

/**
 * @returns how often one run may repeat cases of which there are so many, when they are to be run so often. Once always:
 * only a run of the whole suite decides on a deployment, however large it is.
 */
export function repeatsOfRun(cases: number, repeat: number): number {
  return Math.max(1, Math.min(repeat, Math.floor(mostRepeatedResults / Math.max(1, cases))));
}

/** `set_name` of a case that came from a project's files is `__cf__/<agent id>`. */
export const EvalCase = z.looseObject({
  id: Id,
  project_id: OptionalText,
  name: z.string(),
  description: Text,
  set_name: Text,
  type: Text,
  config: z.optional(z.unknown()),
  prompt: Text,
  criteria: Text,
  system_prompt: Text,
  tools: z.optional(z.unknown()),
  pass_threshold: Count,
  created_at: Timestamp,
});
export type EvalCase = z.infer<typeof EvalCase>;
export const EvalCaseList = z.looseObject({ cases: z.array(EvalCase) });

/** Statuses that a run does not leave again. */
export const endedEvalStatuses: readonly string[] = ['completed', 'failed', 'cancelled'];

/**
 * A run of a suite. From `agent_id` on the fields are those of our runtime, which other servers may leave out.
 */
export const EvalRun = z.looseObject({
  id: Id,
  /** `pending`, `running`, `completed` (whatever the verdict), `failed` (see `error`) or `cancelled`. */
  status: z.string(),
  total_cases: Count,
  passed: Count,
  failed: Count,
  average_score: Count,
  judge_model: Text,
  created_at: Timestamp,
  agent_id: OptionalText,
  suite_id: OptionalText,
  /** Semver of the suite's version that was run. */
  suite_version: OptionalText,
  /** `draft` or `live`. */
  target: OptionalText,
  agent_version_id: OptionalText,
  source_hash: OptionalText,
  /** The model that answered. */
  model: OptionalText,
  /** How often each case is run. */
  repeat: OptionalNumber,
  /** Whether every case of the suite is part of the run. */
  complete_suite: z.optional(z.nullable(z.boolean())),
  /** Whether the run notes what it exercises. */
  coverage: z.optional(z.nullable(z.boolean())),
  prompt_tokens: OptionalNumber,
  completion_tokens: OptionalNumber,
  /** Of the results whose cost is known; null when none is. */
  cost: OptionalNumber,
  duration_ms: OptionalNumber,
  /** Why a run has the status `failed`. */
  error: OptionalText,
  started_at: OptionalText,
  finished_at: OptionalText,
});
export type EvalRun = z.infer<typeof EvalRun>;

/** `score` runs from 0 to 10. From `case_id` on the fields are those of our runtime. */
export const EvalResult = z.looseObject({
  id: Id,
  case_name: z.string(),
  set_name: Text,
  /** 0 also where a server sends null, for a result with an `error`. */
  score: Count,
  pass: z.boolean(),
  reasoning: Text,
  response: Text,
  tool_calls: z.optional(z.unknown()),
  duration_ms: Count,
  /** What kept the case from being judged: then there is no score. */
  error: OptionalText,
  case_id: OptionalText,
  /** Which repetition of its case it is, from 1. */
  repetition: OptionalNumber,
  pass_threshold: OptionalNumber,
  /** The session whose trace shows how the answer came about. */
  session_id: OptionalText,
  prompt_tokens: OptionalNumber,
  completion_tokens: OptionalNumber,
  judge_prompt_tokens: OptionalNumber,
  judge_completion_tokens: OptionalNumber,
  /** Of answer and judgement, in the currency of the server's prices; null where a price is unknown. */
  cost: OptionalNumber,
});
export type EvalResult = z.infer<typeof EvalResult>;

/** A case of a run that has no result yet. */
export const PendingEval = z.looseObject({
  id: Id,
  case_name: z.string(),
  /** `pending` or `running`. */
  status: z.string(),
  case_id: OptionalText,
  repetition: OptionalNumber,
  session_id: OptionalText,
});
export type PendingEval = z.infer<typeof PendingEval>;

export const EvalRunList = z.looseObject({ runs: z.array(EvalRun) });
export const EvalRunAnswer = z.looseObject({ run: EvalRun });

/** `GET /eval-runs/:id`. `pending` is our runtime's: what the run has still to do. */
export const EvalRunDetail = z.looseObject({
  run: EvalRun,
  results: z.pipe(
    z.optional(z.nullable(z.array(EvalResult))),
    z.transform((results) => results ?? []),
  ),
  pending: z.pipe(
    z.optional(z.nullable(z.array(PendingEval))),
    z.transform((pending) => pending ?? []),
  ),
});
export type EvalRunDetail = z.infer<typeof EvalRunDetail>;

/** Body of `POST /agent-configs/:id/eval-runs`; may be left out. All of it is our runtime's. */
export const StartEvalRun = z.looseObject({
  /** Only these cases, by name. */
  case_names: z.optional(z.array(z.string())),
  /** Only these cases, by id. */
  case_ids: z.optional(z.array(Id)),
  /** How often each case is run; 1 to 20. */
  repeat: z.optional(z.number()),
  /** A deployed version to run in place of the one that is live. */
  agent_version_id: z.optional(z.string()),
  /** Longest time of one case in milliseconds; 1,000 to 3,600,000. */
  timeout_ms: z.optional(z.number()),
  /** Whether to note what the run exercises in the skills, for `GET /eval-runs/:id/coverage`. */
  coverage: z.optional(z.boolean()),
});
export type StartEvalRun = z.infer<typeof StartEvalRun>;

export const EvalSuite = z.looseObject({
  id: Id,
  project_id: OptionalText,
  agent_id: OptionalText,
  name: z.string(),
  description: Text,
  threshold: Count,
  active_version_id: OptionalText,
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type EvalSuite = z.infer<typeof EvalSuite>;

export const EvalSuiteVersion = z.looseObject({
  id: Id,
  suite_id: Id,
  semver: z.string(),
  created_at: Timestamp,
});
export type EvalSuiteVersion = z.infer<typeof EvalSuiteVersion>;

/** Lists that stand bare, without an envelope. */
export const EvalSuiteList = z.array(EvalSuite);
export const EvalSuiteVersionList = z.array(EvalSuiteVersion);
export const BareEvalRunList = z.array(EvalRun);
