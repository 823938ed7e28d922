import assert from 'node:assert/strict';
import { findHover, findSignatures, type ServerKnowledge } from '../../../src/project/language';
import { type Asked, asked, askedAt, knowing, shop } from './fixture';

const config = 'agents/support/agent.jsonc';
const refund = 'agents/support/skills/refund/main.js';
const finder = 'agents/support/skills/find-order.js';

const says = ({ index, path, offset }: Asked, server?: ServerKnowledge) =>
  findHover(index, path, offset, server)?.markdown ?? '';

describe('Hover', () => {
  it('shows a skill’s description, call, parameters and users', async () => {
    for (const [path, place] of [
      [refund, "require('find-‸order')"],
      ['agents/support/voice.md', '`find-‸order`'],
      [config, 'skills/find-‸order.js'],
    ] as const) {
      const text = says(await askedAt(path, place));
      assert.match(text, /\*\*find-order\*\* — module skill/);
      assert.match(text, /Looks up an order\./);
      assert.ok(text.includes("require('find-order')({ orderId: string, full?: boolean }): Order"), text);
      assert.match(text, /- `orderId: string` — Number of the order/);
      assert.match(text, /Skill of Sales and Support\./);
    }
  });

  it('shows the description of a folder’s skill.md as it stands in the editor', async () => {
    const one = await askedAt('agents/support/voice.md', '`ref‸und`');
    assert.match(says(one), /Refunds an order\./);
    one.index.edit('agents/support/skills/refund/skill.md', '---\ndescription: Pays back.\n---\n');
    assert.match(says(one), /Pays back\./);
  });

  it('shows a primitive with its signature, its capability and an example', async () => {
    const text = says(await askedAt(finder, 'sea‸rch('));
    assert.match(text, /search\(query: string, options\?/);
    assert.match(text, /```js\nconst rows = search/);
    assert.match(text, /Needs the capability `search`\./);
    assert.equal(says(await asked(finder, 'function f(search) { return sea‸rch(1); }')), '');
    assert.match(says(await asked(refund, "ai('x‸')")), /^$/);
    assert.match(says(await asked(refund, "a‸i('x')")), /Support does not declare it/);
  });

  it('shows what a pattern finds', async () => {
    const files = { ...shop, 'agents/support/skills/manner.md': 'Be brief.\n' };
    const text = says(await askedAt(config, 'skills/‸*.md', files));
    assert.match(text, /2 skills:\n\n- `manner` — Be brief\.\n- `tone`/);
  });

  it('tells where a variable gets its value, and never the value', async () => {
    const text = says(await askedAt(config, '{HO‸ST}'));
    assert.match(text, /Has its value from `env` in line 14/);
    assert.ok(!text.includes('crm.example.com'));
    const unknown = await asked(config, `{ "name": "\${NO‸NE}" }`);
    assert.match(says(unknown), /Has no value in `env`/);
  });

  it('tells of secrets, indexes and models only what the server says', async () => {
    const secret = await askedAt(config, 'crm_‸login');
    assert.match(says(secret), /kept in the vault of the server/);
    assert.match(says(secret, knowing), /It is in the vault of Test server/);
    assert.match(says(secret, { ...knowing, secrets: [] }), /has no secret of this name/);
    const manual = await askedAt(config, '"manu‸als"');
    assert.match(says(manual), /An index of the server/);
    assert.match(says(manual, knowing), /How things work/);
    assert.match(says(manual, { indexes: [] }), /has no index of this name/);
    const model = await askedAt('agents/sales/agent.jsonc', 'openai/gpt-5-‸mini');
    assert.equal(says(model), '');
    assert.match(says(model, knowing), /Test server does not name this model/);
    assert.match(says(await askedAt(config, 'local/‸rehearsal')), /Works without a network/);
  });

  it('shows an MCP server with its tools, and a tool with its parameters', async () => {
    const server = await askedAt(refund, "'cr‸m'");
    assert.match(says(server), /MCP server\n\nhttps:\/\/\$\\\{HOST\\\}\/mcp/);
    assert.match(says(server), /`crm_login`/);
    assert.match(says(server, knowing), /- `note` — Writes a note\./);
    const tool = await askedAt(refund, '.no‸te(');
    assert.match(says(tool), /A tool of the MCP server crm/);
    assert.ok(says(tool, knowing).includes("require('crm').note({ text: string, tags?: string[] })"));
    assert.match(says(tool, { tools: new Map([['crm', []]]) }), /offers no tool of this name/);
  });

  it('shows what a capability gives, and which skills use it', async () => {
    const text = says(await askedAt(config, '"sear‸ch"'));
    assert.match(text, /Lets skills call `search`, `searchDocuments`\./);
    assert.match(text, /Used by find-order\./);
  });

  it('shows authors’ words as they are', async () => {
    const files = { ...shop, 'agents/support/skills/tone.md': 'Be *kind* <b>now</b> [x](command:y).\n' };
    const text = says(await askedAt('agents/support/evals/where.json', '`to‸ne`', files));
    assert.ok(text.includes('Be \\*kind\\* \\<b\\>now'), text);
    assert.ok(!text.includes('[x](command:y)'), text);
  });

  it('says nothing of what means nothing', async () => {
    assert.equal(says(await asked('agents/support/voice.md', 'Use `some‸thing`.')), '');
    assert.equal(says(await asked(refund, "// require('find-‸order')")), '');
  });
});

describe('Signature help', () => {
  const signature = async (text: string, server?: ServerKnowledge) => {
    const { index, path, offset } = await asked(refund, text);
    const [first] = findSignatures(index, path, offset, server);
    const active = first?.active === undefined ? undefined : first.parameters[first.active];
    return first && { label: first.label, active: active && first.label.slice(active.start, active.end) };
  };

  it('follows the arguments of a primitive', async () => {
    assert.match((await signature("search('a', ‸)"))?.active ?? '', /^options\?: /);
    assert.equal((await signature('search(‸'))?.active, 'query: string');
    assert.equal((await signature("choice('a, b', ['x', 'y‸'])"))?.active, 'options: string[]');
    assert.equal((await signature("log('x', 1, ‸)"))?.active, undefined);
  });

  it('shows what a skill takes, and the field under the cursor', async () => {
    const label = "require('find-order')({ orderId: string, full?: boolean }): Order";
    assert.deepEqual(await signature("require('find-order')(‸)"), { label, active: undefined });
    assert.deepEqual(await signature("require('find-order')({ full: ‸ })"), {
      label,
      active: 'full?: boolean',
    });
    assert.deepEqual(await signature("const f = require('find-order');\nf({ orderId: 1‸ })"), {
      label,
      active: 'orderId: string',
    });
  });

  it('shows a tool of an MCP server when the server tells', async () => {
    assert.equal(
      (await signature("require('crm').note(‸)", knowing))?.label,
      "require('crm').note({ text: string, tags?: string[] })",
    );
    assert.equal(await signature("require('crm').note(‸)"), undefined);
  });

  for (const [what, text] of [
    ['before the bracket', "sear‸ch('x')"],
    ['behind the call', "search('x')‸;"],
    ['a function inside of it', 'log(() => { ‸ })'],
    ['a comment', 'search(/* ‸ */)'],
    ['the file’s own function', 'function search() {}\nsearch(‸)'],
    ['no call', '‸'],
  ] as const) {
    it(`shows nothing ${what.startsWith('b') ? what : `in ${what}`}`, async () => {
      assert.equal(await signature(text), undefined);
    });
  }
});
