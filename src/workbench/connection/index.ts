export { ConnectionCommands } from './commands';
export { type Begun, Connection } from './connection';
export { confirmProduction } from './consent';
export { assertTrusted } from './restricted';
export type { ConnectionState, ServerInfo } from './state';
export type { Underway } from './underway';
