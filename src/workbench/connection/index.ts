export { ConnectionCommands } from './commands';
export { Connection } from './connection';
export { assertTrusted } from './restricted';
export type { ConnectionState, ServerInfo } from './state';
