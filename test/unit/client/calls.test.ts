import assert from 'node:assert/strict';
import type { TavoraClient } from '../../../src/client';
import { apiFailure, connectionFailure, harness, key } from './harness';
import { config, deployed, manifest, project, session, skill, step, synced, version } from './samples';

const { serve, connect } = harness();

describe('the calls of the client', () => {
  type Row = [string, (client: TavoraClient) => Promise<unknown>, string, string, unknown, unknown?];
  const analysis = { prompt_changes: 'p', reasoning: 'r' };
  const rows: Row[] = [
    ['project', (c) => c.project(), 'GET', '/project', project],
    [
      'sessions.create',
      (c) => c.sessions.create({ agent_id: 'c1', target: 'draft' }),
      'POST',
      '/agents',
      session,
      { agent_id: 'c1', target: 'draft' },
    ],
    [
      'sessions.list',
      (c) => c.sessions.list({ limit: 5, offset: 10 }),
      'GET',
      '/agents?limit=5&offset=10',
      { sessions: [session] },
    ],
    ['sessions.get', (c) => c.sessions.get('s 1/2'), 'GET', '/agents/s%201%2F2', { session, steps: [step] }],
    [
      'sessions.rename',
      (c) => c.sessions.rename('s1', 'Refunds'),
      'PATCH',
      '/agents/s1',
      session,
      { title: 'Refunds' },
    ],
    ['sessions.delete', (c) => c.sessions.delete('s1'), 'DELETE', '/agents/s1', ''],
    [
      'sessions.input',
      (c) => c.sessions.input('s1', { request_id: 'r', value: true }),
      'POST',
      '/agents/s1/input',
      '',
      { request_id: 'r', value: true },
    ],
    [
      'sessions.systemPrompt',
      (c) => c.sessions.systemPrompt(),
      'GET',
      '/agents/system-prompt',
      { prompt: 'Be kind.' },
    ],
    ['configs.list', (c) => c.configs.list(), 'GET', '/agent-configs', [config]],
    ['configs.get', (c) => c.configs.get('c1'), 'GET', '/agent-configs/c1', config],
    ['configs.versions', (c) => c.configs.versions('c1'), 'GET', '/agent-configs/c1/versions', [version]],
    [
      'configs.version',
      (c) => c.configs.version('c1', 'v1'),
      'GET',
      '/agent-configs/c1/versions/v1',
      version,
    ],
    ['configs.delete', (c) => c.configs.delete('c1'), 'DELETE', '/agent-configs/c1', ''],
    [
      'configs.settings',
      (c) => c.configs.settings('c1', { eval_suite_id: '' }),
      'PATCH',
      '/agent-configs/c1/settings',
      config,
      { eval_suite_id: '' },
    ],
    [
      'vaults.deleteSecret',
      (c) => c.vaults.deleteSecret('v 1', 'a/b'),
      'DELETE',
      '/secret-vaults/v%201/secrets/a%2Fb',
      '',
    ],
    [
      'models.ids',
      (c) => c.models.ids(),
      'GET',
      '/models',
      { object: 'list', data: [{ id: 'local/rehearsal', object: 'model', owned_by: 'local' }] },
    ],
    [
      'settings.read',
      (c) => c.settings.read(),
      'GET',
      '/project/settings',
      { fetch_allow: ['api.example.com'] },
    ],
    [
      'settings.change',
      (c) => c.settings.change({ fetch_allow: ['*'] }),
      'PATCH',
      '/project/settings',
      { fetch_allow: ['*'] },
      { fetch_allow: ['*'] },
    ],
    ['source.sync', (c) => c.source.sync(manifest), 'PUT', '/source-sync', synced, manifest],
    [
      'source.validate',
      (c) => c.source.validate(manifest),
      'POST',
      '/source-validate',
      { issues: [] },
      manifest,
    ],
    [
      'source.deploy',
      (c) => c.source.deploy({ project: 'support', runEvals: true }),
      'POST',
      '/source-deploy',
      deployed,
      { project: 'support', runEvals: true },
    ],
    [
      'source.rename',
      (c) => c.source.rename({ project: 'p', oldLocalId: 'a', newLocalId: 'b' }),
      'POST',
      '/source-rename',
      { agentId: 'c1', oldLocalId: 'a', newLocalId: 'b' },
      { project: 'p', oldLocalId: 'a', newLocalId: 'b' },
    ],
    [
      'source.delete',
      (c) => c.source.delete({ project: 'p', localId: 'a', force: true }),
      'POST',
      '/source-delete',
      { agentId: 'c1', localId: 'a', deleted: true },
      { project: 'p', localId: 'a', force: true },
    ],
    [
      'source.export',
      (c) => c.source.export('my project'),
      'GET',
      '/source-export?project=my+project',
      { project: 'p', agents: [] },
    ],
    ['source.diff', (c) => c.source.diff(manifest), 'POST', '/source-diff', { inSync: true }, manifest],
    ['skills.list', (c) => c.skills.list(), 'GET', '/skills', { skills: [skill] }],
    ['skills.get', (c) => c.skills.get('k1'), 'GET', '/skills/k1', skill],
    [
      'skills.validate',
      (c) => c.skills.validate({ name: 'n', type: 'module', code: 'x' }),
      'POST',
      '/skills/validate',
      { valid: true },
      { name: 'n', type: 'module', code: 'x', prompt: 'x' },
    ],
    ['skills.guide', (c) => c.skills.guide(), 'GET', '/skills/authoring-guide', '# Skills'],
    [
      'studio.trace',
      (c) => c.studio.trace('s1'),
      'GET',
      '/studio/s1',
      { session, steps: [step], system_prompt: 'x', tools: [] },
    ],
    [
      'studio.analyze',
      (c) => c.studio.analyze('s1', { failed_steps: [2], expected_outcome: 'o' }),
      'POST',
      '/studio/s1/analyze',
      analysis,
      { failed_steps: [2], expected_outcome: 'o' },
    ],
    ['templates.list', (c) => c.templates.list(), 'GET', '/prompt-templates', { templates: [] }],
  ];
  for (const [name, call, method, path, answer, body] of rows) {
    it(`${name} is ${method} ${path}`, async () => {
      const server = await serve({ kind: 'answer', body: answer });
      await call(connect(server.url));
      const request = await server.request(1);
      assert.equal(request.method, method);
      assert.equal(request.path, `/api/sdk${path}`);
      assert.equal(request.headers['x-api-key'], key);
      assert.deepEqual(request.body ? JSON.parse(request.body) : undefined, body);
      assert.equal(request.headers['content-type'], body === undefined ? undefined : 'application/json');
    });
  }

  it('say which folder is synced from, in letters that a header can carry', async () => {
    const server = await serve({ kind: 'answer', body: synced });
    await connect(server.url, { source: '/home/jörg/日本/a b' }).source.sync(manifest);
    const { headers } = await server.request(1);
    assert.equal(headers['x-tavora-source'], '/home/j%C3%B6rg/%E6%97%A5%E6%9C%AC/a b');
  });

  it('leave the key and the folder out when there are none', async () => {
    const server = await serve({ kind: 'answer', body: synced });
    await connect(server.url, { apiKey: undefined }).source.sync(manifest);
    const { headers } = await server.request(1);
    assert.equal('x-api-key' in headers, false);
    assert.equal('x-tavora-source' in headers, false);
  });

  it('share connections', async () => {
    const server = await serve({ kind: 'answer', body: project });
    const client = connect(server.url);
    for (let n = 0; n < 8; n++) await client.project();
    // A second one may be opened while the first still hears the end of its answer.
    assert.ok(new Set(server.requests.map(({ connection }) => connection)).size <= 2);
  });

  it('refuse a key that cannot be one, without repeating it', () => {
    assert.throws(
      () => connect('http://localhost:1', { apiKey: 'tvr_abc\r\nX-Evil: 1' }),
      (error: Error) => error instanceof TypeError && !error.message.includes('tvr_abc'),
    );
  });
});

