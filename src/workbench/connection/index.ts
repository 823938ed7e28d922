export { ConnectionCommands } from './commands';
export { type Begun, Connection } from './connection';
export { confirmProduction } from './consent';
export type { Underway } from './leaving';
export { assertTrusted } from './restricted';
export type { ConnectionState, ServerInfo } from './state';
