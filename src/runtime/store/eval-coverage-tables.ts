/** The tables of what runs of evals exercised. */
export interface EvalCoverageTables {
  eval_coverage_files: EvalCoverageFileRow;
  eval_coverage_counts: EvalCoverageCountsRow;
}

/** A skill that a run could exercise, as it was then. */
export interface EvalCoverageFileRow {
  run_id: string;
  path: string;
  hash: string;
  /** What can be counted in it, as JSON. */
  map: string;
}

/** What a case exercised of a skill, all its repetitions together. */
export interface EvalCoverageCountsRow {
  run_id: string;
  case_id: string;
  path: string;
  /** As a JSON list, by the number of the counter. */
  counts: string;
}
