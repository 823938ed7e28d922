export { versionName, versionWords } from './choose';
export type { VersionHistory, VersionInfo } from './history';
export { Versions } from './versions';
