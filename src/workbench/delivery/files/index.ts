export { tavoraScheme } from './address';
export { VersionFiles } from './provider';
export {
  type ChangePair,
  changePairs,
  openChanges,
  openDiff,
  type Side,
  serverSide,
  treeSide,
} from './side';
export { Snapshots } from './snapshots';
export { type AgentSource, type Snapshot, type Which, whichLabel } from './source';
export { readVersionUri, versionUri, withoutVersion } from './uri';
