import assert from 'node:assert/strict';
import { loadProject } from '../../../src/project';
import {
  type Completion,
  LanguageIndex,
  type Place,
  type ServerKnowledge,
} from '../../../src/project/language';
import { filesOf } from '../project/files';

/** Marks the cursor in a fixture's text. */
const mark = '‸';

export type Files = Record<string, string>;

/** Two agents that share nothing but the shape: one has a module, a folder, a prompt and an MCP server. */
export const shop: Files = {
  'tavora.jsonc': '{ "project": "shop", "agents": { "discover": "agents/*/agent.jsonc" } }',
  'agents/support/agent.jsonc': `{
  // The shop's own agent.
  "id": "support",
  "name": "Support",
  "model": "local/rehearsal",
  "persona": "voice.md",
  "capabilities": ["search", "require"],
  "skills": ["skills/find-order.js", "skills/refund", "skills/*.md"],
  "indexes": ["manuals"],
  "mcp": [
    { "name": "crm", "url": "https://\${HOST}/mcp", "auth": { "type": "bearer", "tokenRef": "crm_login" } }
  ],
  "evals": ["evals/*.json"],
  "env": { "HOST": "crm.example.com" },
}
`,
  'agents/support/voice.md': 'You help. Look an order up with `find-order`, then use `refund`.\n',
  'agents/support/skills/find-order.js': `/**
 * Looks up an order.
 *
 * @param {object} args
 * @param {string} args.orderId - Number of the order
 * @param {boolean} [args.full] - All of it
 * @returns {Order}
 */
module.exports = function findOrder(args) {
  const rows = search('order ' + args.orderId, { index: 'manuals', limit: 1 });
  return rows[0];
};
`,
  'agents/support/skills/refund/skill.md': `---
description: Refunds an order.
---

# Refund

Use \`require('refund')({ orderId })\`, after \`find-order\`.
`,
  'agents/support/skills/refund/main.js': `const lookup = require('find-order');
const order = lookup({ orderId: args.orderId });
require('crm').note({ text: order.id });
return { refunded: true };
`,
  'agents/support/skills/tone.md':
    '# Tone\n\nBe kind. See [the rules](refund/skill.md) and `skills/find-order.js`.\n',
  'agents/support/evals/where.json':
    '{ "name": "where", "input": "Where is it?", "criteria": "Calls `find-order` \\"once\\", then `tone`." }',
  'agents/sales/agent.jsonc': JSON.stringify(
    {
      id: 'sales',
      name: 'Sales',
      model: 'openai/gpt-5-mini',
      skills: ['skills/*', '../support/skills/find-order.js'],
      indexes: ['prices'],
    },
    null,
    2,
  ),
  'agents/sales/skills/price.js': `exports.net = function net(args) { return args.price; };
exports.gross = (price, rate) => price * rate;
`,
  'agents/sales/skills/offer.js': `const { gross } = require('price');
return require('price').net({ price: gross(1, 2) }) + require('./find-order')({ orderId: 'A' });
`,
};

/** A question about a place in a project. */
export interface Asked {
  index: LanguageIndex;
  path: string;
  offset: number;
}

/** Puts a text with a cursor in it into the project, as if a person were typing it there. */
export async function asked(path: string, marked: string, files: Files = shop): Promise<Asked> {
  const offset = marked.indexOf(mark);
  assert.ok(offset >= 0, `There is no cursor in: ${marked}`);
  const project = await loadProject(filesOf(files));
  const index = new LanguageIndex(project);
  index.edit(path, marked.replace(mark, ''));
  return { index, path, offset };
}

/** Puts the cursor into a file of the fixture: `find-‸order`, which must stand there once. */
export async function askedAt(path: string, place: string, files: Files = shop): Promise<Asked> {
  const text = files[path] ?? '';
  const plain = place.replace(mark, '');
  assert.equal(text.split(plain).length, 2, `"${plain}" must stand once in ${path}`);
  return await asked(
    path,
    text.replace(plain, () => place),
    files,
  );
}

/** @returns places as `path:line text`, where the text is that of the range, in order. */
export function shown(index: LanguageIndex, places: readonly Place[]): string[] {
  return places.map(({ path, range }) => {
    const text = index.source(path)?.text?.slice(range.offset, range.offset + range.length) ?? '';
    return `${path}:${range.line} ${text}`.trim();
  });
}

/** @returns the text after choosing an entry, with the cursor's place as the editor would leave the text. */
export function chosen({ index, path }: Asked, completions: readonly Completion[], label: string): string {
  const one = completions.find((entry) => entry.label === label);
  assert.ok(one, `"${label}" is not offered, but: ${completions.map((entry) => entry.label).join(', ')}`);
  const text = index.source(path)?.text ?? '';
  const { offset, length } = one.replace;
  return text.slice(0, offset) + one.insertText + text.slice(offset + length);
}

/** A server that knows everything. */
export const knowing: ServerKnowledge = {
  label: 'Test server',
  models: ['openai/gpt-9', 'local/rehearsal'],
  indexes: [
    { name: 'manuals', description: 'How things work.' },
    { name: 'returns', description: '' },
  ],
  secrets: ['crm_login', 'shop_key'],
  tools: new Map([
    [
      'crm',
      [
        {
          name: 'note',
          description: 'Writes a note.',
          inputSchema: {
            type: 'object',
            properties: {
              text: { type: 'string', description: 'What to write' },
              tags: { type: 'array', items: { type: 'string' } },
            },
            required: ['text'],
          },
        },
      ],
    ],
  ]),
};
