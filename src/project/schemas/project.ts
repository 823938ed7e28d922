import type { JsonSchema } from '../json/schema';

/** Default place of agents, where `agents.discover` is not set. */
export const defaultDiscover = 'agents/*/agent.jsonc';

/** Run logs kept under `.runs`, where `retention.runs` is not set. */
export const defaultRetentionRuns = 50;

/** `tavora.jsonc`. */
export const projectSchema: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Tavora project',
  description: 'The settings of a Tavora project: its name, its server and where its agents are.',
  type: 'object',
  required: ['project'],
  properties: {
    $schema: { type: 'string', description: 'Address of this schema, for editors.' },
    project: {
      type: 'string',
      description: 'The project’s short name. Agents are published under it.',
      examples: ['support'],
    },
    apiUrl: {
      type: 'string',
      description: 'Address of the server to deploy to. Your key is only sent there after you agree.',
      examples: ['https://api.tavora.ai'],
    },
    agents: {
      type: 'object',
      description: 'Where the agents are.',
      properties: {
        discover: {
          anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
          description: 'Pattern, or patterns, of the agents’ config files, relative to this file.',
          default: defaultDiscover,
        },
      },
    },
    retention: {
      type: 'object',
      description: 'What is kept on this machine.',
      properties: {
        runs: {
          type: 'integer',
          minimum: 0,
          description: 'How many run logs to keep under .runs.',
          default: defaultRetentionRuns,
        },
      },
    },
  },
};
