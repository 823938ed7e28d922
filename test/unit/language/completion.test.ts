import assert from 'node:assert/strict';
import { findCompletions, type ServerKnowledge } from '../../../src/project/language';
import { type Asked, asked, askedAt, chosen, knowing, shop } from './fixture';

const config = 'agents/support/agent.jsonc';
/** Only support uses it. */
const code = 'agents/support/skills/extra.js';
const prose = 'agents/support/voice.md';

const offered = ({ index, path, offset }: Asked, server?: ServerKnowledge) =>
  findCompletions(index, path, offset, server);
const labels = (one: Asked, server?: ServerKnowledge) =>
  offered(one, server)
    .sort((a, b) => a.order - b.order || a.label.localeCompare(b.label))
    .map((entry) => entry.label);

describe('Completion in code', () => {
  it('offers the agent’s module skills and MCP servers in require, and not the skill itself', async () => {
    assert.deepEqual(labels(await asked(code, "require('‸')")), ['find-order', 'refund', 'crm']);
    assert.deepEqual(labels(await asked('agents/support/skills/refund/main.js', "require('‸')")), [
      'find-order',
      'crm',
    ]);
  });

  it('offers what only one of several agents has behind the rest, and says who lacks it', async () => {
    const shared = await asked('agents/support/skills/find-order.js', "require('‸')");
    assert.deepEqual(labels(shared), ['crm', 'offer', 'price', 'refund']);
    assert.match(offered(shared).find((one) => one.label === 'price')?.detail ?? '', /not of Support/);
    assert.match(offered(shared).find((one) => one.label === 'crm')?.detail ?? '', /not of Sales/);
  });

  it('replaces the whole name in the quotes', async () => {
    const one = await asked(code, "require('ref‸unds')({ a: 1 })");
    assert.equal(chosen(one, offered(one), 'refund'), "require('refund')({ a: 1 })");
  });

  it('works while the quote is not closed, and leaves what follows', async () => {
    const one = await asked(code, "const a = require('re‸\nreturn a;");
    assert.equal(chosen(one, offered(one), 'refund'), "const a = require('refund\nreturn a;");
    const same = await asked(code, "const a = require('re‸)({ x: 1 });");
    assert.equal(chosen(same, offered(same), 'refund'), "const a = require('refund)({ x: 1 });");
  });

  for (const [what, text] of [
    ['a comment', "// require('‸')"],
    ['a comment that is not closed', "/* require('‸')"],
    ['another function’s string', "log('‸')"],
    ['a template with parts', `require(\`a\${1}‸\`)`],
    ['a shadowed require', "function f(require) { return require('‸'); }"],
    ['behind the quote', "require('refund'‸)"],
    ['the second argument', "require('refund', '‸')"],
  ] as const) {
    it(`offers nothing in ${what}`, async () => {
      assert.deepEqual(labels(await asked(code, text)), []);
    });
  }

  it('takes a template without parts as a text', async () => {
    assert.deepEqual(labels(await asked(code, 'require(`‸`)')), ['find-order', 'refund', 'crm']);
  });

  it('offers the functions of a module behind the dot', async () => {
    const offer = 'agents/sales/skills/offer.js';
    assert.deepEqual(labels(await asked(offer, "return require('price').‸")), ['gross', 'net']);
    assert.deepEqual(labels(await asked(offer, "const p = require('price');\nreturn p.g‸(1);")), [
      'gross',
      'net',
    ]);
    assert.deepEqual(
      labels(await asked(offer, "const p = require('price');\nfunction f(p) { return p.‸ }")),
      [],
    );
  });

  it('offers an MCP server’s tools and their parameters when the server tells', async () => {
    assert.deepEqual(labels(await asked(code, "require('crm').‸"), knowing), ['note']);
    assert.deepEqual(labels(await asked(code, "require('crm').‸")), []);
    assert.deepEqual(labels(await asked(code, "require('crm').note({ ‸ })"), knowing), ['text', 'tags']);
    assert.deepEqual(labels(await asked(code, "require('crm').note({ text: '', ‸ })"), knowing), ['tags']);
  });

  it('offers the fields that a skill takes, without those that are there', async () => {
    const refund = 'agents/support/skills/refund/main.js';
    assert.deepEqual(labels(await asked(refund, "require('find-order')({ ‸ })")), ['orderId', 'full']);
    assert.deepEqual(labels(await asked(refund, "require('find-order')({ orderId: 1, f‸ })")), ['full']);
    assert.deepEqual(labels(await asked(refund, "const l = require('find-order'); l({‸")), [
      'orderId',
      'full',
    ]);
    assert.deepEqual(labels(await asked(refund, "require('find-order')({ orderId: { ‸ } })")), []);
    assert.deepEqual(labels(await asked(refund, "require('find-order')(1, { ‸ })")), []);
  });

  it('offers options of primitives, and index names in them', async () => {
    assert.deepEqual(labels(await asked(code, "search('x', { ‸ })")), [
      'index',
      'limit',
      'min_score',
      'top_k',
    ]);
    assert.deepEqual(labels(await asked(code, "search('x', { index: '‸' })")), ['manuals', 'prices']);
    assert.deepEqual(labels(await asked(code, "search('x', { index: '‸' })"), knowing), [
      'manuals',
      'returns',
      'prices',
    ]);
    assert.deepEqual(labels(await asked(code, "fetch('x', { index: '‸' })")), []);
    assert.deepEqual(labels(await asked(code, "const search = f; search('x', { ‸ })")), []);
  });

  it('leaves what has a type to a service that types the code', async () => {
    const typed = async (text: string) => {
      const { index, path, offset } = await asked(code, text);
      return findCompletions(index, path, offset, knowing, true).map(({ label }) => label);
    };
    assert.deepEqual(await typed("search('x', { ‸ })"), []);
    assert.deepEqual(await typed("require('find-order')({ ‸ })"), []);
    assert.deepEqual(await typed("require('‸')"), ['find-order', 'refund', 'crm']);
    assert.deepEqual(await typed("require('crm').‸"), ['note']);
    assert.deepEqual(await typed("require('crm').note({ ‸ })"), ['text', 'tags']);
    assert.deepEqual(await typed("search('x', { index: '‸' })"), ['manuals', 'returns', 'prices']);
  });

  it('says nothing in a file that no agent uses', async () => {
    assert.deepEqual(labels(await asked('tools/build.js', "require('‸')")), []);
  });
});

