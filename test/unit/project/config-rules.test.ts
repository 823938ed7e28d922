import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { loadProject, type RangedIssue } from '../../../src/project';
import { filesOf, smallProject } from './files';

type Files = Record<string, string | Uint8Array>;
const config = 'agents/support/agent.jsonc';

/** What is said of the files as they are; which of them an agent uses is told by other tests. */
async function issuesOf(files: Files): Promise<RangedIssue[]> {
  return (await loadProject(filesOf(files))).issues.filter((one) => one.code !== 'unused-file');
}

/** `code file line:column underlined text`, for every issue of a project. */
async function picture(files: Files): Promise<string[]> {
  return (await issuesOf(files)).map((issue) => {
    const text = Buffer.from(files[issue.file] ?? '')
      .toString()
      .replace(/^\uFEFF/, '');
    const marked = issue.range ? text.substr(issue.range.offset, issue.range.length) : '';
    const place = issue.range ? ` ${issue.line}:${issue.column} ${marked}` : '';
    return `${issue.code} ${issue.file}${place}`;
  });
}

/** The small project with other fields in its agent's config. */
const agentWith = (fields: object, extra: Files = {}): Files =>
  smallProject({
    [config]: JSON.stringify({ id: 'support', name: 'Support', model: 'local/rehearsal', ...fields }),
    ...extra,
  });

/** Issues of the config, as `code underlined text`. */
async function inConfig(fields: object, extra: Files = {}): Promise<string[]> {
  const files = agentWith(fields, extra);
  return (await issuesOf(files)).map((issue) => {
    assert.equal(issue.file, config);
    assert.ok(issue.range);
    return `${issue.code} ${String(files[config]).substr(issue.range.offset, issue.range.length)}`;
  });
}

describe('rules for tavora.jsonc', () => {
  it('a good one has no issue, with comments, trailing commas and fields of a later version', async () => {
    const text =
      '\uFEFF// shop\r\n{ "$schema": "x", "project": "shop", /* a */ "apiUrl": "https://a.b", "later": [1,], }\r\n';
    assert.deepEqual(await picture(smallProject({ 'tavora.jsonc': text })), []);
  });

  it('missing', async () => {
    const files = smallProject();
    delete files['tavora.jsonc'];
    const project = await loadProject(filesOf(files));
    assert.deepEqual(
      project.issues.map((issue) => [issue.code, issue.file, issue.line]),
      [['missing-project-config', 'tavora.jsonc', undefined]],
    );
    assert.equal(project.agents.length, 1, 'agents at the usual place are shown all the same');
  });

  const cases: [string, string, string[]][] = [
    ['empty', '', ['parse-project-config tavora.jsonc 1:1 ']],
    ['not an object', '[]', ['invalid-field tavora.jsonc 1:1 []']],
    ['no name', '{}', ['missing-project-name tavora.jsonc 1:1 {']],
    ['an empty name', '{ "project": " " }', ['missing-project-name tavora.jsonc 1:14 " "']],
    ['a number for a name', '{ "project": 7 }', ['invalid-field tavora.jsonc 1:14 7']],
    ['null for a name', '{ "project": null }', ['invalid-field tavora.jsonc 1:14 null']],
    [
      'a misspelt field',
      '{ "project": "p", "apiURL": "https://a.b" }',
      ['unknown-field tavora.jsonc 1:19 "apiURL"'],
    ],
    [
      'an address that is none',
      '{ "project": "p", "apiUrl": "api.tavora.ai" }',
      ['invalid-field tavora.jsonc 1:29 "api.tavora.ai"'],
    ],
    [
      'a missing comma',
      '{\n  "project": "p"\n  "apiUrl": "https://a.b"\n}',
      ['parse-project-config tavora.jsonc 3:3 "apiUrl"'],
    ],
    ['a missing brace', '{ "project": "p"\n', ['parse-project-config tavora.jsonc 1:16 "']],
    ['an open quote', '{ "project": "p }\n', ['parse-project-config tavora.jsonc 1:14 "p }']],
    [
      'too few runs',
      '{ "project": "p", "retention": { "runs": -1 } }',
      ['invalid-field tavora.jsonc 1:42 -1'],
    ],
    [
      'half a run',
      '{ "project": "p", "retention": { "runs": 1.5 } }',
      ['invalid-field tavora.jsonc 1:42 1.5'],
    ],
    [
      'a pattern that finds nothing',
      '{ "project": "p", "agents": { "discover": "bots/*.jsonc" } }',
      ['no-agents tavora.jsonc 1:43 "bots/*.jsonc"'],
    ],
    [
      'a pattern that is broken',
      '{ "project": "p", "agents": { "discover": "bots/[.jsonc" } }',
      ['invalid-agent-glob tavora.jsonc 1:43 "bots/[.jsonc"'],
    ],
    [
      'a pattern that leaves the project',
      '{ "project": "p", "agents": { "discover": "../*/agent.jsonc" } }',
      ['unsafe-path tavora.jsonc 1:43 "../*/agent.jsonc"'],
    ],
  ];
  for (const [title, text, expected] of cases) {
    it(title, async () => assert.deepEqual(await picture(smallProject({ 'tavora.jsonc': text })), expected));
  }

  it('loads what can be loaded of a broken one', async () => {
    const text = '{ "project": "p" "retention": { "runs": 3 } }';
    const project = await loadProject(filesOf(smallProject({ 'tavora.jsonc': text })));
    assert.equal(project.name, 'p');
    assert.equal(project.retentionRuns, 3);
    assert.equal(project.agents.length, 1);
  });
});

