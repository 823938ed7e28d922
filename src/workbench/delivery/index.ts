export { belongingWords, countBelongings } from './agents/belongings';
export { DeleteAgent } from './agents/delete-agent';
export { type Archive, Recorder } from './archive';
export { Delivery } from './delivery';
export { type DraftState, Drafts } from './drafts';
export { Promotions } from './environments';
export {
  type AgentSource,
  type ChangePair,
  changePairs,
  changesBetween,
  type FileChange,
  openChanges,
  openDiff,
  type Side,
  type Snapshot,
  Snapshots,
  type SourceFiles,
  serverSide,
  sideChanges,
  treeSide,
  VersionFiles,
  versionUri,
  type Which,
  whichLabel,
} from './files';
export { Pull } from './pull';
export { serverKey } from './records';
export { StatusBar } from './status-bar';
export { working } from './work';