describe('Completion in Markdown', () => {
  it('offers skills of both kinds and servers behind a backtick', async () => {
    assert.deepEqual(labels(await asked(prose, 'Use `‸')), ['find-order', 'refund', 'crm', 'tone']);
    const one = await asked(prose, 'Use `fin‸` first.');
    assert.equal(chosen(one, offered(one), 'find-order'), 'Use `find-order` first.');
  });

  it('offers modules in require between backticks and in fences', async () => {
    assert.deepEqual(labels(await asked(prose, "Use `require('‸')`")), ['find-order', 'refund', 'crm']);
    assert.deepEqual(labels(await asked(prose, "Use `require('‸")), ['find-order', 'refund', 'crm']);
    assert.deepEqual(labels(await asked(prose, "```js\nrequire('‸')\n```\n")), [
      'find-order',
      'refund',
      'crm',
    ]);
    const one = await asked(prose, "a\n\n```js\nconst x = require('lo‸');\n```\nb");
    assert.equal(chosen(one, offered(one), 'refund'), "a\n\n```js\nconst x = require('refund');\n```\nb");
  });

  it('offers files in the destination of a link', async () => {
    const one = await asked('agents/support/skills/tone.md', 'See [it](ref‸).');
    assert.ok(labels(one).includes('refund/skill.md'), labels(one).join());
    const up = await asked('agents/support/skills/tone.md', 'See [it](../‸).');
    assert.ok(labels(up).includes('../voice.md'), labels(up).join());
  });

  for (const [what, text] of [
    ['running text', 'Use ‸'],
    ['behind a closed span', 'Use `tone` ‸'],
    ['front matter', '---\ndescription: `‸\n---\n'],
    ['a fence of another language', '```sh\n`‸\n```'],
    ['an escaped backtick', 'Use \\`‸'],
    ['a link’s text', 'See [‸](x)'],
  ] as const) {
    it(`offers nothing in ${what}`, async () => {
      assert.deepEqual(labels(await asked(prose, text)), []);
    });
  }
});

