import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { loadProject } from '../../../src/project';
import {
  findCompletions,
  findDefinition,
  findFolding,
  findHints,
  findHover,
  findLinks,
  findProjectSymbols,
  findReferences,
  findSignatures,
  findTokens,
  LanguageIndex,
  type OutlineItem,
  outline,
  planRename,
  prepareRename,
  RenameRefusal,
} from '../../../src/project/language';
import { hasContributedSchema } from '../../../src/project/language/completion/schema';
import { filesOf } from '../project/files';
import { asked, askedAt, knowing, shop } from './fixture';

const config = 'agents/support/agent.jsonc';

const loaded = async (files = shop) => new LanguageIndex(await loadProject(filesOf(files)));

describe('Outline and symbols', () => {
  it('outlines a config in a person’s words', async () => {
    const lines = (items: OutlineItem[], depth = 0): string[] =>
      items.flatMap((one) => [
        `${' '.repeat(depth)}${one.name}${one.detail ? ` (${one.detail})` : ''}`,
        ...lines(one.children, depth + 1),
      ]);
    assert.deepEqual(lines(outline(await loaded(), config)), [
      'support (Support)',
      ' Persona',
      '  voice.md',
      ' Skills',
      '  skills/find-order.js (module)',
      '  skills/refund (module)',
      '  skills/*.md (prompt)',
      ' MCP servers',
      '  crm',
      ' Indexes',
      '  manuals',
      ' Evals',
      '  evals/*.json',
      ' Variables',
      '  HOST',
    ]);
  });

  it('keeps every part within what holds it, as editors demand', async () => {
    const check = (items: OutlineItem[], from: number, to: number) => {
      for (const { range, selection, children } of items) {
        assert.ok(range.offset >= from && range.offset + range.length <= to);
        assert.ok(selection.offset >= range.offset);
        assert.ok(selection.offset + selection.length <= range.offset + range.length);
        check(children, range.offset, range.offset + range.length);
      }
    };
    check(outline(await loaded(), config), 0, (shop[config] ?? '').length);
  });

  it('finds agents, skills, servers and evals by letters in order', async () => {
    const index = await loaded();
    const names = (query: string) =>
      findProjectSymbols(index, query).map(({ name, container }) => `${name} of ${container}`);
    assert.deepEqual(names('fo'), ['find-order of sales, support']);
    assert.deepEqual(names('CRM'), ['crm of support']);
    assert.deepEqual(names('where'), ['where of support']);
    assert.deepEqual(names('zz'), []);
    assert.equal(names('').length, 9);
  });
});

describe('Hints, tokens and folding', () => {
  it('counts what patterns find', async () => {
    const hints = (index: LanguageIndex, path: string) => findHints(index, path).map(({ label }) => label);
    const index = await loaded();
    assert.deepEqual(hints(index, config), ['1 skill', '1 eval']);
    assert.deepEqual(hints(index, 'tavora.jsonc'), ['2 agents']);
    const { index: other } = await asked(config, '{ "id": "a", "skills": ["none/*"] }‸');
    assert.deepEqual(hints(other, config), ['no skill']);
  });

  it('marks the names of a text that mean something, and no others', async () => {
    const { index, path } = await asked(
      'agents/support/voice.md',
      "`find-order` `nothing` `require('crm').x` `search('a')`‸",
    );
    const text = index.source(path)?.text ?? '';
    const found = findTokens(index, path).map(({ place: { range }, type, builtIn }) => [
      text.slice(range.offset, range.offset + range.length),
      type,
      builtIn,
    ]);
    assert.deepEqual(found, [
      ['find-order', 'function', false],
      ['require', 'function', true],
      ['crm', 'namespace', false],
      ['x', 'function', false],
      ['search', 'function', true],
    ]);
    assert.deepEqual(findTokens(index, 'agents/support/skills/find-order.js'), []);
  });

  it('folds front matter and code blocks', async () => {
    const { index, path } = await asked(
      'agents/support/voice.md',
      '---\na: 1\n---\ntext\n\n```js\n1\n```\n‸',
    );
    assert.deepEqual(findFolding(index, path), [
      { startLine: 1, endLine: 3 },
      { startLine: 6, endLine: 8 },
    ]);
  });
});