describe('what the client makes of answers', () => {
  it('keeps fields it does not know', async () => {
    const server = await serve({ kind: 'answer', body: { ...project, plan: { seats: 3 } } });
    assert.deepEqual((await connect(server.url).project()).plan, { seats: 3 });
  });

  it('reads skills of a version parsed or as text', async () => {
    const skills = [{ name: 'refund' }];
    const server = await serve([
      { kind: 'answer', body: { ...version, skills_json: skills } },
      { kind: 'answer', body: { ...version, skills_json: JSON.stringify(skills) } },
    ]);
    const client = connect(server.url);
    assert.deepEqual((await client.configs.version('c1', 'v1')).skills_json, skills);
    assert.deepEqual((await client.configs.version('c1', 'v1')).skills_json, skills);
  });

  for (const status of [404, 405, 501]) {
    it(`knows from ${status} that a session cannot be renamed there`, async () => {
      const server = await serve({ kind: 'answer', status, body: { message: 'No such route.' } });
      assert.equal(await connect(server.url).sessions.rename('s1', 'Refunds'), false);
    });
  }

  const lists: [string, unknown, number][] = [
    ['in an envelope', { sessions: [session], total: 1 }, 1],
    ['bare', [session, session], 2],
    ['as null', null, 0],
    ['as a null in an envelope', { sessions: null }, 0],
    ['empty', { sessions: [] }, 0],
  ];
  for (const [form, body, count] of lists) {
    it(`reads a list ${form}`, async () => {
      const server = await serve({ kind: 'answer', body });
      assert.equal((await connect(server.url).sessions.list()).length, count);
    });
  }

  for (const body of [{ rows: [session] }, { sessions: {} }, 7, { sessions: [{ id: 5 }] }]) {
    it(`refuses ${JSON.stringify(body)} for a list`, async () => {
      const server = await serve({ kind: 'answer', body });
      const error = await connectionFailure(connect(server.url).sessions.list());
      assert.equal(error.reason, 'garbage');
    });
  }

  it('names the field and the address of an answer that does not fit', async () => {
    const server = await serve({
      kind: 'answer',
      body: { session, steps: [step, { ...step, step_index: 'two' }] },
    });
    const error = await connectionFailure(connect(server.url).sessions.get('s1'));
    assert.equal(error.reason, 'garbage');
    assert.match(error.message, /“steps\.1\.step_index” is not of type number/);
    assert.ok(error.message.includes(`GET ${server.url}/api/sdk/agents/s1`), error.message);
  });

  for (const status of [404, 405, 501]) {
    it(`does without export and diff when they answer ${status}`, async () => {
      const server = await serve({ kind: 'answer', status, body: { code: 'x' } });
      const client = connect(server.url);
      assert.equal(await client.source.export('p'), undefined);
      assert.equal(await client.source.diff(manifest), undefined);
    });
  }

  it('does not take another refusal of export for “unknown”', async () => {
    const server = await serve({ kind: 'answer', status: 401, body: {} });
    assert.equal((await apiFailure(connect(server.url).source.export('p'))).status, 401);
  });
});
