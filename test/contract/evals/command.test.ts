import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type FaultServer, startFaultServer } from '../../fixtures/servers';
import { type ReducedServer, startReduced } from '../../fixtures/servers/reduced';
import { RuntimeProcess } from '../support/process';

const program = path.resolve('dist/eval.js');

interface Printed {
  cases: Record<string, unknown>[];
  passed: number;
  failed: number;
}

/** The built command as a process, as CI runs it. */
class Command {
  readonly child: ChildProcess;
  out = '';
  err = '';
  readonly ended: Promise<number | null>;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const { TAVORA_URL, TAVORA_API_KEY, ...inherited } = process.env;
    this.child = spawn(process.execPath, [program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...inherited, TAVORA_CONFIG: path.resolve('out/no-config.yaml'), ...env },
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
    });
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** Settles when stderr holds something. @throws when the command ends first */
  async says(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.err)) {
      if (this.child.exitCode !== null) throw new Error(`It ended without saying ${pattern}: ${this.err}`);
      await Promise.race([once(this.child.stderr ?? this.child, 'data'), this.ended]);
    }
  }
}

async function run(args: readonly string[], env?: NodeJS.ProcessEnv) {
  const command = new Command(args, env);
  const code = await command.ended;
  return { code, out: command.out, err: command.err };
}

const good = {
  name: 'Order',
  input: 'Where is my order 12?',
  expectations: [{ kind: 'contains', value: '42' }],
};
const bad = {
  name: 'Weather',
  input: 'Where is my order 12?',
  expectations: [{ kind: 'contains', value: 'sunny' }],
};