describe('The contributed schemas', () => {
  it('are for the files that the completion leaves to them', () => {
    const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      contributes: { jsonValidation: { fileMatch: string | string[] }[] };
    };
    const matches = contributes.jsonValidation.flatMap(({ fileMatch }) => fileMatch);
    assert.deepEqual(matches, ['tavora.jsonc', 'agent.jsonc', '**/agents/*/evals/*.json']);
    assert.equal(hasContributedSchema('tavora.jsonc', 'project'), true);
    assert.equal(hasContributedSchema('bots/x/agent.jsonc', 'agent'), true);
    assert.equal(hasContributedSchema('bots/x.jsonc', 'agent'), false);
    assert.equal(hasContributedSchema('agents/x/evals/y.json', 'eval'), true);
    assert.equal(hasContributedSchema('bots/x/evals/y.json', 'eval'), false);
  });
});

describe('Any text', () => {
  const everything = (index: LanguageIndex, path: string, offset: number): void => {
    findCompletions(index, path, offset, knowing);
    findHover(index, path, offset, knowing);
    findDefinition(index, path, offset);
    findReferences(index, path, offset, true);
    findSignatures(index, path, offset, knowing);
    findLinks(index, path);
    findTokens(index, path);
    findHints(index, path);
    findFolding(index, path);
    outline(index, path);
    try {
      if (prepareRename(index, path, offset)) planRename(index, path, offset, 'other');
    } catch (error) {
      if (!(error instanceof RenameRefusal)) throw error;
    }
  };

  const paths = [
    config,
    'tavora.jsonc',
    'agents/support/voice.md',
    'agents/support/skills/find-order.js',
    'agents/support/evals/where.json',
  ];

  it('is answered without an exception, at any place', async () => {
    const index = await loaded();
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(
        "require('",
        'find-order',
        '`',
        '"',
        '{',
        '}',
        '[',
        ']',
        '(',
        ')',
        '${',
        '/*',
        '//',
        '\\u12',
        '---\n',
        '```js\n',
        '"skills": [',
        '"id": ',
        'const a = ',
        '=>',
        '](',
        '\r\n',
        '.',
      ),
    );
    const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.constantFrom(...paths), text, fc.nat(), (path, written, at) => {
        index.edit(path, written);
        everything(index, path, written.length === 0 ? 0 : at % (written.length + 1));
        index.edit(path, undefined);
      }),
      { numRuns: 400 },
    );
  });

  it('that is cut anywhere or has a character too many is answered too', async () => {
    const index = await loaded();
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.nat(), fc.string({ maxLength: 3 }), (path, at, extra) => {
        const whole = shop[path] ?? '';
        const cut = at % (whole.length + 1);
        index.edit(path, whole.slice(0, cut) + extra);
        everything(index, path, cut);
        index.edit(path, whole.slice(0, cut) + extra + whole.slice(cut));
        everything(index, path, cut);
        index.edit(path, undefined);
      }),
      { numRuns: 200 },
    );
  });

  it('deeply nested is answered too', async () => {
    const { index, path } = await asked('agents/support/skills/find-order.js', `${'['.repeat(20_000)}‸`);
    everything(index, path, 10);
    const { index: json } = await asked(config, `${'['.repeat(20_000)}‸`);
    everything(json, config, 10);
  });

  it('outside of every agent is left alone', async () => {
    const index = await loaded({ ...shop, 'tools/build.js': "require('find-order')" });
    index.edit('tools/build.js', "require('find-order');");
    everything(index, 'tools/build.js', 10);
    assert.equal(index.role('tools/build.js'), undefined);
    assert.equal((await askedAt(config, '"sup‸port"')).index.role('README.md'), undefined);
  });
});
