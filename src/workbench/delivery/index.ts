export { belongingWords, countBelongings } from './agents/belongings';
export { DeleteAgent } from './agents/delete-agent';
export { type Archive, Recorder, type VersionEntry } from './archive';
export { Delivery } from './delivery';
export { type DraftState, Drafts, type RenamedAgent } from './drafts';
export {
  type AgentSource,
  type ChangePair,
  changePairs,
  openChanges,
  openDiff,
  type Side,
  type Snapshot,
  Snapshots,
  serverSide,
  treeSide,
  VersionFiles,
  versionUri,
  type Which,
  whichLabel,
} from './files';
export type { GatedDeployment, GateWatch, GateWatcher } from './gate-watcher';
export { entryOf, isSameServer, type Place } from './place';
export type { CaseNews } from './preview/gate-cases';
export { lookAtStaged } from './preview/staged';
export type { GatedAgent } from './preview/through-gate';
export { Pull } from './pull';
export { serverKey } from './records';
export { SaveSync } from './save-sync';
export type { Services } from './services';
export { StatusBar } from './status-bar';
export { working } from './work';
