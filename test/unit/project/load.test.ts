import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { checkJsonFile, checkOpenFile, loadProject, type ProjectFiles } from '../../../src/project';
import { filesOf, smallProject } from './files';

const skill = 'agents/support/skills/greet.js';
const config = 'agents/support/agent.jsonc';

describe('loadProject', () => {
  it('reads a whole agent', async () => {
    const files = smallProject({
      [config]: `{
        "id": "support", "name": "Support",
        "model": { "provider": "google", "name": "gemini-2.5-flash" },
        "persona": "persona.md",
        "capabilities": ["search"],
        "skills": ["skills/*"],
        "mcp": [{ "name": "crm", "url": "https://a.b", "transport": "sse", "auth": { "type": "bearer", "tokenRef": "t" } }],
        "indexes": ["faq"],
        "evals": ["evals/*.json"],
        "schedules": [{ "name": "Daily", "cron": "0 7 * * *", "input": "Report" }],
        "deploy": { "runEvals": true },
        "env": { "REGION": "eu" },
      }`,
      'agents/support/skills/tone/skill.md': '---\ndescription: How to sound\n---\nWarm.',
      'agents/support/evals/hello.json': '{"input":"Hello","criteria":"Greets","pass_threshold":6}',
    });
    const [agent] = (await loadProject(filesOf(files))).agents;
    assert.ok(agent);
    assert.equal(agent.model, 'google/gemini-2.5-flash');
    assert.deepEqual(
      agent.skills.map((one) => [one.name, one.kind, one.layout, one.path, one.description]),
      [
        ['greet', 'module', 'file', skill, ''],
        ['tone', 'prompt', 'folder', 'agents/support/skills/tone/skill.md', 'How to sound'],
      ],
    );
    assert.deepEqual(agent.evals, [
      {
        path: 'agents/support/evals/hello.json',
        name: 'hello',
        description: '',
        input: 'Hello',
        criteria: 'Greets',
        expectations: [],
        answers: [],
        passThreshold: 6,
        range: { offset: 9, length: 7, line: 1, column: 10, endLine: 1, endColumn: 17 },
      },
    ]);
    assert.deepEqual(agent.mcp[0]?.auth, { type: 'bearer', secretRef: 't' });
    assert.deepEqual(
      [agent.mcp[0]?.name, agent.mcp[0]?.transport, agent.mcp[0]?.range?.line],
      ['crm', 'sse', 7],
    );
    assert.deepEqual([agent.indexes, agent.env, agent.runEvals], [['faq'], { REGION: 'eu' }, true]);
    assert.deepEqual([agent.schedules[0]?.name, agent.schedules[0]?.cron], ['Daily', '0 7 * * *']);
    assert.equal(agent.ranges.persona?.line, 4);
    assert.deepEqual(agent.files, [
      config,
      'agents/support/evals/hello.json',
      'agents/support/persona.md',
      skill,
      'agents/support/skills/tone/skill.md',
    ]);
  });

  it('reads only what the project names', async () => {
    const read: string[] = [];
    const files = filesOf(
      smallProject({ 'node.txt': 'x', 'agents/support/unused.md': 'x', 'src/big.js': 'x' }),
    );
    await loadProject({
      list: files.list,
      read: (path) => {
        read.push(path);
        return files.read(path);
      },
    });
    assert.deepEqual(read.sort(), [config, 'agents/support/persona.md', skill, 'tavora.jsonc']);
  });

  it('takes over from an earlier reading what did not change, and sees what did', async () => {
    const first = await loadProject(filesOf(smallProject()));
    const second = await loadProject(filesOf(smallProject({ [skill]: 'return process.env;' })), first);
    assert.deepEqual(
      second.issues.map((issue) => issue.code),
      ['sandbox-missing-global'],
    );
    assert.deepEqual(first.issues, []);
    assert.notEqual(second.sourceHash, first.sourceHash);
    const third = await loadProject(filesOf(smallProject()), second);
    assert.equal(third.sourceHash, first.sourceHash);
    assert.equal(
      third.agents[0]?.skills[0]?.info,
      (await loadProject(filesOf(smallProject()), third)).agents[0]?.skills[0]?.info,
    );
  });

  it('hashes bytes, not text: a byte order mark and CRLF count, and are not shown', async () => {
    const plain = await loadProject(filesOf(smallProject()));
    const marked = await loadProject(
      filesOf(smallProject({ [skill]: '\uFEFFreturn { text: "Hello " + args.name };\r\n' })),
    );
    assert.deepEqual(marked.issues, []);
    assert.notEqual(marked.sourceHash, plain.sourceHash);
    assert.equal(marked.text(skill), 'return { text: "Hello " + args.name };\r\n');
    assert.equal(marked.text('no/such/file'), undefined);
  });

  it('passes on a folder that cannot be listed', async () => {
    const files: ProjectFiles = {
      list: async () => {
        throw new Error('gone');
      },
      read: async () => undefined,
    };
    await assert.rejects(loadProject(files), /gone/);
  });

  it('an empty folder is an issue, not an error', async () => {
    const project = await loadProject(filesOf({}));
    assert.deepEqual(
      project.issues.map((issue) => issue.code),
      ['missing-project-config', 'no-agents'],
    );
    assert.equal(project.name, '');
  });

  it('a file that vanishes between listing and reading is left out', async () => {
    const files = filesOf(smallProject());
    const project = await loadProject({
      list: files.list,
      read: async (path) => (path === skill ? undefined : files.read(path)),
    });
    assert.ok(!project.agents[0]?.files.includes(skill));
  });

  it('never throws, whatever stands in the configs (property)', async function () {
    this.timeout(30_000);
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"id"',
      '"skills"',
      '"mcp"',
      '"a/*"',
      '"../x"',
      '1',
      'null',
      '//',
      '\n',
    );
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')),
      fc
        .record({
          id: fc.jsonValue(),
          skills: fc.jsonValue(),
          mcp: fc.jsonValue(),
          evals: fc.array(fc.string()),
          model: fc.jsonValue(),
        })
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(text, text, text, async (top, agent, evaluation) => {
        const files = smallProject({
          'tavora.jsonc': top,
          [config]: agent,
          'agents/support/evals/a.json': evaluation,
        });
        const project = await loadProject(filesOf(files));
        for (const issue of project.issues) {
          assert.ok(issue.message && issue.file);
          if (issue.range)
            assert.ok(issue.range.offset + issue.range.length <= (project.text(issue.file)?.length ?? 0));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('ends politely for JSON nested without end', async () => {
    const project = await loadProject(filesOf(smallProject({ [config]: '['.repeat(100_000) })));
    assert.deepEqual(
      project.issues.map((issue) => [issue.code, issue.column]),
      [['parse-agent-config', 101]],
    );
  });
});

describe('checkOpenFile', () => {
  const open = async (path: string, text: string, extra = {}) =>
    checkOpenFile(await loadProject(filesOf(smallProject(extra))), path, text).map(
      (issue) => `${issue.code} ${issue.line}:${issue.column}`,
    );

  it('a skill, in the light of the agents that use it', async () => {
    assert.deepEqual(await open(skill, 'return args.name;'), []);
    assert.deepEqual(await open(skill, "return require('gret')(args);"), ['unknown-require 1:16']);
    assert.deepEqual(await open(skill, "return require('greet')(args);"), []);
  });

  it('a skill of two agents says each thing once', async () => {
    const second = JSON.stringify({
      id: 'b',
      name: 'B',
      model: 'm',
      skills: ['../support/skills/greet.js'],
      capabilities: [],
    });
    const extra = { 'agents/b/agent.jsonc': second };
    assert.deepEqual(await open(skill, "fetch('x'); return console;", extra), [
      'undeclared-capability 1:1',
      'sandbox-missing-global 1:20',
    ]);
  });

  it('an agent’s config, with the files that are there', async () => {
    const text = '{"id":"support","name":"S","model":"m","persona":"person.md","skills":["skills/*"]}';
    assert.deepEqual(await open(config, text), ['missing-persona 1:50']);
  });

  it('an agent’s config, against the other agents', async () => {
    const extra = { 'agents/a/agent.jsonc': '{"id":"a","name":"A","model":"m"}' };
    assert.deepEqual(await open(config, '{"id":"a","name":"S","model":"m"}', extra), [
      'duplicate-agent-id 1:7',
    ]);
    assert.deepEqual(
      await open('agents/a/agent.jsonc', '{"id":"support","name":"S","model":"m"}', extra),
      [],
    );
  });

  it('tavora.jsonc and an eval', async () => {
    assert.deepEqual(await open('tavora.jsonc', '{}'), ['missing-project-name 1:1']);
    const extra = {
      [config]: '{"id":"support","name":"S","model":"m","evals":["evals/*.json"]}',
      'agents/support/evals/a.json': '{"input":"i","criteria":"c"}',
    };
    assert.deepEqual(await open('agents/support/evals/a.json', '{"input":"","criteria":"c"}', extra), [
      'missing-eval-input 1:10',
    ]);
  });

  it('says nothing of files that are no source', async () => {
    for (const path of ['README.md', 'agents/support/persona.md', 'agents/support/other.js', '']) {
      assert.deepEqual(await open(path, 'process.env {{{'), []);
    }
  });

  it('agrees with loading the same text', async () => {
    const text = "const fs = require('fs');\nreturn totl;\n";
    const loaded = await loadProject(filesOf(smallProject({ [skill]: text })));
    const project = await loadProject(filesOf(smallProject()));
    assert.deepEqual(checkOpenFile(project, skill, text), loaded.issues);
  });

  it('keeps saying of a saved file that it is not UTF-8, whatever an editor shows', async () => {
    const extra = { 'agents/support/skills/latin.md': new Uint8Array([0xfc]) };
    assert.deepEqual(await open('agents/support/skills/latin.md', '\uFFFD', extra), [
      'not-utf8 undefined:undefined',
    ]);
  });

  it('does not parse a huge text', async () => {
    assert.deepEqual(await open(skill, `return 1;${' '.repeat(1024 * 1024)}`), [
      'file-too-large undefined:undefined',
    ]);
  });
});

describe('checkJsonFile', () => {
  it('looks at the text alone', () => {
    assert.deepEqual(checkJsonFile(config, '{"id":"a","name":"A","model":"m","persona":"no.md"}'), []);
    assert.equal(checkJsonFile(config, '{"id":"a","name":"A"}')[0]?.code, 'missing-model');
    assert.equal(checkJsonFile('tavora.jsonc', '{')[0]?.code, 'parse-project-config');
  });
});
