import assert from 'node:assert/strict';
import { loadProject } from '../../../src/project';
import {
  changesOf,
  LanguageIndex,
  type Move,
  planRename,
  prepareRename,
  type RenamePlan,
  RenameRefusal,
  type TextChange,
} from '../../../src/project/language';
import { filesOf } from '../project/files';
import { type Asked, asked, askedAt, type Files, shop } from './fixture';

const config = 'agents/support/agent.jsonc';
const refund = 'agents/support/skills/refund/main.js';
const finder = 'agents/support/skills/find-order.js';

/** The files after a rename: the text changes first, then the moves. */
function applied(files: Files, { changes, moves }: { changes: TextChange[]; moves: Move[] }): Files {
  const edited = { ...files };
  const backwards = [...changes].sort((a, b) => b.range.offset - a.range.offset);
  for (const { path, range, newText } of backwards) {
    const text = edited[path] ?? '';
    edited[path] = text.slice(0, range.offset) + newText + text.slice(range.offset + range.length);
  }
  const moved = (path: string) => {
    for (const { from, to } of moves) {
      if (path === from || path.startsWith(`${from}/`)) return to + path.slice(from.length);
    }
    return path;
  };
  return Object.fromEntries(Object.entries(edited).map(([path, text]) => [moved(path), text]));
}

/** @returns the changed lines of a project, as `path: text`. */
function differences(before: Files, now: Files): string[] {
  return Object.entries(now).flatMap(([path, text]) => {
    if (before[path] === text) return [];
    const old = before[path]?.split('\n') ?? [];
    const lines = text.split('\n').filter((line, i) => line !== old[i]);
    return before[path] === undefined ? [`+ ${path}`] : lines.map((line) => `${path}: ${line.trim()}`);
  });
}

const plan = ({ index, path, offset }: Asked, name: string): RenamePlan =>
  planRename(index, path, offset, name);
const refused = (one: Asked, name: string, why: RegExp) =>
  assert.throws(
    () => plan(one, name),
    (error: unknown) => error instanceof RenameRefusal && why.test(error.message),
  );

/** A project has the same problems after a rename as before: nothing was lost on the way. */
async function problems(files: Files): Promise<string[]> {
  return (await loadProject(filesOf(files))).issues.map(({ code, message }) => `${code} ${message}`);
}

