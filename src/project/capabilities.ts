export interface Capability {
  name: string;
  summary: string;
  /** `current` works everywhere, `hosted` on the hosted service only, `retired` nowhere any more. */
  state: 'current' | 'hosted' | 'retired';
  /** The current capability that this older or newer name stands for. */
  standsFor?: string;
}

/**
 * What an agent may be allowed to do, as `capabilities` in `agent.jsonc` names it. The hosted names are those
 * that its command line writes into a new project.
 */
export const capabilities: readonly Capability[] = [
  { name: 'search', summary: 'Search the documents of the agent’s indexes.', state: 'current' },
  { name: 'fetch', summary: 'Call web addresses that the project allows.', state: 'current' },
  { name: 'ai', summary: 'Ask a language model from inside a skill.', state: 'current' },
  { name: 'indexes', summary: 'List indexes and read whole documents.', state: 'current' },
  {
    name: 'require',
    summary: 'Call module skills and MCP servers; possible without it too.',
    state: 'current',
  },
  { name: 'document_search', summary: 'Another name of "search".', state: 'hosted', standsFor: 'search' },
  { name: 'gemini', summary: 'Another name of "ai".', state: 'hosted', standsFor: 'ai' },
  { name: 'data', summary: 'The data object, which needs no capability here.', state: 'hosted' },
  { name: 'input', summary: 'Asking a person, which needs no capability here.', state: 'hosted' },
  { name: 'context', summary: 'Values of the session, on the hosted service.', state: 'hosted' },
  { name: 'stores', summary: 'Stored values, on the hosted service.', state: 'hosted' },
  { name: 'asset', summary: 'Files made by a run, on the hosted service.', state: 'hosted' },
  { name: 'brave', summary: 'Web search, on the hosted service.', state: 'hosted' },
  { name: 'email', summary: 'Sending mail, on the hosted service.', state: 'hosted' },
  { name: 'http_module', summary: "require('http'), on the hosted service.", state: 'hosted' },
  { name: 'markdown_module', summary: "require('markdown'), on the hosted service.", state: 'hosted' },
  { name: 'memory', summary: 'Retired: runs keep nothing between sessions.', state: 'retired' },
  { name: 'remember', summary: 'Retired: runs keep nothing between sessions.', state: 'retired' },
];

/** Names that work everywhere. */
export const currentCapabilities: readonly string[] = capabilities
  .filter((one) => one.state === 'current')
  .map((one) => one.name);

/** @returns the capabilities as written, then those that their names stand for. */
export function withImplied(written: readonly string[]): string[] {
  const implied = written.flatMap((name) => capabilities.find((one) => one.name === name)?.standsFor ?? []);
  return [...new Set([...written, ...implied])];
}
