export { tavoraScheme } from './address';
export { changesBetween, type FileChange } from './changes';
export { VersionFiles } from './provider';
export {
  type ChangePair,
  changePairs,
  openChanges,
  openDiff,
  type Side,
  serverSide,
  sideChanges,
  treeSide,
} from './side';
export { Snapshots } from './snapshots';
export { type AgentSource, type Snapshot, type SourceFiles, type Which, whichLabel } from './source';
export { readVersionUri, versionUri } from './uri';
