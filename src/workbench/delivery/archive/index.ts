export { Archive, type SourceBytes } from './archive';
export type { VersionEntry } from './entries';
export type { AgentPlace, VersionPlace } from './place';
export { Recorder } from './recorder';