describe('rules for agent.jsonc: fields', () => {
  it('a full one has no issue', async () => {
    const full = {
      $schema: 'x',
      description: 'd',
      model: { provider: 'google', name: 'gemini-2.5-flash', temperature: 0 },
      persona: './persona.md',
      capabilities: ['search', 'fetch', 'ai', 'indexes', 'require', 'context'],
      skills: ['skills/greet.js', './skills/*.js'],
      mcp: [
        { name: 'crm', url: 'https://a.b/mcp', transport: 'sse', auth: { type: 'bearer', tokenRef: 't' } },
        { name: 'old', endpoint: `$${'{OLD_URL}'}`, auth: { type: 'header', name: 'X-Key', valueRef: 'v' } },
        { name: 'open', url: 'http://localhost:1' },
      ],
      indexes: ['faq'],
      evals: ['evals/*.json'],
      schedules: [
        { name: 'n', cron: '*/5 0-6,8 1 jan,Feb mon-fri', input: 'i' },
        { cron: '@daily', input: 'i' },
      ],
      deploy: { runEvals: true },
      env: { OLD_URL: 'https://old' },
      someday: { later: true },
    };
    const evaluation = { 'agents/support/evals/a.json': '{"input":"i","criteria":"c"}' };
    assert.deepEqual(await inConfig(full, evaluation), []);
  });

  it('one that the official command line writes has no issue either', async () => {
    const project = await loadProject(
      filesOf(
        agentWith(
          {
            model: { provider: 'gemini', name: 'gemini-2.5-flash' },
            capabilities: [
              'document_search',
              'fetch',
              'gemini',
              'asset',
              'brave',
              'context',
              'data',
              'email',
              'input',
            ],
            skills: ['./skills/now/', './skills/style/'],
            indexes: [],
            fetchPolicies: [{ origin: 'https://a.b', headers: { Authorization: 'Bearer x' } }],
            context: { region: 'eu' },
          },
          {
            'agents/support/skills/now/skill.md': '# now\n\nThe time.\n',
            'agents/support/skills/now/main.js':
              "module.exports = {\n  /** @returns {string} */\n  iso() {\n    search('x'); ai('y'); return new Date().toISOString();\n  },\n};\n",
            'agents/support/skills/style/skill.md': '# Style\n',
          },
        ),
      ),
    );
    assert.deepEqual(
      project.issues.filter((one) => one.code !== 'unused-file'),
      [],
    );
    assert.deepEqual(project.agents[0]?.capabilities.slice(-2), ['search', 'ai']);
  });

  const cases: [string, object, string[]][] = [
    ['no id', { id: undefined }, ['missing-agent-id {']],
    ['an empty id', { id: '' }, ['missing-agent-id ""']],
    ['an id of the wrong type', { id: 4 }, ['invalid-field 4']],
    ['no name', { name: undefined }, ['missing-agent-name {']],
    ['no model', { model: undefined }, ['missing-model {']],
    ['a model without a name', { model: { provider: 'openai' } }, ['missing-model {"provider":"openai"}']],
    ['a model of the wrong type', { model: ['a'] }, ['invalid-field ["a"]']],
    ['a misspelt field', { persoan: 'persona.md' }, ['unknown-field "persoan"']],
    ['a misspelt field inside', { deploy: { runEval: true } }, ['unknown-field "runEval"']],
    ['a text for a list', { skills: 'skills/*' }, ['invalid-field "skills/*"']],
    ['a number in a list', { indexes: ['a', 2] }, ['invalid-field 2']],
    ['env that is not text', { env: { A: 1 } }, ['invalid-field 1']],
    ['an unknown capability', { capabilities: ['serch'] }, ['unknown-capability "serch"']],
    ['a retired capability', { capabilities: ['remember'] }, ['retired-capability "remember"']],
    ['a missing persona', { persona: 'other.md' }, ['missing-persona "other.md"']],
    ['a persona outside', { persona: '../../../persona.md' }, ['unsafe-path "../../../persona.md"']],
    ['MCP without a name', { mcp: [{ url: 'https://a.b' }] }, ['mcp-missing-name {"url":"https://a.b"}']],
    ['MCP without an address', { mcp: [{ name: 'a', url: '' }] }, ['mcp-missing-endpoint ""']],
    ['MCP with half an address', { mcp: [{ name: 'a', endpoint: 'a.b' }] }, ['mcp-invalid-endpoint "a.b"']],
    [
      'MCP names twice',
      {
        mcp: [
          { name: 'a', url: 'https://a.b' },
          { name: 'a', url: 'https://c.d' },
        ],
      },
      ['mcp-duplicate-name "a"'],
    ],
    [
      'MCP with an unknown transport',
      { mcp: [{ name: 'a', url: 'https://a.b', transport: 'stdio' }] },
      ['invalid-field "stdio"'],
    ],
    [
      'MCP auth without a secret',
      { mcp: [{ name: 'a', url: 'https://a.b', auth: { type: 'bearer' } }] },
      ['mcp-missing-secret {"type":"bearer"}'],
    ],
    [
      'MCP auth without a header',
      { mcp: [{ name: 'a', url: 'https://a.b', auth: { type: 'header', valueRef: 'v' } }] },
      ['mcp-missing-secret {"type":"header","valueRef":"v"}'],
    ],
    [
      'MCP auth with a plain token',
      { mcp: [{ name: 'a', url: 'https://a.b', auth: { type: 'bearer', token: 'abc', tokenRef: 't' } }] },
      ['mcp-secret-in-source "abc"'],
    ],
    ['a schedule without cron', { schedules: [{ input: 'i' }] }, ['schedule-missing-cron {"input":"i"}']],
    [
      'a schedule without input',
      { schedules: [{ cron: '0 7 * * *' }] },
      ['schedule-missing-input {"cron":"0 7 * * *"}'],
    ],
    [
      'a schedule with too few fields',
      { schedules: [{ cron: '0 7', input: 'i' }] },
      ['schedule-invalid-cron "0 7"'],
    ],
    [
      'a schedule at a wrong hour',
      { schedules: [{ cron: '0 24 * * *', input: 'i' }] },
      ['schedule-invalid-cron "0 24 * * *"'],
    ],
    [
      'a schedule with an unknown name',
      { schedules: [{ cron: '@sometimes', input: 'i' }] },
      ['schedule-invalid-cron "@sometimes"'],
    ],
  ];
  for (const [title, fields, expected] of cases) {
    it(title, async () => assert.deepEqual(await inConfig(fields), expected));
  }

  it('a field written twice', async () => {
    const text = '{"id":"a","name":"A","model":"m","name":"B"}';
    const files = smallProject({ [config]: text });
    assert.deepEqual(await picture(files), [`duplicate-field ${config} 1:34 "name"`]);
    assert.equal((await loadProject(filesOf(files))).agents[0]?.name, 'B');
  });

  it('a config that does not parse keeps what can be read', async () => {
    const text =
      '{\n  "id": "support",\n  "name": "Support"\n  "model": "local/rehearsal",\n  "skills": ["skills/*"]\n}';
    const files = smallProject({ [config]: text });
    assert.deepEqual(await picture(files), [`parse-agent-config ${config} 4:3 "model"`]);
    const [agent] = (await loadProject(filesOf(files))).agents;
    assert.equal(agent?.model, 'local/rehearsal');
    assert.equal(agent?.skills[0]?.name, 'greet');
  });

  it('two agents with one id, at the second', async () => {
    const files = smallProject({
      'agents/other/agent.jsonc': '{"id":"twin","name":"A","model":"m"}',
      'agents/third/agent.jsonc': '{"name":"A","model":"m", "id":"twin"}',
    });
    assert.deepEqual(await picture(files), ['duplicate-agent-id agents/third/agent.jsonc 1:31 "twin"']);
  });

  it('names the file that is meant', async () => {
    const [issue] = await issuesOf(agentWith({ persona: 'Persona.md' }));
    assert.match(issue?.hint ?? '', /There is "persona.md": upper and lower case count/);
    const [other] = await issuesOf(agentWith({ skills: ['skills/gret.js'] }));
    assert.match(other?.hint ?? '', /Did you mean "greet.js"\?/);
  });
});

