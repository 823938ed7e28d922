import { capabilities } from '../capabilities';
import type { JsonSchema } from '../json/schema';

const text = (description: string, ...examples: string[]): JsonSchema => ({
  type: 'string',
  description,
  ...(examples.length > 0 ? { examples } : {}),
});

const tokenRef = text('Name of the vault secret with the token, for type "bearer".', 'crm_token');
const valueRef = text('Name of the vault secret with the value, for type "header".', 'crm_key');
const persona = text('Markdown file with the system prompt, relative to this file.', 'persona.md');
const skillPath: JsonSchema = { type: 'string', examples: ['skills/*', 'skills/lookup-order.js'] };
const evalPath: JsonSchema = { type: 'string', examples: ['evals/*.json'] };
const model: JsonSchema = { type: 'string', examples: ['openai/gpt-5-mini', 'local/rehearsal'] };
const provider = text('Who serves the model.', 'openai', 'anthropic', 'google', 'local');
const modelName = text('The model.', 'gpt-5-mini', 'rehearsal');

/**
 * Fields whose values are files and names that a project has: the extension completes them from the project, and
 * an example beside them would look like one of these.
 */
export const completedFields: ReadonlySet<JsonSchema> = new Set([
  tokenRef,
  valueRef,
  persona,
  skillPath,
  evalPath,
  model,
  provider,
  modelName,
]);

const mcpServer: JsonSchema = {
  type: 'object',
  // An older form says "endpoint" for "url".
  oneOf: [{ required: ['name', 'url'] }, { required: ['name', 'endpoint'] }],
  properties: {
    name: text('Name under which skills require it.', 'crm'),
    url: text('Address of the server.', 'https://mcp.example.com'),
    endpoint: text('Older name of "url".'),
    transport: {
      type: 'string',
      enum: ['streamable_http', 'sse'],
      description: 'How the server speaks.',
      default: 'streamable_http',
    },
    auth: {
      type: 'object',
      description: 'How to log in. Values come from the vault, never from this file.',
      properties: {
        type: {
          type: 'string',
          enum: ['bearer', 'header'],
          description: 'A bearer token or a header of your choice.',
        },
        name: text('Header name, for type "header".', 'X-Api-Key'),
        tokenRef,
        valueRef,
      },
    },
  },
};

const schedule: JsonSchema = {
  type: 'object',
  required: ['cron', 'input'],
  properties: {
    name: text('What the schedule is called in lists.', 'Morning report'),
    cron: text('When to run: minute, hour, day of month, month, day of week; in UTC.', '0 7 * * 1-5'),
    timezone: text('Time zone to read "cron" in, in place of UTC.', 'Europe/Berlin'),
    input: text('The message that the agent gets.', 'Write the morning report.'),
  },
};

/** `agent.jsonc`. */
export const agentSchema: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Tavora agent',
  allowComments: true,
  allowTrailingCommas: true,
  description: 'One agent: its model, persona, skills and what it may do.',
  type: 'object',
  required: ['id', 'model'],
  properties: {
    $schema: text('Address of this schema, for editors.'),
    id: text('Short name, unique in the project. Changing it makes a new agent.', 'support'),
    name: text('Name that people see.', 'Support'),
    description: text('What the agent is for.'),
    model: {
      description: 'The language model: provider/name, or an object.',
      anyOf: [
        model,
        {
          type: 'object',
          required: ['name'],
          properties: {
            provider,
            name: modelName,
          },
        },
      ],
    },
    persona,
    capabilities: {
      type: 'array',
      description: 'What the agent may do in the sandbox.',
      items: {
        anyOf: [
          {
            type: 'string',
            enum: capabilities.filter((one) => one.state !== 'retired').map((one) => one.name),
            enumDescriptions: capabilities.filter((one) => one.state !== 'retired').map((one) => one.summary),
          },
          { type: 'string' },
        ],
      },
    },
    skills: {
      type: 'array',
      description: 'Skill files (.js or .md), skill folders, or patterns, relative to this file.',
      items: skillPath,
    },
    mcp: { type: 'array', description: 'MCP servers that skills may require.', items: mcpServer },
    fetchPolicies: {
      type: 'array',
      description: 'Addresses that fetch may call; read by the hosted service.',
    },
    context: { type: 'object', description: 'Values of the session; read by the hosted service.' },
    indexes: { type: 'array', description: 'Names of the indexes to search.', items: { type: 'string' } },
    evals: {
      type: 'array',
      description: 'Eval files or patterns, relative to this file.',
      items: evalPath,
    },
    schedules: { type: 'array', description: 'Messages sent to the agent at set times.', items: schedule },
    deploy: {
      type: 'object',
      description: 'What happens on a deploy.',
      properties: {
        runEvals: {
          type: 'boolean',
          description: 'Run the evals before a version goes live.',
          default: false,
        },
      },
    },
    env: {
      type: 'object',
      description: 'Values that the server fills in for the variables of this file.',
      additionalProperties: { type: 'string' },
    },
  },
};
