export { type FilePlan, planMerge, type Sides, type Texts } from './plan';
export { pathProblem, ReceivedError, type ReceivedSource, receiveSource } from './received';
export type { SideNames } from './texts';
