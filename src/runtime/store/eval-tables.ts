/** Tables of the evals and the schedules. */
export interface EvalTables {
  eval_suites: EvalSuiteRow;
  eval_suite_versions: EvalSuiteVersionRow;
  eval_cases: EvalCaseRow;
  eval_runs: EvalRunRow;
  eval_results: EvalResultRow;
  scheduled_runs: ScheduleRow;
}

export interface EvalSuiteRow {
  id: string;
  project_id: string;
  agent_id: string;
  name: string;
  description: string;
  threshold: number;
  active_version_id: string | null;
  created_at: string;
  updated_at: string;
}

/** What a suite held at one moment; never changed. */
export interface EvalSuiteVersionRow {
  id: string;
  suite_id: string;
  number: number;
  semver: string;
  content_hash: string;
  /** The cases, as JSON. */
  cases: string;
  created_at: string;
}

export interface EvalCaseRow {
  id: string;
  project_id: string;
  agent_id: string;
  /** Its place in the agent's list. */
  position: number;
  name: string;
  description: string;
  /** The file that it comes from: by this it is the same case, whatever its name. */
  path: string;
  prompt: string;
  criteria: string;
  expectations: string;
  answers: string;
  pass_threshold: number;
  created_at: string;
}

export interface EvalRunRow {
  id: string;
  project_id: string;
  agent_id: string;
  suite_id: string;
  suite_version: string;
  target: string;
  /** The version that was run; null for a draft. */
  version_id: string | null;
  source_hash: string;
  model: string;
  judge_model: string;
  repeat: number;
  complete_suite: number;
  /** 1 when the run notes what it exercises. */
  coverage: number;
  /** Results that the run has when it is done: cases times repetitions. */
  total_cases: number;
  status: string;
  error: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export interface EvalResultRow {
  id: string;
  run_id: string;
  position: number;
  case_id: string;
  case_name: string;
  set_name: string;
  repetition: number;
  pass_threshold: number;
  /** `pending`, `running` or `done`. */
  status: string;
  /** 0 to 10; null until it is judged, and for one that could not be. */
  score: number | null;
  pass: number;
  reasoning: string;
  response: string;
  tool_calls: string;
  error: string | null;
  duration_ms: number;
  session_id: string | null;
  prompt_tokens: number;
  completion_tokens: number;
  judge_prompt_tokens: number;
  judge_completion_tokens: number;
  /** Of the answer and its judgement, in the currency of the prices; null where a price is unknown. */
  cost: number | null;
}

export interface ScheduleRow {
  id: string;
  project_id: string;
  agent_session_id: string;
  /** The agent whose `agent.jsonc` asks for it; null for a schedule that a person made. */
  agent_id: string | null;
  /** What the schedule is known by among those of its agent. */
  source_key: string | null;
  name: string;
  cron_expression: string;
  timezone: string;
  message: string;
  enabled: number;
  last_run_at: string | null;
  /** Null when there is no moment that fits any more. */
  next_run_at: string | null;
  run_count: number;
  last_error: string | null;
  created_at: string;
  updated_at: string;
}
