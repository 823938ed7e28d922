export type { McpPatience } from './connection';
export { McpProblem } from './problem';
export type { RunServers } from './run-servers';
export { McpServers } from './servers';
export { describeServers, type ServerTools } from './tools';
