import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { Issue } from '../../../src/protocol';

const program = path.join(process.cwd(), 'dist/lint.js');
const support = path.join(process.cwd(), 'examples/support');
const broken = path.join(process.cwd(), 'examples/broken/tavora');

interface Ended {
  code: number;
  out: string;
  err: string;
}

/** Runs the built command, as CI does. */
function lint(args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, GITHUB_WORKSPACE: '', ...options.env };
    execFile(process.execPath, [program, ...args], { ...options, env, maxBuffer: 1e8 }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

describe('tavora-lint', () => {
  let home: string;
  let odd: string;

  before(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'tavora lint '));
    odd = path.join(home, 'odd, 100%');
    await write(odd, 'tavora/tavora.jsonc', '{ "project": "odd" }');
    await write(
      odd,
      'tavora/agents/a/agent.jsonc',
      '{ "id": "a", "name": "A", "model": "m", "skills": ["skills/*"] }',
    );
    await write(odd, 'tavora/agents/a/skills/b: c.js', 'return totl;\n');
  });
  after(() => rm(home, { recursive: true, force: true }));

  async function write(folder: string, file: string, text: string): Promise<void> {
    const full = path.join(folder, ...file.split('/'));
    await mkdir(path.dirname(full), { recursive: true });
    await writeFile(full, text);
  }

  it('says nothing of a project without issues, and ends with 0', async () => {
    assert.deepEqual(await lint([support]), { code: 0, out: '', err: '' });
    assert.deepEqual(await lint([path.join(support, 'tavora')]), { code: 0, out: '', err: '' });
    assert.deepEqual(await lint([], { cwd: support }), { code: 0, out: '', err: '' });
    const { code, out } = await lint([support, '--format', 'json']);
    assert.deepEqual([code, JSON.parse(out)], [0, { issues: [] }]);
  });

  it('prints a line an issue as compilers do, without colour, and ends with 1', async () => {
    const { code, out, err } = await lint([odd], { cwd: odd });
    assert.deepEqual([code, err], [1, '']);
    assert.match(
      out,
      /^tavora\/agents\/a\/skills\/b: c\.js:1:8: warning: totl is defined nowhere\. \[undefined-name\]\n {2}\S/,
    );
    assert.match(out, /\n\n1 warning\.\n$/);
    assert.ok(!out.includes('\u001b'));
  });

  it('prints issues as servers send them, paths from the project’s folder', async () => {
    for (const folder of [odd, path.join(odd, 'tavora')]) {
      const { code, out } = await lint([folder, '--format=json']);
      assert.equal(code, 1);
      const { issues } = JSON.parse(out);
      assert.deepEqual(Object.keys(JSON.parse(out)), ['issues']);
      assert.equal(issues.length, 1);
      const issue = Issue.parse(issues[0]);
      assert.deepEqual(
        [issue.file, issue.line, issue.column, issue.code, issue.severity],
        ['agents/a/skills/b: c.js', 1, 8, 'undefined-name', 'warn'],
      );
      assert.ok(!('range' in issue) && !('data' in issue));
    }
  });

  it('agrees with the editor on everything that is broken', async () => {
    const { code, out } = await lint([broken, '-f', 'json']);
    assert.equal(code, 1);
    const codes = new Set(JSON.parse(out).issues.map((one: { code: string }) => one.code));
    for (const wanted of ['parse-eval', 'endless-loop', 'broken-link', 'unused-file', 'secret-in-source']) {
      assert.ok(codes.has(wanted), wanted);
    }
  });

  it('writes SARIF 2.1.0 with a rule for each result', async () => {
    const { code, out } = await lint([broken, '--format', 'sarif'], { cwd: process.cwd() });
    assert.equal(code, 1);
    const log = JSON.parse(out);
    assert.equal(log.version, '2.1.0');
    const [run] = log.runs;
    assert.equal(run.tool.driver.name, 'tavora-lint');
    assert.match(run.tool.driver.version, /^\d+\.\d+\.\d+/);
    assert.equal(run.columnKind, 'utf16CodeUnits');
    assert.ok(run.results.length > 50);
    for (const result of run.results) {
      assert.equal(run.tool.driver.rules[result.ruleIndex].id, result.ruleId);
      assert.ok(['error', 'warning'].includes(result.level));
      const { artifactLocation, region } = result.locations[0].physicalLocation;
      assert.ok(artifactLocation.uri.startsWith('examples/broken/tavora/'), artifactLocation.uri);
      assert.ok(artifactLocation.uriBaseId in run.originalUriBaseIds);
      if (region) {
        assert.ok(region.startLine >= 1 && region.startColumn >= 1);
        assert.ok(region.endLine >= region.startLine);
      }
    }
    const other = JSON.parse((await lint([odd, '--format', 'sarif'], { cwd: odd })).out).runs[0].results[0];
    assert.equal(
      other.locations[0].physicalLocation.artifactLocation.uri,
      'tavora/agents/a/skills/b%3A%20c.js',
    );
  });

  it('writes GitHub’s annotations, escaped, from the root of the repository', async () => {
    const { code, out } = await lint([odd, '--format', 'github'], { env: { GITHUB_WORKSPACE: home } });
    assert.equal(code, 1);
    assert.match(
      out,
      /^::warning file=odd%2C 100%25\/tavora\/agents\/a\/skills\/b%3A c\.js,line=1,col=8,endLine=1,endColumn=12,title=undefined-name::totl is defined nowhere\.%0A\S.*\n$/,
    );
  });

  it('keeps to the levels of tavora.jsonc', async () => {
    const folder = path.join(home, 'levels');
    await write(folder, 'tavora.jsonc', '{ "project": "p", "rules": { "missing-agent-name": "off" } }');
    await write(folder, 'agents/a/agent.jsonc', '{ "id": "a", "model": "m" }');
    assert.deepEqual(await lint([folder]), { code: 0, out: '', err: '' });
  });

  it('reports agents without a project', async () => {
    const folder = path.join(home, 'no-project');
    await write(folder, 'agents/a/agent.jsonc', '{ "id": "a", "name": "A", "model": "m" }');
    const { code, out } = await lint([folder]);
    assert.equal(code, 1);
    assert.match(out, /\[missing-project-config\]/);
  });

  it('ends with 2 and one sentence when it could not run', async () => {
    await mkdir(path.join(home, 'empty'));
    await write(path.join(home, 'two'), 'a/tavora.jsonc', '{ "project": "a" }');
    await write(path.join(home, 'two'), 'b/tavora.jsonc', '{ "project": "b" }');
    const cases: [string[], RegExp][] = [
      [[path.join(home, 'nowhere')], /^tavora-lint: There is no folder /],
      [[path.join(home, 'empty')], /There is no tavora\.jsonc in .*, so there is no project to check\.\n$/],
      [[path.join(home, 'two')], /several projects .*name one of them:\n {2}a\n {2}b\n$/],
      [[support, '--format', 'xml'], /--format must be one of text, json, sarif, github, not "xml"\.\n$/],
      [[support, '--colour'], /^tavora-lint: Unknown option '--colour'/],
      [[support, broken], /One folder at a time/],
    ];
    for (const [args, expected] of cases) {
      const { code, out, err } = await lint(args);
      assert.deepEqual([code, out], [2, ''], args.join(' '));
      assert.match(err, expected);
      assert.ok(!err.includes('    at '), 'no stack');
    }
  });

  it('tells its version and how it is used', async () => {
    assert.match((await lint(['--version'])).out, /^\d+\.\d+\.\d+\n$/);
    const help = await lint(['--help']);
    assert.deepEqual([help.code, help.err], [0, '']);
    assert.match(help.out, /^Usage: tavora-lint \[dir\]/);
  });
});
