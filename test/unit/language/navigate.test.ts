import assert from 'node:assert/strict';
import { loadProject } from '../../../src/project';
import { findDefinition, findLinks, findReferences, LanguageIndex } from '../../../src/project/language';
import { filesOf } from '../project/files';
import { type Asked, asked, askedAt, shop, shown } from './fixture';

const config = 'agents/support/agent.jsonc';
const finder = 'agents/support/skills/find-order.js';
const refund = 'agents/support/skills/refund/main.js';
const offer = 'agents/sales/skills/offer.js';

const leadsTo = ({ index, path, offset }: Asked) =>
  shown(index, findDefinition(index, path, offset)?.targets ?? []);
const uses = ({ index, path, offset }: Asked, definition = true) =>
  shown(index, findReferences(index, path, offset, definition));

describe('Go to definition', () => {
  for (const [what, path, place, target] of [
    ['a module that is required', refund, "require('find-‸order')", [`${finder}:1`]],
    ['a module required by its path', offer, './find-‸order', [`${finder}:1`]],
    ['an MCP server', refund, "'cr‸m'", [`${config}:11 crm`]],
    ['a function of a module', offer, '.ne‸t(', ['agents/sales/skills/price.js:1 net']],
    ['a function taken out of a module', offer, '{ gr‸oss }', []],
    ['a use of it', offer, 'gro‸ss(1', ['agents/sales/skills/price.js:2 gross']],
    ['a skill that a persona names', 'agents/support/voice.md', '`ref‸und`', [`${refund}:1`]],
    ['a path in prose', 'agents/support/skills/tone.md', '`skills/find-‸order.js`', [`${finder}:1`]],
    ['a link', 'agents/support/skills/tone.md', '(refund/ski‸ll.md)', [`${refund}:1`]],
    ['a skill file in a config', config, 'skills/find-‸order.js', [`${finder}:1`]],
    ['a skill folder in a config', config, '"skills/ref‸und"', [`${refund}:1`]],
    ['a pattern', config, 'skills/‸*.md', ['agents/support/skills/tone.md:1']],
    ['a persona', config, 'voi‸ce.md', ['agents/support/voice.md:1']],
    ['a variable', config, '{HO‸ST}', [`${config}:14 HOST`]],
    ['an index that code names', finder, "'manu‸als'", [`${config}:9 manuals`]],
    ['a skill that an eval names', 'agents/support/evals/where.json', '`find-‸order`', [`${finder}:1`]],
    [
      'agents that a project names',
      'tavora.jsonc',
      'agents/‸*/agent.jsonc',
      ['agents/sales/agent.jsonc:1', `${config}:1`],
    ],
    ['a secret', config, 'crm_‸login', []],
    ['the model', config, 'local/‸rehearsal', []],
  ] as const) {
    it(`leads from ${what} to where it is made`, async () => {
      assert.deepEqual(leadsTo(await askedAt(path, place)), target);
    });
  }

  for (const [what, text] of [
    ['a comment', "// require('find-‸order')\nreturn 1;"],
    ['a shadowed require', "return ((require) => require('find-‸order'))(f);"],
    ['a template with parts', `return require(\`find-\${'‸order'}\`);`],
    ['a name that nobody has', "return require('no‸body');"],
    ['a method called require', "return x.require('find-‸order');"],
  ] as const) {
    it(`leads nowhere from ${what}`, async () => {
      assert.deepEqual(leadsTo(await asked(refund, text)), []);
    });
  }

  it('follows a require in code that does not parse', async () => {
    assert.deepEqual(leadsTo(await asked(refund, "const = require('find-‸order')(;")), [`${finder}:1`]);
  });

  it('takes what an unsaved config says', async () => {
    const { index, path, offset } = await asked(refund, "require('fi‸nder')");
    assert.deepEqual(leadsTo({ index, path, offset }), []);
    const renamed = (shop[config] ?? '').replace('"crm"', '"finder"');
    index.edit(config, renamed);
    assert.deepEqual(leadsTo({ index, path, offset }), [`${config}:11 finder`]);
    index.edit(config, undefined);
    assert.deepEqual(leadsTo({ index, path, offset }), []);
  });
});