describe('rules for agent.jsonc: skills', () => {
  const folder = (name: string, ...files: string[]): Files =>
    Object.fromEntries(
      files.map((file) => [
        `agents/support/skills/${name}/${file}`,
        file.endsWith('.js') ? 'return 1;' : 'x',
      ]),
    );

  const cases: [string, string[], Files, string[]][] = [
    ['a file', ['skills/greet.js'], {}, []],
    [
      'a folder, with and without a slash',
      ['skills/a', './skills/b/'],
      { ...folder('a', 'skill.md', 'main.js', 'main.d.ts'), ...folder('b', 'skill.md') },
      [],
    ],
    ['a folder by its main file', ['skills/a/main.js'], folder('a', 'skill.md', 'main.js'), []],
    [
      'a pattern over files and folders',
      ['skills/*'],
      folder('a', 'skill.md', 'main.js', 'README.md', '.hidden'),
      [],
    ],
    ['a deep pattern', ['skills/**/*.js'], folder('a', 'skill.md', 'main.js'), []],
    [
      'everything below, with folders in folders',
      ['skills/**'],
      { ...folder('a', 'skill.md', 'main.js'), ...folder('more/b', 'skill.md'), ...folder('more', 'c.js') },
      [],
    ],
    [
      'too much in a folder below',
      ['skills/**'],
      folder('a', 'skill.md', 'extra.md', 'lib/x.js'),
      ['extra-skill-entry "skills/**"', 'extra-skill-entry "skills/**"'],
    ],
    ['a folder of skills', ['skills'], {}, ['missing-skill-md "skills"']],
    [
      'a folder under a pattern without skill.md',
      ['skills/*'],
      folder('a', 'main.js'),
      ['missing-skill-md "skills/*"'],
    ],
    ['a pattern with braces', ['skills/{greet,other}.js'], {}, []],
    ['the same skill twice', ['skills/greet.js', 'skills/*.js'], {}, []],
    ['a file of the whole project', ['../../shared/tax.js'], { 'shared/tax.js': 'return 1;' }, []],
    ['a name with brackets', ['skills/a[1].js'], { 'agents/support/skills/a[1].js': 'return 1;' }, []],
    [
      'a name with letters of other scripts',
      ['skills/größe.js', 'skills/注文.md'],
      { 'agents/support/skills/größe.js': 'return 1;', 'agents/support/skills/注文.md': 'x' },
      [],
    ],
    ['a README beside them', ['skills/*'], { 'agents/support/skills/README.md': 'x' }, []],
    ['a missing file', ['skills/no.js'], {}, ['missing-skill-file "skills/no.js"']],
    ['a pattern without a match', ['skills/*.md'], {}, ['missing-skill-file "skills/*.md"']],
    ['a missing folder', ['skills/no/'], {}, ['missing-skill-folder "skills/no/"']],
    ['a missing folder without a slash', ['skills/no'], {}, ['missing-skill-folder "skills/no"']],
    ['a folder without skill.md', ['skills/a'], folder('a', 'main.js'), ['missing-skill-md "skills/a"']],
    ['a folder with SKILL.md', ['skills/a'], folder('a', 'SKILL.md'), ['missing-skill-md "skills/a"']],
    [
      'too much in a folder',
      ['skills/a'],
      folder('a', 'skill.md', 'notes.txt', 'lib/x.js'),
      ['extra-skill-entry "skills/a"', 'extra-skill-entry "skills/a"'],
    ],
    [
      'another extension',
      ['skills/a.ts'],
      { 'agents/support/skills/a.ts': '' },
      ['bad-skill-extension "skills/a.ts"'],
    ],
    ['another extension, missing', ['skills/a.ts'], {}, ['bad-skill-extension "skills/a.ts"']],
    [
      'another extension under a pattern',
      ['skills/*'],
      { 'agents/support/skills/a.ts': '' },
      ['extra-skill-entry "skills/*"'],
    ],
    ['a broken pattern', ['skills/[a.js'], {}, ['invalid-skill-glob "skills/[a.js"']],
    [
      'one name for two',
      ['skills/greet.js', 'skills/greet.md'],
      { 'agents/support/skills/greet.md': 'x' },
      ['duplicate-skill-name "skills/greet.md"'],
    ],
    ['an empty path', [''], {}, ['unsafe-path ""']],
    ['an absolute path', ['/etc/passwd'], {}, ['unsafe-path "/etc/passwd"']],
    ['a drive', ['C:/skills/a.js'], {}, ['unsafe-path "C:/skills/a.js"']],
    ['backslashes', ['skills\\greet.js'], {}, ['unsafe-path "skills\\\\greet.js"']],
    ['a path that leaves the project', ['../../../a.js'], {}, ['unsafe-path "../../../a.js"']],
    ['a pattern that leaves the project', ['../../../*.js'], {}, ['unsafe-path "../../../*.js"']],
    ['a NUL', ['skills/a\u0000.js'], {}, ['unsafe-path "skills/a\\u0000.js"']],
    [
      'a very long path',
      [`skills/${'a'.repeat(2000)}.js`],
      {},
      [`unsafe-path "skills/${'a'.repeat(2000)}.js"`],
    ],
  ];
  for (const [title, skills, extra, expected] of cases) {
    it(title, async () => assert.deepEqual(await inConfig({ skills }, extra), expected));
  }

  it('a skill and an MCP server with one name', async () => {
    const fields = { skills: ['skills/greet.js'], mcp: [{ name: 'greet', url: 'https://a.b' }] };
    assert.deepEqual(await inConfig(fields), ['mcp-duplicate-name "skills/greet.js"']);
  });
});

