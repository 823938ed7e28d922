import type { Severity } from '../../protocol';

export interface Rule {
  code: string;
  severity: Severity;
  /** What the rule is about, in a few words, for documentation and settings. */
  title: string;
}

/**
 * Every rule that the project knows. `fatal` refuses a sync; `warn` does not. Codes are stable: people put
 * them into settings and scripts, and they match the official command line's where both say the same.
 */
export const rules = [
  { code: 'missing-project-config', severity: 'fatal', title: 'There is no tavora.jsonc' },
  { code: 'parse-project-config', severity: 'fatal', title: 'tavora.jsonc is not valid JSONC' },
  { code: 'missing-project-name', severity: 'fatal', title: 'The project has no name' },
  { code: 'invalid-agent-glob', severity: 'fatal', title: 'agents.discover is not a usable pattern' },
  { code: 'no-agents', severity: 'warn', title: 'No agent was found' },
  { code: 'parse-agent-config', severity: 'fatal', title: 'An agent.jsonc is not valid JSONC' },
  { code: 'missing-agent-id', severity: 'fatal', title: 'An agent has no id' },
  { code: 'missing-agent-name', severity: 'warn', title: 'An agent has no name' },
  { code: 'missing-model', severity: 'fatal', title: 'An agent names no model' },
  { code: 'duplicate-agent-id', severity: 'fatal', title: 'Two agents share an id' },
  { code: 'missing-persona', severity: 'fatal', title: 'The persona file does not exist' },
  { code: 'invalid-field', severity: 'fatal', title: 'A field has the wrong type or value' },
  { code: 'unknown-field', severity: 'warn', title: 'A field looks like a misspelt one' },
  { code: 'duplicate-field', severity: 'warn', title: 'A field is written twice' },
  { code: 'unsafe-path', severity: 'fatal', title: 'A path is not usable or leaves the project' },
  { code: 'unreadable-file', severity: 'fatal', title: 'A file could not be read' },
  { code: 'not-utf8', severity: 'fatal', title: 'A file is not UTF-8 text' },
  { code: 'file-too-large', severity: 'warn', title: 'A file is too large to be checked' },
  { code: 'unknown-capability', severity: 'warn', title: 'A capability is not known' },
  { code: 'retired-capability', severity: 'warn', title: 'A capability was retired' },
  { code: 'invalid-skill-glob', severity: 'fatal', title: 'A skill pattern is not usable' },
  { code: 'missing-skill-file', severity: 'fatal', title: 'A skill file does not exist' },
  { code: 'bad-skill-extension', severity: 'fatal', title: 'A skill file is neither .js nor .md' },
  { code: 'missing-skill-folder', severity: 'fatal', title: 'A skill folder does not exist' },
  { code: 'missing-skill-md', severity: 'fatal', title: 'A skill folder has no skill.md' },
  { code: 'extra-skill-entry', severity: 'warn', title: 'A file beside a skill is left out' },
  { code: 'duplicate-skill-name', severity: 'fatal', title: 'Two skills of an agent share a name' },
  { code: 'invalid-eval-glob', severity: 'fatal', title: 'An eval pattern is not usable' },
  { code: 'missing-eval-file', severity: 'fatal', title: 'An eval file does not exist' },
  { code: 'bad-eval-extension', severity: 'fatal', title: 'An eval file is not .json' },
  { code: 'parse-eval', severity: 'fatal', title: 'An eval file is not valid JSON' },
  { code: 'missing-eval-input', severity: 'fatal', title: 'An eval has no input' },
  { code: 'missing-eval-criteria', severity: 'fatal', title: 'An eval says nothing of what is expected' },
  { code: 'mcp-missing-name', severity: 'fatal', title: 'An MCP server has no name' },
  { code: 'mcp-missing-endpoint', severity: 'fatal', title: 'An MCP server has no address' },
  {
    code: 'mcp-duplicate-name',
    severity: 'fatal',
    title: 'Two MCP servers, or a server and a skill, share a name',
  },
  {
    code: 'mcp-invalid-endpoint',
    severity: 'fatal',
    title: 'An MCP server’s address is not an http address',
  },
  { code: 'mcp-missing-secret', severity: 'fatal', title: 'An MCP server’s auth names no secret' },
  { code: 'mcp-secret-in-source', severity: 'warn', title: 'A secret is written into the source' },
  { code: 'schedule-missing-cron', severity: 'fatal', title: 'A schedule has no cron expression' },
  { code: 'schedule-invalid-cron', severity: 'warn', title: 'A cron expression cannot be read' },
  { code: 'schedule-missing-input', severity: 'fatal', title: 'A schedule has no input' },
  { code: 'skill-js-parse', severity: 'fatal', title: 'A skill’s JavaScript has a syntax error' },
  { code: 'skill-no-result', severity: 'warn', title: 'A skill gives nothing back' },
  { code: 'sandbox-no-import', severity: 'fatal', title: 'import and export do not exist in the sandbox' },
  { code: 'sandbox-no-node', severity: 'fatal', title: 'Node modules do not exist in the sandbox' },
  { code: 'sandbox-missing-global', severity: 'fatal', title: 'A global does not exist in the sandbox' },
  { code: 'sandbox-no-await', severity: 'fatal', title: 'await stands outside an async function' },
  { code: 'sandbox-async', severity: 'warn', title: 'A skill’s function is async' },
  { code: 'hosted-engine', severity: 'warn', title: 'The hosted engine lacks a feature that is used' },
  { code: 'hosted-only', severity: 'warn', title: 'Only the hosted service has what is used' },
  { code: 'undefined-name', severity: 'warn', title: 'A name is defined nowhere' },
  { code: 'unknown-require', severity: 'fatal', title: 'A required module does not exist' },
  { code: 'undeclared-capability', severity: 'warn', title: 'A primitive is used without its capability' },
] as const satisfies readonly Rule[];

export type RuleCode = (typeof rules)[number]['code'];

const byCode: ReadonlyMap<string, Rule> = new Map(rules.map((rule) => [rule.code, rule]));

/** @returns the default severity of a rule. */
export function severityOf(code: RuleCode): Severity {
  return byCode.get(code)?.severity ?? 'fatal';
}
