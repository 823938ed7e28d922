export { ConnectionCommands } from './commands';
export { Connection } from './connection';
export { confirmProduction } from './consent';
export { assertTrusted } from './restricted';
export type { ConnectionState, ServerInfo } from './state';
