import type { JsonSchema } from '../json/schema';

/** `evals/<case>.json`. */
export const evalSchema: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Tavora eval',
  description: 'One case that an agent is judged by.',
  type: 'object',
  required: ['input'],
  properties: {
    $schema: { type: 'string', description: 'Address of this schema, for editors.' },
    name: { type: 'string', description: 'Name of the case; the file’s name when left out.' },
    description: { type: 'string', description: 'Why the case exists.' },
    input: { type: 'string', description: 'The message that the agent gets.' },
    criteria: { type: 'string', description: 'What a good answer does, in plain words, for the judge.' },
    pass_threshold: {
      type: 'number',
      minimum: 0,
      maximum: 10,
      description: 'Score from 0 to 10 from which on the case passes.',
    },
    answers: {
      type: 'array',
      description: 'What the agent is answered when it asks for confirmation, a choice or a text, in order.',
      items: { anyOf: [{ type: 'boolean' }, { type: 'string' }] },
    },
    expectations: {
      type: 'array',
      description: 'Older form of criteria: what the answer must contain.',
      items: {
        type: 'object',
        required: ['kind', 'value'],
        properties: {
          kind: { type: 'string', description: 'How to compare.', examples: ['contains', 'not_contains'] },
          value: { type: 'string', description: 'What to compare with.' },
        },
      },
    },
  },
};
