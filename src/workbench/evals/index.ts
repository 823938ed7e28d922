export { mayRun } from './ask-limit';
export { Evals } from './evals';
export type { EvalHistory } from './history';
export { type AgentScore, type CaseScore, EvalResults } from './results';
