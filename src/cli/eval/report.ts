import type { Comparison } from './baseline';
import type { CaseOutcome } from './cases';

/** What a run of evals found, for a format to write. */
export interface EvalReport {
  outcomes: readonly CaseOutcome[];
  /** Undefined without a baseline. */
  comparison?: Comparison;
  /** `draft` or `live`. */
  target: string;
  /** Origin of the server, or what the embedded runtime is called. */
  server: string;
  repeat: number;
  colour: boolean;
}
