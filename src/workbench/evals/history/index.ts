export { EvalHistory } from './history';
export type { EvalOwner, EvalRecord, RunContext } from './record';
export { EvalsView } from './view';
