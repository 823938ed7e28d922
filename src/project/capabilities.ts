export interface Capability {
  name: string;
  summary: string;
  /** `current` may be declared; `hosted` only the hosted service knows; `retired` has no effect any more. */
  state: 'current' | 'hosted' | 'retired';
}

/** What an agent may be allowed to do, as `capabilities` in `agent.jsonc` names it. */
export const capabilities: readonly Capability[] = [
  { name: 'search', summary: 'Search the documents of the agent’s indexes.', state: 'current' },
  { name: 'fetch', summary: 'Call web addresses that the project allows.', state: 'current' },
  { name: 'ai', summary: 'Ask a language model from inside a skill.', state: 'current' },
  { name: 'indexes', summary: 'List indexes and read whole documents.', state: 'current' },
  { name: 'require', summary: 'Call module skills and MCP servers.', state: 'current' },
  { name: 'context', summary: 'Known to the hosted service only.', state: 'hosted' },
  { name: 'memory', summary: 'Retired: runs keep nothing between sessions.', state: 'retired' },
  { name: 'remember', summary: 'Retired: runs keep nothing between sessions.', state: 'retired' },
];

/** @returns names that an author may write today. */
export const currentCapabilities: readonly string[] = capabilities
  .filter((one) => one.state === 'current')
  .map((one) => one.name);