describe('Rename', () => {
  it('renames a module skill: its file, paths, requires, prose, links and evals', async () => {
    const one = await askedAt(refund, "require('find-‸order')");
    assert.equal(prepareRename(one.index, one.path, one.offset)?.name, 'find-order');
    const now = applied(shop, plan(one, 'get-order'));
    assert.deepEqual(differences(shop, now), [
      `${config}: "skills": ["skills/get-order.js", "skills/refund", "skills/*.md"],`,
      'agents/support/voice.md: You help. Look an order up with `get-order`, then use `refund`.',
      '+ agents/support/skills/get-order.js',
      "agents/support/skills/refund/skill.md: Use `require('refund')({ orderId })`, after `get-order`.",
      "agents/support/skills/refund/main.js: const lookup = require('get-order');",
      'agents/support/skills/tone.md: Be kind. See [the rules](refund/skill.md) and `skills/get-order.js`.',
      'agents/support/evals/where.json: { "name": "where", "input": "Where is it?", "criteria": "Calls `get-order` \\"once\\", then `tone`." }',
      'agents/sales/agent.jsonc: "../support/skills/get-order.js"',
      "agents/sales/skills/offer.js: return require('price').net({ price: gross(1, 2) }) + require('./get-order')({ orderId: 'A' });",
    ]);
    assert.deepEqual(await problems(now), await problems(shop));
  });

  it('renames a skill folder from its path in a config', async () => {
    const now = applied(shop, plan(await askedAt(config, '"skills/ref‸und"'), 'pay-back'));
    const changed = differences(shop, now);
    assert.ok(changed.includes('+ agents/support/skills/pay-back/main.js'), changed.join('\n'));
    assert.ok(changed.includes('+ agents/support/skills/pay-back/skill.md'));
    assert.match(now['agents/support/skills/tone.md'] ?? '', /\(pay-back\/skill\.md\)/);
    assert.match(now['agents/support/skills/pay-back/skill.md'] ?? '', /`require\('pay-back'\)/);
    assert.deepEqual(await problems(now), await problems(shop));
  });

  it('leaves a pattern that still finds the skill, and names beside it what it finds no longer', async () => {
    const kept = plan(await askedAt('agents/support/evals/where.json', '`to‸ne`'), 'manner');
    assert.deepEqual(
      kept.changes.map(({ path }) => path),
      ['agents/support/evals/where.json'],
    );
    const files = { ...shop, [config]: (shop[config] ?? '').replace('skills/*.md', 'skills/t*.md') };
    const now = applied(
      files,
      plan(await askedAt('agents/support/evals/where.json', '`to‸ne`', files), 'manner'),
    );
    assert.match(now[config] ?? '', /"skills\/t\*\.md", "skills\/manner\.md"\]/);
  });

  it('counts unsaved text of other files', async () => {
    const one = await askedAt(refund, "require('find-‸order')");
    one.index.edit('agents/support/voice.md', 'Now only `tone`.');
    assert.ok(!plan(one, 'x').changes.some(({ path }) => path === 'agents/support/voice.md'));
  });

  it('renames MCP servers and variables where they are used', async () => {
    const server = applied(shop, plan(await askedAt(refund, "'cr‸m'"), 'desk'));
    assert.deepEqual(differences(shop, server), [
      `${config}: { "name": "desk", "url": "https://\${HOST}/mcp", "auth": { "type": "bearer", "tokenRef": "crm_login" } }`,
      "agents/support/skills/refund/main.js: require('desk').note({ text: order.id });",
    ]);
    const variable = applied(shop, plan(await askedAt(config, '"HO‸ST"'), 'CRM_HOST'));
    assert.match(variable[config] ?? '', /https:\/\/\$\{CRM_HOST\}\/mcp[\s\S]*"CRM_HOST": "crm/);
  });

  it('renames a persona’s file from its path', async () => {
    const one = await askedAt(config, 'voi‸ce.md');
    assert.equal(prepareRename(one.index, one.path, one.offset)?.name, 'voice.md');
    const now = applied(shop, plan(one, 'persona'));
    assert.match(now[config] ?? '', /"persona": "persona\.md"/);
    assert.ok(now['agents/support/persona.md']);
  });

  it('renames an agent’s id and nothing else', async () => {
    const now = applied(shop, plan(await askedAt(config, '"sup‸port"'), 'help'));
    assert.deepEqual(differences(shop, now), [`${config}: "id": "help",`]);
  });

  it('does nothing for the same name', async () => {
    assert.deepEqual(plan(await askedAt(config, '"sup‸port"'), 'support'), { changes: [], moves: [] });
  });

  it('names what stands in the way', async () => {
    const skill = await askedAt(refund, "require('find-‸order')");
    refused(
      skill,
      'refund',
      /Support has a skill "refund" already: agents\/support\/skills\/refund\/main\.js/,
    );
    refused(skill, 'crm', /Support has an MCP server "crm" already/);
    refused(skill, 'price', /Sales has a skill "price" already/);
    refused(skill, 'a b', /"a b" cannot be the name of the skill/);
    refused(skill, '', /Give the skill a name/);
    refused(skill, '../x', /cannot be the name/);
    refused(skill, 'x'.repeat(65), /at most 64/);
    refused(await askedAt(config, '"sup‸port"'), 'sales', /agents\/sales\/agent\.jsonc has the id "sales"/);
    refused(await askedAt(config, '"HO‸ST"'), '1X', /cannot be the name of a variable/);
    const files = { ...shop, [config]: (shop[config] ?? '').replace('"HOST": ', '"PORT": "1", "HOST": ') };
    refused(await askedAt(config, '"HO‸ST"', files), 'PORT', /has a variable PORT already/);
    refused(await askedAt(config, 'voi‸ce.md'), 'a/b.md', /on every system/);
    const orphan = { ...shop, 'agents/support/skills/other.js': 'return 1;' };
    refused(
      await askedAt(refund, "require('find-‸order')", orphan),
      'other',
      /There is "agents\/support\/skills\/other\.js" already/,
    );
  });

  it('refuses a text that names another thing to another agent', async () => {
    const files = {
      ...shop,
      'agents/sales/skills/refund.js': 'return 1;',
      [finder]: `${shop[finder]}\n// also\nrequire('refund');\n`,
    };
    refused(
      await askedAt(config, '"skills/ref‸und"', files),
      'x',
      /find-order\.js names "refund" for several agents/,
    );
    const several = await askedAt(finder, "require('ref‸und')", files);
    assert.throws(() => prepareRename(several.index, several.path, several.offset), /stands for 2 things/);
  });

  for (const [place, path, why] of [
    ['crm_‸login', config, /vault of the server/],
    ['"manu‸als"', config, /on the server/],
    ['"sear‸ch"', config, /Tavora’s own/],
    ['.no‸te(', refund, /from its MCP server/],
    ['.ne‸t(', 'agents/sales/skills/offer.js', /where it is written/],
  ] as const) {
    it(`says why ${place.replace('‸', '')} has no name of its own here`, async () => {
      const one = await askedAt(path, place);
      assert.throws(() => prepareRename(one.index, one.path, one.offset), why);
    });
  }

  for (const [what, text] of [
    ['a comment', "// require('find-‸order')"],
    ['a name that nobody has', "require('nobo‸dy')"],
    ['running code', 'const a‸ = 1;'],
    ['module.exports', 'module.ex‸ports = 1;'],
  ] as const) {
    it(`finds nothing to rename in ${what}`, async () => {
      const { index, path, offset } = await asked(refund, text);
      assert.equal(prepareRename(index, path, offset), undefined);
    });
  }
});

