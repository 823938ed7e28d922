import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { loadProject, projectIssues, publishedSchemas, rules } from '../../../src/project';
import { diskFiles } from './files';

const examples = path.join(process.cwd(), 'examples');

describe('examples/support', () => {
  it('has no issue, and shows both shapes, both layouts and both kinds of skill', async () => {
    const project = await loadProject(diskFiles(path.join(examples, 'support/tavora')));
    assert.deepEqual(project.issues, []);
    assert.equal(project.name, 'support');
    const [agent] = project.agents;
    assert.deepEqual(
      agent?.skills.map((one) => [one.name, one.kind, one.layout, one.info?.shape]),
      [
        ['lookup-order', 'module', 'file', 'commonjs'],
        ['refund-order', 'module', 'folder', 'bare'],
        ['refund-policy', 'prompt', 'file', undefined],
      ],
    );
    assert.deepEqual(
      agent?.skills.map((one) =>
        one.info?.params.map((param) => `${param.name}${param.optional ? '?' : ''}`),
      ),
      [['orderId'], ['orderId', 'reason?'], undefined],
    );
    assert.ok(agent?.skills.every((one) => one.description));
    assert.ok((agent?.evals.length ?? 0) >= 3);
  });
});

/** Rules about a machine or a file that is not there, which no file of an example can show. */
const notShown = new Set(['missing-project-config', 'unreadable-file', 'file-too-large']);

/** A server that runs another engine, and has one model and one secret. */
const server = { label: 'The server', hosted: true, models: ['local/rehearsal'], secrets: ['crm_token'] };

describe('examples/broken', () => {
  it('shows every rule, each named in a comment or text of the file that shows it', async () => {
    const shown = new Set<string>();
    for (const folder of ['tavora', 'empty']) {
      const files = diskFiles(path.join(examples, 'broken', folder));
      const project = await loadProject(files);
      const texts = await Promise.all(
        (await files.list()).map(async (file) => String(await files.read(file))),
      );
      for (const issue of projectIssues(project, { server })) {
        shown.add(issue.code);
        assert.ok(issue.hint, `${issue.code} has a hint`);
        assert.ok(
          texts.some((text) => text.includes(issue.code)),
          `${issue.code} is explained where it is shown`,
        );
      }
    }
    const expected = rules.map((rule) => rule.code).filter((code) => !notShown.has(code));
    assert.deepEqual([...shown].sort(), [...expected].sort());
  });
});

describe('the table of rules', () => {
  it('has each code once, in the style of the others', () => {
    const codes = rules.map((rule) => rule.code);
    assert.equal(new Set(codes).size, codes.length);
    for (const rule of rules) {
      assert.match(rule.code, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      assert.ok(rule.title && !rule.title.endsWith('.'));
    }
  });

  it('has the codes of the official command line', () => {
    const official =
      'missing-project-name missing-agent-id missing-agent-name missing-model duplicate-agent-id parse-agent-config ' +
      'missing-persona invalid-skill-glob missing-skill-file bad-skill-extension missing-skill-folder ' +
      'missing-skill-md extra-skill-entry unknown-capability skill-js-parse invalid-eval-glob missing-eval-file ' +
      'bad-eval-extension mcp-missing-name mcp-missing-endpoint schedule-missing-cron';
    const severities = new Map<string, string>(rules.map((rule) => [rule.code, rule.severity]));
    const warnings = ['missing-agent-name', 'extra-skill-entry', 'unknown-capability'];
    for (const code of official.split(' ')) {
      assert.equal(severities.get(code), warnings.includes(code) ? 'warn' : 'fatal', code);
    }
  });
});

describe('schemas/', () => {
  for (const [file, schema] of Object.entries(publishedSchemas)) {
    it(`${file} is the schema that the rules check with`, async () => {
      const place = path.join(process.cwd(), 'schemas', file);
      if (process.env.UPDATE_SCHEMAS) await writeFile(place, JSON.stringify(schema));
      const message = 'Run the unit tests once with UPDATE_SCHEMAS=1, then format the file.';
      assert.deepEqual(JSON.parse(await readFile(place, 'utf8')), schema, message);
    });
  }
});