describe('Completion in configs', () => {
  const inConfig = (field: string) => asked(config, `{ "id": "support", ${field} }`);

  it('offers skill files, skill folders and patterns, without those in the list', async () => {
    const one = await inConfig('"skills": ["skills/tone.md", "‸"]');
    assert.deepEqual(labels(one), ['skills/find-order.js', 'skills/refund', 'skills/*']);
    assert.match(chosen(one, offered(one), 'skills/refund'), /\["skills\/tone\.md", "skills\/refund"\]/);
  });

  it('brings quotes where there are none', async () => {
    const one = await inConfig('"skills": [‸]');
    assert.match(chosen(one, offered(one), 'skills/refund'), /"skills": \["skills\/refund"\]/);
    const persona = await inConfig('"persona": ‸');
    assert.match(chosen(persona, offered(persona), 'voice.md'), /"persona": "voice\.md"/);
  });

  it('offers files of other agents on the way up', async () => {
    const one = await inConfig('"skills": ["../sales/‸"]');
    assert.ok(labels(one).includes('../sales/skills/price.js'), labels(one).join());
  });

  it('offers personas, evals and patterns for agents', async () => {
    assert.deepEqual(labels(await inConfig('"persona": "‸"')), ['skills/tone.md', 'voice.md']);
    assert.deepEqual(labels(await inConfig('"evals": ["‸"]')), ['evals/where.json']);
    assert.deepEqual(labels(await asked('tavora.jsonc', '{ "agents": { "discover": ["‸"] } }')), [
      'agents/*/agent.jsonc',
    ]);
    assert.deepEqual(
      labels(await asked('tavora.jsonc', '{ "agents": { "discover": "agents/*/agent.jsonc‸" } }')),
      [],
    );
  });

  it('offers models of the server and of other agents, and in the object form by provider', async () => {
    assert.deepEqual(labels(await inConfig('"model": "‸"'), knowing), [
      'local/rehearsal',
      'openai/gpt-9',
      'openai/gpt-5-mini',
      'anthropic/claude-sonnet-4-5',
      'google/gemini-2.5-flash',
    ]);
    assert.deepEqual(labels(await inConfig('"model": { "provider": "openai", "name": "‸" }'), knowing), [
      'gpt-9',
      'gpt-5-mini',
    ]);
  });

  it('offers index names and secrets by name', async () => {
    assert.deepEqual(labels(await inConfig('"indexes": ["manuals", "‸"]'), knowing), ['returns', 'prices']);
    const auth = '"mcp": [{ "name": "x", "auth": { "type": "bearer", "tokenRef": "‸" } }]';
    assert.deepEqual(labels(await inConfig(auth), knowing), ['crm_login', 'shop_key']);
    assert.deepEqual(labels(await inConfig(auth)), []);
  });

  it('offers variables behind ${ in any text, and not behind $', async () => {
    const rest = '"env": { "HOST": "a", "PORT": "b" }';
    const one = await inConfig(`"mcp": [{ "url": "https://\${H‸}/x" }], ${rest}`);
    assert.deepEqual(labels(one), ['HOST', 'PORT']);
    assert.match(chosen(one, offered(one), 'PORT'), /https:\/\/\$\{PORT\}\/x/);
    assert.deepEqual(labels(await inConfig(`"name": "$‸", ${rest}`)), []);
  });

  it('leaves what the contributed schema offers to the editor', async () => {
    assert.deepEqual(labels(await inConfig('"capabilities": ["‸"]')), []);
    assert.deepEqual(labels(await inConfig('"‸"')), []);
  });

  it('offers fields and values where no schema is contributed', async () => {
    const files = {
      ...shop,
      'tavora.jsonc': '{ "project": "s", "agents": { "discover": "bots/*.jsonc" } }',
      'bots/a.jsonc': '{ "id": "a", "model": "local/rehearsal" }',
    };
    const key = await asked('bots/a.jsonc', '{ "id": "a", "pers‸" }', files);
    assert.ok(labels(key).includes('persona') && !labels(key).includes('id'), labels(key).join());
    assert.ok(labels(await asked('bots/a.jsonc', '{ "capabilities": ["‸"] }', files)).includes('search'));
    const evaluation = await asked('tests/evals/x.json', '{ "input": "a", ‸ }', {
      ...files,
      'bots/a.jsonc': '{ "id": "a", "model": "m", "evals": ["../tests/evals/*.json"] }',
      'tests/evals/x.json': '{}',
    });
    assert.match(chosen(evaluation, offered(evaluation), 'criteria'), /"criteria": $|"criteria": {2}\}/);
  });

  it('offers skills in prose of evals and schedules, at the places of the source', async () => {
    const one = await asked('agents/support/evals/where.json', '{ "input": "a \\"b\\" `lo‸`" }');
    assert.equal(chosen(one, offered(one), 'find-order'), '{ "input": "a \\"b\\" `find-order`" }');
    assert.deepEqual(labels(await asked('agents/support/evals/where.json', '{ "name": "`‸" }')), []);
  });

  for (const [what, text] of [
    ['a line comment', '{ // "skills": ["‸"]\n }'],
    ['a block comment', '{ /* ["‸"] */ }'],
    ['a number', '{ "skills": 1‸ }'],
    ['behind a value', '{ "skills": "x" ‸ }'],
    ['nothing', '‸'],
  ] as const) {
    it(`offers nothing in ${what}`, async () => {
      assert.deepEqual(labels(await asked(config, text)), []);
    });
  }

  it('works in broken JSON', async () => {
    assert.ok(labels(await asked(config, '{ "id": "x", "skills": ["‸')).includes('skills/refund'));
    assert.ok(labels(await asked(config, '{ "id": "x" "persona": "‸"')).includes('voice.md'));
  });

  it('marks the cursor where the fixture says', async () => {
    const one = await askedAt(prose, '`find-‸order`');
    assert.equal(one.index.at(one.path, one.offset)?.symbols[0]?.kind, 'skill');
  });
});