describe('rules for evals', () => {
  const path = 'agents/support/evals/a.json';
  const withEval = (text: string | Uint8Array) => agentWith({ evals: ['evals/*.json'] }, { [path]: text });
  const cases: [string, string, string[]][] = [
    ['a good one', '{"name":"n","input":"i","criteria":"c","pass_threshold":10}', []],
    ['the older form', '{"input":"i","expectations":[{"kind":"contains","value":"v"}]}', []],
    ['empty', '', [`parse-eval ${path} 1:1 `]],
    ['a list', '[]', [`invalid-field ${path} 1:1 []`]],
    ['a comment', '{ // x\n"input":"i","criteria":"c"}', [`parse-eval ${path} 1:3 // x`]],
    ['a trailing comma', '{"input":"i","criteria":"c",}', [`parse-eval ${path} 1:29 }`]],
    ['no input', '{"criteria":"c"}', [`missing-eval-input ${path} 1:1 {`]],
    ['nothing expected', '{"input":"i"}', [`missing-eval-criteria ${path} 1:1 {`]],
    ['no expectations', '{"input":"i","expectations":[]}', [`missing-eval-criteria ${path} 1:29 []`]],
    [
      'a threshold beyond 10',
      '{"input":"i","criteria":"c","pass_threshold":70}',
      [`eval-threshold-range ${path} 1:46 70`],
    ],
    [
      'a threshold in quotes',
      '{"input":"i","criteria":"c","pass_threshold":"7"}',
      [`invalid-field ${path} 1:46 "7"`],
    ],
    [
      'a misspelt field',
      '{"input":"i","criteria":"c","pass_treshold":7}',
      [`unknown-field ${path} 1:29 "pass_treshold"`],
    ],
  ];
  for (const [title, text, expected] of cases) {
    it(title, async () => assert.deepEqual(await picture(withEval(text)), expected));
  }

  it('a missing file, a pattern without a match, a broken pattern, another extension', async () => {
    const evals = ['evals/no.json', 'evals/*.json', 'evals/{a.json', 'evals/b.yaml'];
    assert.deepEqual(await inConfig({ evals }, { 'agents/support/evals/b.yaml': '' }), [
      'missing-eval-file "evals/no.json"',
      'missing-eval-file "evals/*.json"',
      'invalid-eval-glob "evals/{a.json"',
      'bad-eval-extension "evals/b.yaml"',
    ]);
  });
});

