/** What `dist/lazy/debug-adapter.js` holds: loaded when the first debug session starts. */
export type { AdapterHost, DebugConfig, KnownFile } from './host';
export { AgentDebugSession } from './session';
