import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  type AgentSession,
  type AgentStep,
  apiBase,
  type ReadyLine,
  type SyncResult,
} from '../../src/protocol';
import { manifestOf, sampleFiles } from './support/manifest';
import { RuntimeProcess } from './support/process';
import { EventReader } from './support/server';

const asksFirst = sampleFiles({
  'agents/support/agent.jsonc': JSON.stringify({
    id: 'support',
    name: 'Support',
    model: 'local/rehearsal',
    skills: ['skills/refund.js'],
  }),
  'agents/support/skills/refund.js':
    '/**\n * Refunds an order.\n * @param {object} args\n * @param {string} args.id - Number of the order.\n */\nmodule.exports = function refund(args) {\n  return { refunded: confirm("Refund " + args.id + "?") };\n};\n',
});

describe('the runtime as a process', () => {
  let data = '';
  const processes: RuntimeProcess[] = [];

  beforeEach(async () => {
    data = await mkdtemp(path.join(os.tmpdir(), 'tavora-process-'));
  });

  afterEach(async () => {
    for (const one of processes.splice(0)) await one.kill();
    await rm(data, { recursive: true, force: true });
  });

  function start(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): RuntimeProcess {
    const started = new RuntimeProcess(data, args, env);
    processes.push(started);
    return started;
  }

  async function call<T>(ready: ReadyLine, method: string, pathname: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${ready.url}${apiBase}${pathname}`, {
      method,
      headers: { 'X-API-Key': ready.apiKey },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return (await answer.json()) as T;
  }

  /** A session that has asked a question and waits for the answer. */
  async function waiting(ready: ReadyLine): Promise<{ id: string; stream: EventReader }> {
    const synced = await call<SyncResult>(ready, 'PUT', '/source-sync', await manifestOf(asksFirst));
    const agentId = synced.agents[0]?.agentId;
    const { id } = await call<AgentSession>(ready, 'POST', '/agents', { agent_id: agentId, target: 'draft' });
    const answer = await fetch(`${ready.url}${apiBase}/agents/${id}/run`, {
      method: 'POST',
      headers: { 'X-API-Key': ready.apiKey },
      body: JSON.stringify({ message: 'Please refund order A-1002' }),
    });
    if (!answer.body) throw new Error('The run has no stream.');
    const stream = new EventReader(answer.body);
    await stream.until('input_request');
    return { id, stream };
  }

  it('prints exactly one line of JSON and logs to stderr', async () => {
    const one = start();
    const ready = await one.ready();
    assert.match(ready.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.match(ready.apiKey, /^tvr_[\w-]{43}$/);
    assert.equal(ready.pid, one.child.pid);
    assert.equal(ready.version, JSON.parse(await readFile('package.json', 'utf8')).version);
    await call(ready, 'GET', '/project');
    one.child.kill('SIGTERM');
    await one.ended;
    assert.equal(one.output.length, 1);
    assert.match(one.errors, /info {2}listening on http:\/\/127\.0\.0\.1/);
    assert.doesNotMatch(one.errors, /ExperimentalWarning/);
  });

  it('makes another key at each start, and takes one that it is given', async () => {
    const first = start();
    const { apiKey } = await first.ready();
    await first.kill();
    const second = start();
    assert.notEqual((await second.ready()).apiKey, apiKey);
    await second.kill();
    const third = start(['--api-key', 'tvr_0123456789abcdef']);
    const ready = await third.ready();
    assert.equal(ready.apiKey, 'tvr_0123456789abcdef');
    assert.equal((await call<{ slug: string }>(ready, 'GET', '/project')).slug, 'local');
  });

  it('keeps no key in its folder', async () => {
    const one = start(['--api-key', 'tvr_0123456789abcdef']);
    await one.ready();
    for (const name of await readdir(data)) {
      assert.ok(!(await readFile(path.join(data, name), 'latin1')).includes('tvr_0123456789'), name);
    }
  });

  it('reads a session back whole after it was killed in the middle of its run', async () => {
    const first = start();
    const { id } = await waiting(await first.ready());
    await first.kill();
    const ready = await start().ready();
    const read = await call<{ session: AgentSession; steps: AgentStep[] }>(ready, 'GET', `/agents/${id}`);
    assert.equal(read.session.status, 'interrupted');
    assert.ok(read.session.finished_at);
    const types = read.steps.map((step) => step.step_type);
    assert.deepEqual([types[0], types.at(-1)], ['message', 'input_request']);
    assert.ok(types.includes('execute_js'));
    assert.deepEqual(
      read.steps.map((step) => step.step_index),
      read.steps.map((_step, index) => index),
    );
    assert.equal(read.session.step_count, read.steps.length);
    const asked = read.steps.at(-1)?.tool_args as { request_id: string } | undefined;
    const late = await call<{ code: string }>(ready, 'POST', `/agents/${id}/input`, {
      request_id: asked?.request_id,
      value: true,
    });
    assert.equal(late.code, 'conflict');
  });

  it('keeps every sync that it has acknowledged before it is killed', async () => {
    const first = start();
    const synced = await call<SyncResult>(
      await first.ready(),
      'PUT',
      '/source-sync',
      await manifestOf(asksFirst),
    );
    await first.kill();
    const ready = await start().ready();
    const configs = await call<{ id: string }[]>(ready, 'GET', '/agent-configs');
    assert.deepEqual(
      configs.map(({ id }) => id),
      synced.agents.map(({ agentId }) => agentId),
    );
  });

  // Windows has no signals that a process could handle; there the end of stdin is the way.
  for (const signal of process.platform === 'win32' ? [] : (['SIGTERM', 'SIGINT'] as const)) {
    it(`ends in order on ${signal}: the run is told, its session marked`, async () => {
      const first = start();
      const { id, stream } = await waiting(await first.ready());
      first.child.kill(signal);
      assert.deepEqual(await stream.rest(), [{ type: 'error', content: 'The runtime is shutting down.' }]);
      assert.equal(await first.ended, 0);
      const ready = await start().ready();
      const read = await call<{ session: AgentSession }>(ready, 'GET', `/agents/${id}`);
      assert.equal(read.session.status, 'interrupted');
    });
  }

  it('ends with its parent, told by the end of stdin', async () => {
    const one = start(['--parent-stdin']);
    await one.ready();
    one.child.stdin?.end();
    assert.equal(await one.ended, 0);
    assert.match(one.errors, /the parent has gone/);
  });

  it('goes on after the end of stdin when it was not told to watch it', async () => {
    const one = start();
    const ready = await one.ready();
    one.child.stdin?.end();
    assert.equal((await call<{ slug: string }>(ready, 'GET', '/project')).slug, 'local');
    assert.equal(one.child.exitCode, null);
  });

  it('tells a second process on its folder who has it, and frees it when it ends', async () => {
    const first = start();
    await first.ready();
    const second = start();
    assert.equal(await second.ended, 1);
    assert.ok(second.errors.includes(`is in use by process ${first.child.pid}`), second.errors);
    assert.deepEqual(second.output, []);
    first.child.kill('SIGTERM');
    await first.ended;
    assert.ok(await start().ready());
  });

  it('takes over the folder of a process that was killed', async () => {
    const first = start();
    await first.ready();
    await first.kill();
    assert.ok(await start().ready());
  });

  for (const [what, args, message] of [
    ['a port that is none', ['--port', '99999'], /--port must be a number from 0 to 65535/],
    ['an unknown option', ['--prot', '1'], /--prot/],
    ['a key that no header can carry', ['--api-key', 'tvr_ 1'], /without spaces/],
    ['an unknown level', ['--log-level', 'loud'], /--log-level must be one of/],
    ['a limit that is none', ['--max-steps', '0'], /--max-steps must be a whole number from 1/],
  ] as const) {
    it(`refuses ${what} with a sentence, and nothing after it`, async () => {
      const one = start(args);
      assert.equal(await one.ended, 2);
      assert.match(one.errors.trimEnd().split('\n').at(-1) ?? '', message);
      assert.deepEqual(one.output, []);
    });
  }

  it('says which port is taken', async () => {
    const ready = await start().ready();
    const other = await mkdtemp(path.join(os.tmpdir(), 'tavora-process-'));
    const second = new RuntimeProcess(other, ['--port', new URL(ready.url).port]);
    try {
      assert.equal(await second.ended, 1);
      assert.match(second.errors, /The port \d+ of 127\.0\.0\.1 is taken\. Choose another with --port/);
    } finally {
      await second.kill();
      await rm(other, { recursive: true, force: true });
    }
  });

  it('wants to know its data folder', async () => {
    const child = spawn(process.execPath, [path.resolve('dist/runtime.js')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 2);
    assert.match(errors, /--data is missing/);
  });
});
