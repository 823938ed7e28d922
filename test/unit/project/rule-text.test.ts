import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  checkJsonFile,
  checkOpenFile,
  checkSkill,
  editorSchemas,
  loadProject,
  publishedSchemas,
  ruleLine,
  rules,
  rulesMarkdown,
  rulesSchema,
} from '../../../src/project';
import { filesOf, smallProject } from './files';

const read = (file: string) => readFile(path.join(process.cwd(), file), 'utf8');
const again = 'Run "npm run rules".';

describe('what is made from the table of rules', () => {
  it('docs/rules.md is current', async () => {
    assert.equal(await read('docs/rules.md'), rulesMarkdown(), again);
  });

  it('has a section for every rule, which the code of a problem leads to', () => {
    const lines = rulesMarkdown().split('\n');
    for (const { code } of rules) {
      const line = ruleLine(code);
      assert.ok(line, code);
      assert.equal(lines[line - 1], `### ${code}`);
    }
    assert.equal(ruleLine('no-such-rule'), undefined);
  });

  it('the schemas are current, and VS Code’s find nothing wrong with anything', async () => {
    for (const [name, schema] of Object.entries(publishedSchemas)) {
      assert.deepEqual(JSON.parse(await read(`schemas/${name}`)), schema, again);
    }
    for (const [name, schema] of Object.entries(editorSchemas)) {
      const text = await read(`schemas/editor/${name}`);
      assert.deepEqual(JSON.parse(text), schema, again);
      assert.doesNotMatch(
        text,
        /"(?:type|required|enum|anyOf|oneOf|minimum|maximum)": ?(?:"(?:string|object|array|number|integer|boolean)"|\[|\d)/,
      );
    }
  });

  it('the setting of the editor knows every rule', async () => {
    const manifest = JSON.parse(await read('package.json'));
    const setting = manifest.contributes.configuration.properties['tavora.rules'];
    assert.deepEqual(setting.properties, rulesSchema.properties, again);
    assert.deepEqual(setting.additionalProperties, rulesSchema.additionalProperties, again);
  });
});

describe('levels and comments', () => {
  const codes = async (config: object, skill: string) => {
    const files = smallProject({
      'tavora.jsonc': JSON.stringify({ project: 'shop', ...config }),
      'agents/support/skills/greet.js': skill,
    });
    const { issues } = await loadProject(filesOf(files));
    return issues.map((one) => `${one.code} ${one.severity}`);
  };
  const skill = 'return totl;\n';

  it('of tavora.jsonc switch a rule off, or change its severity', async () => {
    assert.deepEqual(await codes({}, skill), ['undefined-name warn']);
    assert.deepEqual(await codes({ rules: { 'undefined-name': 'off' } }, skill), []);
    assert.deepEqual(await codes({ rules: { 'undefined-name': 'error' } }, skill), ['undefined-name fatal']);
    assert.deepEqual(await codes({ rules: { 'unknown-require': 'warning' } }, "return require('a');\n"), [
      'unknown-require warn',
    ]);
  });

  it('of a person come before those of the project', async () => {
    const files = smallProject({
      'tavora.jsonc': '{ "project": "shop", "rules": { "undefined-name": "off" } }',
      'agents/support/skills/greet.js': skill,
    });
    const project = await loadProject(filesOf(files));
    const path = 'agents/support/skills/greet.js';
    const view = { levels: { 'undefined-name': 'error' as const } };
    assert.deepEqual(
      checkOpenFile(project, path, skill, view).map((one) => one.severity),
      ['fatal'],
    );
    assert.deepEqual(checkOpenFile(project, path, skill), []);
  });

  it('a comment for a rule that is off is not called useless', async () => {
    const ignored = 'return totl; // tavora-ignore undefined-name\n';
    assert.deepEqual(await codes({ rules: { 'undefined-name': 'off' } }, ignored), []);
  });

  it('a comment hides its own line and the one below it, and no other', async () => {
    const text = '// tavora-ignore undefined-name\nlog(a);\nlog(b);\nreturn 1;\n';
    assert.deepEqual(await codes({}, text), ['undefined-name warn']);
    assert.deepEqual(await codes({}, 'log(a); /* tavora-ignore undefined-name */ log(b);\nreturn c;\n'), [
      'undefined-name warn',
    ]);
  });

  it('code that cannot be read makes no comment useless', async () => {
    assert.deepEqual(await codes({}, '// tavora-ignore undefined-name\nreturn (;\n'), [
      'skill-js-parse fatal',
    ]);
  });
});

describe('rules never throw', () => {
  const context = { modules: ['a'], prompts: ['b'], mcpServers: [], capabilities: [], hosted: true };
  const piece = fc.constantFrom(
    ...'while for do if else return async await function class => ( ) { } [ ] ; , . ... ? : = == && || ?? ! typeof'.split(
      ' ',
    ),
    ...'args require module exports search fetch then Promise new let const var yield label: break continue'.split(
      ' ',
    ),
    ...[
      "'a'",
      '`${',
      '`',
      '"',
      '/a/g',
      '//',
      '/*',
      '*/',
      '\n',
      '\r\n',
      '1',
      '0n',
      '\u2028',
      '\ud800',
      'é',
      '$',
    ],
    ...[
      '// tavora-ignore ',
      '<!-- tavora-ignore',
      '-->',
      '`skill`',
      '[a](b',
      ')',
      '```',
      'require("a")',
      '${A}',
      'sk-',
    ],
  );
  const code = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(' '));
  const anything = fc.oneof(code, fc.string({ unit: 'binary', maxLength: 200 }));

  it('on any skill, prompt or config, and every place is inside the text (property)', async () => {
    const files = smallProject({
      'agents/support/agent.jsonc':
        '{ "id": "support", "name": "S", "model": "m", "persona": "persona.md", "skills": ["skills/*"], "evals": ["evals/*.json"] }',
      'agents/support/skills/tone.md': 'Warm.',
      'agents/support/evals/a.json': '{ "input": "a", "criteria": "b" }',
    });
    const project = await loadProject(filesOf(files));
    const paths = Object.keys(files);
    fc.assert(
      fc.property(anything, fc.constantFrom(...paths), (text, file) => {
        const issues = [
          ...checkOpenFile(project, file, text, { server: { hosted: true, models: ['m'], secrets: [] } }),
          ...checkSkill('a.js', text, context),
          ...checkJsonFile('tavora.jsonc', text),
        ];
        for (const { range, message } of issues) {
          assert.ok(message);
          if (range) assert.ok(range.offset >= 0 && range.offset + range.length <= text.length);
        }
      }),
      { numRuns: 400 },
    );
  });
});
