export { type FilePlan, planMerge, type Sides, type Texts } from './plan';
export {
  pathProblem,
  type ReceivedAgent,
  ReceivedError,
  type ReceivedSource,
  receiveSource,
} from './received';
export { type SideNames, sameText } from './texts';
