export { Evals } from './evals';
export { type CaseScore, EvalResults } from './results';
