import type { JsonSchema } from '../json/schema';
import { ruleLevels } from '../rules/levels';
import { rules } from '../rules/table';

/** Default place of agents, where `agents.discover` is not set. */
export const defaultDiscover = 'agents/*/agent.jsonc';

/** Run logs kept under `.runs`, where `retention.runs` is not set. */
export const defaultRetentionRuns = 50;

/** Tokens that a persona may have, where `limits.personaTokens` is not set. */
export const defaultPersonaTokens = 4000;

/** `rules` of `tavora.jsonc`; the editor's setting of that name has the same shape. */
export const rulesSchema: JsonSchema = {
  type: 'object',
  description: 'Severities of rules, by their codes: off, warning or error.',
  properties: Object.fromEntries(
    rules.map(({ code, title, severity }): [string, JsonSchema] => [
      code,
      {
        type: 'string',
        enum: ruleLevels,
        description: `${title}.`,
        default: severity === 'fatal' ? 'error' : 'warning',
      },
    ]),
  ),
  additionalProperties: { type: 'string', enum: ruleLevels },
};

/** `tavora.jsonc`. */
export const projectSchema: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Tavora project',
  allowComments: true,
  allowTrailingCommas: true,
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
    rules: rulesSchema,
    limits: {
      type: 'object',
      description: 'What the rules measure by.',
      properties: {
        personaTokens: {
          type: 'integer',
          minimum: 1,
          description: 'How many tokens a persona may have, as estimated from its text.',
          default: defaultPersonaTokens,
        },
      },
    },
  },
};