describe('tavora-eval', function () {
  // Each run is a process, some with a runtime of their own.
  this.timeout(120_000);

  let home: string;
  let temporary: string;
  let runtime: RuntimeProcess;
  let url: string;
  let key: string;
  before(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'tavora eval command '));
    temporary = path.join(home, 'temporary');
    await mkdir(temporary);
    runtime = new RuntimeProcess(path.join(home, 'data'));
    ({ url, apiKey: key } = await runtime.ready());
  });
  after(async () => {
    await runtime.kill();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });

  /** Writes a project with one agent a key, whose evals are the value. @returns its folder */
  async function project(name: string, agents: Record<string, object[]>, config = ''): Promise<string> {
    const folder = path.join(home, name);
    const write = async (file: string, text: string) => {
      const full = path.join(folder, ...file.split('/'));
      await mkdir(path.dirname(full), { recursive: true });
      await writeFile(full, text);
    };
    await write('tavora.jsonc', `{ "project": "${name}"${config} }`);
    for (const [id, evals] of Object.entries(agents)) {
      const agent = {
        id,
        name: id,
        model: 'local/rehearsal',
        capabilities: ['require'],
        skills: ['skills/*'],
        evals: ['evals/*'],
      };
      await write(`agents/${id}/agent.jsonc`, JSON.stringify(agent));
      await write(
        `agents/${id}/skills/order.js`,
        '/**\n * Looks up an order.\n * @param {object} args\n * @param {string} args.id - Number of the order.\n */\nmodule.exports = function (args) {\n  return { id: args.id, total: 42 };\n};\n',
      );
      for (const [at, one] of evals.entries())
        await write(`agents/${id}/evals/${at}.json`, JSON.stringify(one));
    }
    return folder;
  }
  const here = (): NodeJS.ProcessEnv => ({ TAVORA_URL: url, TAVORA_API_KEY: key });
  /** With a folder of its own for what is temporary: other programs put things into the machine's. */
  const alone = (): NodeJS.ProcessEnv => ({ TMPDIR: temporary, TEMP: temporary, TMP: temporary });
  const folders = async () => (await readdir(temporary)).filter((name) => name.startsWith('tavora-eval-'));

  it('ends with 0 when all passed, and prints the results only', async () => {
    const folder = await project('shop', { support: [good] });
    const { code, out, err } = await run(['--project', folder], here());
    assert.equal(code, 0, err);
    assert.equal(out, `support (draft, ${url})\n  ✔ Order  10.0 of 7 needed\n\n1 passed, 0 failed.\n`);
    // That none is judged yet is told where it is asked before one is.
    assert.match(err, /Syncing shop to http.*\n(support: 0 of 1 judged\.\n)?support: 1 of 1 judged\.\n$/);
    assert.ok(!err.includes(key) && !out.includes(key));
  });

  it('keeps cases of one name apart, also against a baseline', async () => {
    const folder = await project('twins', { support: [good, { ...bad, name: 'Order' }] });
    const { out } = await run(['--project', folder, '--format', 'json'], here());
    const { cases } = JSON.parse(out) as Printed;
    assert.deepEqual(
      cases.map(({ name, pass }) => [name, pass]),
      [
        ['Order (evals/0.json)', true],
        ['Order (evals/1.json)', false],
      ],
    );
    const baseline = path.join(home, 'twins.json');
    await writeFile(baseline, out);
    await writeFile(
      path.join(folder, 'agents/support/evals/0.json'),
      JSON.stringify({ ...bad, name: 'Order' }),
    );
    const { code, out: text } = await run(['--project', folder, '--baseline', baseline], here());
    assert.equal(code, 1);
    assert.match(text, /✘ Order \(evals\/0\.json\) .*was 10\.0[\s\S]*\n1 got worse than the baseline\.\n$/);
  });

  it('ends with 1 when one failed, of the agent that is named only', async () => {
    const folder = await project('two', { first: [good], second: [good, bad] });
    assert.equal((await run(['first', '--project', folder], here())).code, 0);
    const { code, out } = await run(['second', '--project', folder, '--format', 'json'], here());
    const printed = JSON.parse(out) as Printed;
    assert.deepEqual(Object.keys(printed), ['cases', 'passed', 'failed']);
    const { cases, passed, failed } = printed;
    assert.deepEqual([code, passed, failed], [1, 1, 1]);
    assert.deepEqual(Object.keys(cases[0] ?? {}), [
      'agent',
      'name',
      'score',
      'threshold',
      'pass',
      'reasoning',
      'duration_ms',
      'session_id',
    ]);
    assert.deepEqual(
      cases.map(({ agent, name, pass, score }) => [agent, name, pass, score]),
      [
        ['second', 'Order', true, 10],
        ['second', 'Weather', false, 0],
      ],
    );
    assert.match(String(cases[1]?.reasoning), /sunny/);
    assert.match(String(cases[1]?.session_id), /\S/);
  });

  it('is started by its name, as npx starts what a package brings', async () => {
    const { bin } = JSON.parse(await readFile('package.json', 'utf8')) as { bin: Record<string, string> };
    const linked = path.join(home, 'tavora-eval');
    await symlink(path.resolve(bin['tavora-eval'] ?? ''), linked);
    const PATH = [path.dirname(process.execPath), process.env.PATH].join(path.delimiter);
    const { stdout } = await promisify(execFile)(linked, ['--help'], { env: { ...process.env, PATH } });
    assert.match(stdout, /tavora-eval \[agent…\]/);
  });

  it('repeats cases, and gives one row each', async () => {
    const folder = await project('again', { support: [good] });
    const { code, out } = await run(['--project', folder, '--repeat', '3'], here());
    assert.equal(code, 0);
    assert.match(out, /✔ Order {2}10\.0 of 7 needed {2}3 of 3 runs\n/);
  });

  it('compares with a baseline: 1 when worse, though all passed', async () => {
    const folder = await project('trend', { support: [{ ...good, pass_threshold: 3 }] });
    const first = await run(['--project', folder, '--format', 'json'], here());
    const base = path.join(home, 'base.json');
    await writeFile(base, first.out);
    const same = await run(['--project', folder, '--baseline', base], here());
    assert.deepEqual([same.code, /None got worse than the baseline\./.test(same.out)], [0, true]);
    const expectations = [...good.expectations, { kind: 'contains', value: 'sunny' }];
    await project('trend', { support: [{ ...good, expectations, pass_threshold: 3 }] });
    const worse = await run(['--project', folder, '--baseline', base, '--format', 'json'], here());
    const printed = JSON.parse(worse.out) as Printed;
    assert.deepEqual([worse.code, printed.failed, printed.cases[0]?.score], [1, 0, 5]);
    assert.match(worse.err, /1 got worse than the baseline: support: Order\.\n$/);
    const borne = await run(['--project', folder, '--baseline', base, '--tolerance', '5'], here());
    assert.equal(borne.code, 0);
  });

  it('runs what is deployed, and says when nothing is', async () => {
    const folder = await project('live', { support: [good] });
    const before = await run(['--project', folder, '--live'], here());
    assert.deepEqual([before.code, before.out], [2, '']);
    assert.match(before.err, /support is not deployed at http.*Deploy it, or take --draft\.\n$/);
    await run(['--project', folder], here());
    const headers = { 'X-API-Key': key, 'content-type': 'application/json' };
    const body = JSON.stringify({ project: 'live' });
    const deployed = await fetch(`${url}/api/sdk/source-deploy`, { method: 'POST', headers, body });
    assert.equal(deployed.status, 200);
    // What is here now would fail; it is not what is deployed.
    await project('live', { support: [{ ...bad, name: 'Order' }] });
    assert.equal((await run(['--project', folder, '--live'], here())).code, 0);
    assert.equal((await run(['--project', folder, '--draft'], here())).code, 1);
  });

  it('needs no server: starts a runtime of its own, and leaves nothing behind', async () => {
    const folder = await project('alone', { support: [good] });
    const { code, out, err } = await run(['--project', folder, '--format', 'junit'], alone());
    assert.equal(code, 0, err);
    assert.match(out, /^<\?xml .*<testsuite name="support" tests="1" failures="0" errors="0"/s);
    assert.match(err, /^Starting the embedded runtime\.\n/);
    assert.deepEqual(await folders(), []);
    const live = await run(['--project', folder, '--live']);
    assert.deepEqual([live.code, live.out], [2, '']);
    assert.match(live.err, /--live needs a server/);
  });

  it('does not follow a project to its server', async () => {
    const server = await startFaultServer({ kind: 'answer', body: {} });
    try {
      const folder = await project('lure', { support: [good] }, `, "apiUrl": "${server.url}"`);
      const { code, err } = await run(['--project', folder], here());
      assert.equal(code, 0, err);
      assert.match(err, /^The project names http.* it is not used/);
      assert.deepEqual(server.requests, []);
    } finally {
      await server.close();
    }
  });

  describe('that cannot run', () => {
    let folder: string;
    before(async () => {
      folder = await project('sound', { support: [good], mute: [] });
    });

    async function refused(
      args: readonly string[],
      env: NodeJS.ProcessEnv,
      expected: RegExp,
    ): Promise<string> {
      const { code, out, err } = await run(args, env);
      assert.deepEqual([code, out], [2, ''], err);
      assert.match(err, expected);
      assert.ok(!err.includes('    at '), `a stack: ${err}`);
      assert.ok(!err.includes(key), 'a key');
      return err;
    }

    it('says so of a broken project, with its issues', async () => {
      const broken = await project('broken', { support: [good] });
      await writeFile(path.join(broken, 'agents/support/skills/order.js'), 'module.exports = function ( {');
      await refused(
        ['--project', broken],
        here(),
        /has errors, so nothing was run\.\n {2}agents\/support\/skills\/order\.js:1:\d+: .*\[skill-js-parse\]/,
      );
    });

    it('says so before it starts a runtime, and of an agent whose evals nobody can read beside one that is sound', async () => {
      const half = await project('half', { sound: [good], torn: [good] });
      await writeFile(path.join(half, 'agents/torn/agent.jsonc'), '{ "id": "torn", "name": ');
      const err = await refused(
        ['--project', half, '--embedded'],
        {},
        /^tavora-eval: The project has errors, so nothing was run\.\n {2}agents\/torn\/agent\.jsonc:/,
      );
      assert.doesNotMatch(err, /Starting/);
      assert.equal((await run(['sound', '--project', half], here())).code, 0);
    });

    it('says so of a project whose agents cannot be found, and of one without a baseline', async () => {
      const lost = await project(
        'lost',
        { support: [good] },
        ', "agents": { "discover": "agents/[ab/agent.jsonc" }',
      );
      await refused(['support', '--project', lost], here(), /\[invalid-agent-glob\]/);
      const nowhere = path.join(home, 'nowhere.json');
      await refused(
        ['--project', folder, '--baseline', nowhere],
        here(),
        /^tavora-eval: There is no baseline .*nowhere\.json\. Make one with --format json/,
      );
      await refused(
        ['--colour'],
        here(),
        /^tavora-eval: Unknown option '--colour'\. --help says what there is\.\n$/,
      );
    });

    it('says so of an agent that is not there, or has no evals', async () => {
      await refused(
        ['nobody', '--project', folder],
        here(),
        /has no agent "nobody"\. It has mute, support\./,
      );
      await refused(
        ['mute', '--project', folder],
        here(),
        /No eval matches "evals\/\*"\. \[missing-eval-file\]/,
      );
      await writeFile(
        path.join(folder, 'agents/mute/agent.jsonc'),
        '{ "id": "mute", "name": "Mute", "model": "local/rehearsal", "skills": ["skills/*"] }',
      );
      await refused(['mute', '--project', folder], here(), /mute has no evals\. Bind some in agent\.jsonc/);
      await refused(['--project', path.join(home, 'nowhere')], here(), /There is no folder /);
    });

    it('says so of a wrong key, without it', async () => {
      const env = { ...here(), TAVORA_API_KEY: 'tvr_wrong-key' };
      const err = await refused(['--project', folder], env, /does not accept the API key/);
      assert.ok(!err.includes('tvr_wrong-key'));
    });

    it('says so of a server that is down, and of one that is none', async () => {
      const env = { TAVORA_URL: 'http://127.0.0.1:9', TAVORA_API_KEY: key };
      await refused(['--project', folder], env, /127\.0\.0\.1:9/);
      const other = await startFaultServer({ kind: 'answer', body: '<h1>It works</h1>' });
      try {
        await refused(['--project', folder], { ...env, TAVORA_URL: other.url }, /where JSON was expected/);
      } finally {
        await other.close();
      }
    });

    it('says so of a server that finds errors in the source', async () => {
      const issues = [
        { file: 'a.js', line: 3, code: 'server-rule', message: 'Not here.', severity: 'fatal' },
      ];
      const body = { error: 'refused', message: 'The source has errors.', code: 'validation_failed', issues };
      const server = await startFaultServer({ kind: 'answer', status: 422, body });
      try {
        const env = { TAVORA_URL: server.url, TAVORA_API_KEY: key };
        await refused(
          ['--project', folder],
          env,
          /The source has errors.*\n {2}a\.js:3: Not here\. \[server-rule\]/,
        );
      } finally {
        await server.close();
      }
    });

    it('says so of a server that dies in the middle', async () => {
      const agents = [{ localId: 'support', agentId: 'a1', sourceHash: 'sha256:0' }];
      const at = '2026-01-01T00:00:00Z';
      const started = { id: 'r1', status: 'running', total_cases: 2, created_at: at };
      let asked = 0;
      const server: FaultServer = await startFaultServer(({ path: name }) => {
        if (name.endsWith('/source-sync')) {
          return { kind: 'answer', body: { draftHash: 'h', agents, syncedAt: at } };
        }
        if (name.endsWith('/eval-runs?target=draft')) return { kind: 'answer', body: { run: started } };
        asked += 1;
        return asked === 1
          ? { kind: 'answer', body: { run: started, results: [], pending: [] } }
          : { kind: 'reset' };
      });
      try {
        const env = { TAVORA_URL: server.url, TAVORA_API_KEY: key };
        await refused(
          ['--project', folder, '--patience', '0.2'],
          env,
          /support: 0 of 2 judged\.\ntavora-eval: .*127/s,
        );
        assert.ok(asked > 2, 'it was waited for');
      } finally {
        await server.close();
      }
    });

    it('says so of a baseline that is none, before anything is sent', async () => {
      await writeFile(path.join(home, 'no-base.json'), '{}');
      const args = ['--project', folder, '--baseline', path.join(home, 'no-base.json')];
      await refused(args, here(), /^tavora-eval: The baseline .* was not written by --format json\.\n$/);
    });
  });

  describe('that is stopped', () => {
    const neverEnding = (folder: string) =>
      writeFile(
        path.join(folder, 'agents/support/skills/order.js'),
        '/**\n * Looks up an order.\n * @param {object} args\n * @param {string} args.id - Number of the order.\n */\nmodule.exports = function (args) {\n  let n = 0;\n  while (n >= 0) n += 1;\n  return { id: args.id };\n};\n',
      );

    it('stops the run on the server', async () => {
      const folder = await project('stopped', { support: [{ ...good, answers: [] }] });
      await neverEnding(folder);
      const command = new Command(['--project', folder], here());
      await command.says(/0 of 1 judged/);
      command.child.kill('SIGINT');
      assert.equal(await command.ended, 130);
      assert.match(command.err, /The run \S+ was stopped\.\ntavora-eval: Stopped\.\n$/);
      assert.equal(command.out, '');
      const id = /The run (\S+) was stopped/.exec(command.err)?.[1];
      const answer = await fetch(`${url}/api/sdk/eval-runs/${id}`, { headers: { 'X-API-Key': key } });
      const { run: stopped } = (await answer.json()) as { run: { status: string } };
      assert.equal(stopped.status, 'cancelled');
    });

    it('ends its own runtime and removes its folder', async () => {
      const folder = await project('gone', { support: [good] });
      // A run that is at its end when the signal comes has its results, and they count.
      await neverEnding(folder);
      const command = new Command(['--project', folder, '--repeat', '20'], alone());
      await command.says(/0 of 20 judged/);
      assert.equal((await folders()).length, 1);
      command.child.kill('SIGTERM');
      assert.equal(await command.ended, 143);
      assert.match(command.err, /tavora-eval: Stopped\.\n$/);
      assert.deepEqual(await folders(), []);
    });
  });

  describe('on a server of the public reference', () => {
    let reduced: ReducedServer;
    before(async () => {
      reduced = await startReduced();
    });
    after(() => reduced.close());

    it('repeats by runs of its own, and has thresholds and names from the files', async () => {
      const folder = await project('reduced', { support: [{ ...good, pass_threshold: 9 }] });
      const env = { TAVORA_URL: reduced.url, TAVORA_API_KEY: reduced.apiKey };
      const { code, out, err } = await run(['--project', folder, '--repeat', '2', '--format', 'json'], env);
      assert.equal(code, 0, err);
      const { cases } = JSON.parse(out) as Printed;
      assert.deepEqual(
        cases.map(({ name, threshold, pass, session_id }) => [name, threshold, pass, session_id]),
        [['Order', 9, true, null]],
      );
      assert.match(err, /support: 2 of 2 judged\.\n$/);
      assert.equal(reduced.asked.filter((one) => /^POST .*\/eval-runs$/.test(one)).length, 2);
      assert.deepEqual(reduced.refused, []);
    });
  });
});