describe('Moving files', () => {
  const moving = async (moves: Move[], files: Files = shop) => {
    const index = new LanguageIndex(await loadProject(filesOf(files)));
    return applied(files, { changes: changesOf(index, moves), moves });
  };

  it('keeps an agent whose folder gets another name', async () => {
    const now = await moving([{ from: 'agents/support', to: 'agents/help' }]);
    assert.match(now['agents/sales/agent.jsonc'] ?? '', /\.\.\/help\/skills\/find-order\.js/);
    assert.equal(now['agents/help/agent.jsonc'], shop[config]);
    assert.deepEqual(await problems(now), await problems(shop));
  });

  it('follows a skill to another folder, from it and to it', async () => {
    const now = await moving([{ from: 'agents/support/skills', to: 'agents/support/tools/all' }]);
    assert.match(
      now[config] ?? '',
      /\["tools\/all\/find-order\.js", "tools\/all\/refund", "tools\/all\/\*\.md"\]/,
    );
    assert.match(now['agents/sales/agent.jsonc'] ?? '', /\.\.\/support\/tools\/all\/find-order\.js/);
    assert.deepEqual(await problems(now), await problems(shop));
  });

  it('writes a moved file’s own links anew', async () => {
    const now = await moving([
      { from: 'agents/support/skills/tone.md', to: 'agents/support/skills/more/tone.md' },
    ]);
    assert.match(now['agents/support/skills/more/tone.md'] ?? '', /\(\.\.\/refund\/skill\.md\)/);
    assert.match(now[config] ?? '', /"skills\/\*\.md", "skills\/more\/tone\.md"\]/);
  });

  it('renames the skill with its file', async () => {
    const now = await moving([{ from: finder, to: 'agents/support/skills/get.js' }]);
    assert.match(now[refund] ?? '', /require\('get'\)/);
    assert.match(now['agents/support/voice.md'] ?? '', /`get`/);
    assert.deepEqual(await problems(now), await problems(shop));
  });

  it('writes brackets in names as patterns need them', async () => {
    const now = await moving([{ from: finder, to: 'agents/support/skills/get[1].js' }]);
    assert.match(now[config] ?? '', /"skills\/get\\\\\[1\\\\\]\.js"/);
    assert.deepEqual(await problems(now), await problems(shop));
  });

  it('changes nothing for a file that nobody names', async () => {
    const index = new LanguageIndex(await loadProject(filesOf({ ...shop, 'notes.txt': '' })));
    assert.deepEqual(changesOf(index, [{ from: 'notes.txt', to: 'more.txt' }]), []);
  });
});