describe('Find references', () => {
  it('finds a skill in code, configs, patterns, prose, links and evals', async () => {
    assert.deepEqual(uses(await askedAt(refund, "require('find-‸order')")), [
      `${finder}:1`,
      'agents/sales/agent.jsonc:7 ../support/skills/find-order.js',
      'agents/sales/skills/offer.js:2 ./find-order',
      `${config}:8 skills/find-order.js`,
      'agents/support/evals/where.json:1 find-order',
      `${refund}:1 find-order`,
      'agents/support/skills/refund/skill.md:7 find-order',
      'agents/support/skills/tone.md:3 skills/find-order.js',
      'agents/support/voice.md:1 find-order',
    ]);
  });

  it('leaves the definition out when it is not wanted', async () => {
    const found = uses(await askedAt(config, '"HO‸ST"'), false);
    assert.deepEqual(found, [`${config}:11 HOST`]);
  });

  it('finds a skill from its own code', async () => {
    assert.equal(uses(await askedAt(finder, 'module.ex‸ports')).length, 9);
  });

  it('finds a pattern among the references of a prompt skill', async () => {
    assert.deepEqual(uses(await askedAt('agents/support/evals/where.json', '`to‸ne`')), [
      'agents/support/skills/tone.md:1',
      `${config}:8 skills/*.md`,
      'agents/support/evals/where.json:1 tone',
    ]);
  });

  it('finds the uses of a capability in code, and of a primitive, an index, a server and a function', async () => {
    assert.deepEqual(uses(await askedAt(config, '"sear‸ch"')), [`${config}:7 search`, `${finder}:10 search`]);
    assert.deepEqual(uses(await askedAt(finder, 'sea‸rch(')), [`${finder}:10 search`]);
    assert.deepEqual(uses(await askedAt(config, '"manu‸als"')), [
      `${config}:9 manuals`,
      `${finder}:10 manuals`,
    ]);
    assert.deepEqual(uses(await askedAt(config, '"cr‸m"')), [`${config}:11 crm`, `${refund}:3 crm`]);
    assert.deepEqual(uses(await askedAt(offer, 'gro‸ss(1')), [
      `${offer}:2 gross`,
      'agents/sales/skills/price.js:2 gross',
    ]);
  });

  it('keeps up with what is typed and with what is saved', async () => {
    const files = { ...shop };
    const project = await loadProject(filesOf(files));
    const index = new LanguageIndex(project);
    const count = () =>
      findReferences(index, refund, (shop[refund] ?? '').indexOf('find-order'), true).length;
    assert.equal(count(), 9);
    index.edit('agents/support/voice.md', '`find-order` `find-order`');
    assert.equal(count(), 10);
    files['agents/support/voice.md'] = '`find-order` `find-order` `find-order`';
    index.edit('agents/support/voice.md', undefined);
    index.reload(await loadProject(filesOf(files), project));
    assert.equal(count(), 11);
    delete files['agents/support/skills/tone.md'];
    index.reload(await loadProject(filesOf(files), index.project));
    assert.equal(count(), 10);
  });

  it('has read everything after warming up', async () => {
    const index = new LanguageIndex(await loadProject(filesOf(shop)));
    while (index.warm(1)) assert.ok(true);
    assert.equal(index.warm(1), false);
  });
});

describe('Links', () => {
  it('lead from paths and names to files, and not from patterns and Markdown’s own links', async () => {
    const { index } = await askedAt(config, '"i‸d"');
    const found = (path: string) =>
      findLinks(index, path).map(({ place, target }) => `${shown(index, [place])} → ${target}`);
    assert.deepEqual(found(config), [
      `${config}:6 voice.md → agents/support/voice.md`,
      `${config}:8 skills/find-order.js → ${finder}`,
      `${config}:8 skills/refund → ${refund}`,
    ]);
    assert.deepEqual(found('agents/support/skills/tone.md'), [
      `agents/support/skills/tone.md:3 skills/find-order.js → ${finder}`,
    ]);
    assert.deepEqual(found(refund), [`${refund}:1 find-order → ${finder}`, `${refund}:3 crm → ${config}`]);
  });
});