describe('files that cannot be checked', () => {
  const skill = 'agents/support/skills/greet.js';
  it('not UTF-8', async () => {
    assert.deepEqual(await picture(smallProject({ [skill]: new Uint8Array([0x72, 0xff, 0xfe]) })), [
      `not-utf8 ${skill}`,
    ]);
    assert.deepEqual(await picture(smallProject({ [config]: new Uint8Array([0xff]) })), [
      `not-utf8 ${config}`,
    ]);
    assert.deepEqual(await picture(smallProject({ 'tavora.jsonc': new Uint8Array([0xff]) })), [
      'not-utf8 tavora.jsonc',
    ]);
  });

  it('too large', async () => {
    const files = smallProject({ [skill]: `return 1; // ${'x'.repeat(1024 * 1024)}` });
    assert.deepEqual(await picture(files), [`file-too-large ${skill}`]);
    const project = await loadProject(filesOf(files));
    assert.ok(project.agents[0]?.files.includes(skill), 'it is sent all the same');
  });

  it('not readable', async () => {
    const files = filesOf(smallProject());
    const project = await loadProject({
      list: files.list,
      read: async (path) => {
        if (path === skill) throw new Error('EACCES: permission denied');
        return files.read(path);
      },
    });
    assert.deepEqual(
      project.issues.map((issue) => [issue.code, issue.file]),
      [['unreadable-file', skill]],
    );
    assert.match(project.issues[0]?.message ?? '', /permission denied/);
  });
});
