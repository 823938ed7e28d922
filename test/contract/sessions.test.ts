import assert from 'node:assert/strict';
import { primitives } from '../../src/project';
import type { AgentSession, DeployResult, Issue, Project, SyncResult } from '../../src/protocol';
import { ModelError } from '../../src/runtime/models/errors';
import { manifestOf, sampleFiles } from './support/manifest';
import { Server } from './support/server';

describe('sessions over HTTP', () => {
  const server = new Server();
  let agentId = '';

  before(async () => {
    await server.start();
    agentId = await sync();
  });
  after(() => server.dispose());

  async function sync(change: Record<string, string> = {}): Promise<string> {
    const answer = await server.json<SyncResult>(
      'PUT',
      '/source-sync',
      await manifestOf(sampleFiles(change)),
    );
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body.agents[0]?.agentId ?? '';
  }

  const create = (body: unknown) =>
    server.json<AgentSession & Record<string, unknown>>('POST', '/agents', body);

  it('shows what a session without an agent is told', async () => {
    const { status, body } = await server.json<{ prompt: string }>('GET', '/agents/system-prompt');
    assert.equal(status, 200);
    assert.match(body.prompt, /JavaScript/);
    assert.match(body.prompt, /search\(/);
  });

  it('shows the project that the key opens', async () => {
    const { status, body } = await server.json<Project>('GET', '/project');
    assert.equal(status, 200);
    assert.equal(body.slug, 'local');
    assert.match(body.created_at, /^\d{4}-\d\d-\d\dT/);
  });

  it('creates a session of a draft and says what it is made of', async () => {
    const { status, body } = await create({
      agent_id: agentId,
      target: 'draft',
      title: 'Mine',
      metadata: { mine: 1 },
      later: 'kept apart',
    });
    assert.equal(status, 201);
    assert.equal(body.title, 'Mine');
    assert.equal(body.status, 'idle');
    assert.equal(body.step_count, 0);
    assert.deepEqual(body.metadata, { mine: 1, agent_id: agentId, local_id: 'support', target: 'draft' });
    assert.equal('index_ids' in body, false);
    const read = await server.json<{ session: AgentSession; steps: unknown[] }>('GET', `/agents/${body.id}`);
    assert.deepEqual(read.body, { session: body, steps: [] });
  });

  it('keeps an empty list of indexes apart from none given', async () => {
    assert.deepEqual((await create({ index_ids: [] })).body.index_ids, []);
  });

  for (const [what, body, status, code, field] of [
    ['a target that is neither', { target: 'staging' }, 400, 'bad_request', 'target'],
    ['a foreign index', { index_ids: ['idx_1'] }, 400, 'bad_request', 'index_ids'],
    ['a model that is not configured', { model: 'openai/gpt-5' }, 400, 'bad_request', 'model'],
    ['a target without an agent', { target: 'draft' }, 400, 'bad_request', 'agent_id'],
    ['an unknown agent', { agent_id: 'nobody' }, 404, 'NOT_FOUND', undefined],
    ['a body that is a list', [], 400, 'bad_request', undefined],
    ['metadata that is text', { metadata: 'x' }, 400, 'bad_request', 'metadata'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const answer = await create(body);
      assert.deepEqual([answer.status, answer.body.code, answer.body.field], [status, code, field]);
      assert.equal(typeof answer.body.error, 'string');
      assert.equal(typeof answer.body.message, 'string');
    });
  }

  it('has no live session before a deployment, and one pinned to a version after it', async () => {
    const early = await create({ agent_id: agentId, target: 'live' });
    assert.deepEqual([early.status, early.body.code], [409, 'conflict']);
    const deployed = await server.json<DeployResult>('POST', '/source-deploy', { project: 'shop' });
    const versionId = deployed.body.agents[0]?.versionId;
    const live = await create({ agent_id: agentId });
    assert.equal(live.body.metadata?.target, 'live');
    const pinned = await create({ agent_id: agentId, agent_version_id: versionId });
    assert.equal(pinned.body.metadata?.agent_version_id, versionId);
    assert.equal((await create({ agent_id: agentId, agent_version_id: 'v' })).status, 404);
    const byVersion = await create({ agent_version_id: versionId, metadata: null });
    assert.equal(byVersion.body.metadata?.agent_id, agentId);
    assert.equal((await create({ agent_version_id: 'v' })).status, 404);
    assert.equal(
      (await create({ agent_id: agentId, agent_version_id: versionId, target: 'draft' })).status,
      400,
    );

    await sync({ 'agents/support/persona.md': 'Changed.' });
    await server.json('POST', '/source-deploy', { project: 'shop' });
    server.model.says('Live.', 'Pinned.');
    await server.run(live.body.id, 'hi');
    assert.match(server.model.requests.at(-1)?.system ?? '', /Changed\./);
    await server.run(pinned.body.id, 'hi');
    assert.match(server.model.requests.at(-1)?.system ?? '', /You help customers/);
  });

  it('lists sessions newest first, a page at a time', async () => {
    const ids: string[] = [];
    for (let number = 0; number < 3; number++) ids.unshift((await create({ title: `No ${number}` })).body.id);
    const page = async (query: string) =>
      (await server.json<{ sessions: AgentSession[] }>('GET', `/agents${query}`)).body.sessions.map(
        ({ id }) => id,
      );
    assert.deepEqual((await page('?limit=3')).sort(), [...ids].sort());
    const [first, second] = [await page('?limit=2'), await page('?limit=2&offset=2')];
    assert.equal(new Set([...first, ...second]).size, 4);
    assert.deepEqual(await page('?offset=100000'), []);
    const wrong = await server.json('GET', '/agents?limit=none');
    assert.deepEqual([wrong.status, wrong.body.field], [400, 'limit']);
  });

  it('lists sessions of some statuses only', async () => {
    const { id } = (await create({ title: 'Never run' })).body;
    const ran = (await create({ title: 'Has run' })).body.id;
    server.model.says('Hello.');
    await server.run(ran, 'hi');
    const ids = async (query: string) =>
      (
        await server.json<{ sessions: AgentSession[] }>('GET', `/agents?limit=500&${query}`)
      ).body.sessions.map((session) => session.id);
    const idle = await ids('status=idle');
    assert.deepEqual([idle.includes(id), idle.includes(ran)], [true, false]);
    const both = await ids('status=idle,completed');
    assert.deepEqual([both.includes(id), both.includes(ran)], [true, true]);
    assert.deepEqual(await ids('status=nothing'), []);
    const empty = await server.json('GET', '/agents?status=');
    assert.deepEqual([empty.status, empty.body.field], [400, 'status']);
  });

  it('gives a session another title', async () => {
    const { body } = await server.json<AgentSession>('POST', '/agents', { title: 'First' });
    const renamed = await server.json<AgentSession>('PATCH', `/agents/${body.id}`, { title: ' Refunds ' });
    assert.deepEqual([renamed.status, renamed.body.title], [200, 'Refunds']);
    for (const title of [' ', 7, undefined]) {
      const refused = await server.json('PATCH', `/agents/${body.id}`, { title });
      assert.deepEqual([refused.status, refused.body.field], [400, 'title']);
    }
    assert.equal((await server.json('PATCH', '/agents/none', { title: 'x' })).status, 404);
    const { sessions } = (await server.json<{ sessions: AgentSession[] }>('GET', '/agents')).body;
    assert.equal(sessions.find(({ id }) => id === body.id)?.title, 'Refunds');
  });

  it('deletes a session with its steps', async () => {
    const { body } = await create({});
    assert.equal((await server.request('DELETE', `/agents/${body.id}`)).status, 204);
    assert.equal((await server.request('DELETE', `/agents/${body.id}`)).status, 404);
    assert.equal((await server.request('GET', `/agents/${body.id}`)).status, 404);
  });

  for (const [method, path, body] of [
    ['GET', '/agents/none', undefined],
    ['POST', '/agents/none/run', { message: 'hi' }],
    ['POST', '/agents/none/input', { request_id: 'r', value: true }],
    ['GET', '/agent-configs/none', undefined],
    ['DELETE', '/agent-configs/none', undefined],
    ['PATCH', '/agent-configs/none/settings', {}],
    ['GET', '/agent-configs/none/versions', undefined],
    ['GET', '/agent-configs/none/versions/none', undefined],
    ['GET', '/nowhere', undefined],
    ['PUT', '/project', {}],
  ] as const) {
    it(`answers ${method} ${path} with the envelope of NOT_FOUND`, async () => {
      const answer = await server.json(method, path, body);
      assert.equal(answer.status, 404);
      assert.equal(answer.body.code, 'NOT_FOUND');
      assert.equal(answer.body.error, 'Not Found');
      assert.match(String(answer.body.message), /was not found\.$/);
    });
  }

  for (const [what, body, field] of [
    ['no message', {}, 'message'],
    ['an empty message', { message: '  ' }, 'message'],
    ['a number', { message: 1 }, 'message'],
  ] as const) {
    it(`refuses a run with ${what}`, async () => {
      const { body: session } = await create({});
      const answer = await server.json('POST', `/agents/${session.id}/run`, body);
      assert.deepEqual([answer.status, answer.body.field], [400, field]);
    });
  }

  it('refuses an answer that is neither boolean nor text', async () => {
    const { body: session } = await create({});
    const answer = await server.json('POST', `/agents/${session.id}/input`, { request_id: 'r', value: 1 });
    assert.deepEqual([answer.status, answer.body.field], [400, 'value']);
  });

  it('says before the stream that a model cannot be called', async () => {
    const { body: session } = await create({});
    const { resolve } = server.model;
    server.model.resolve = () => {
      throw new ModelError('Set OPENAI_API_KEY.', 'not_configured', false);
    };
    try {
      const answer = await server.json('POST', `/agents/${session.id}/run`, { message: 'hi' });
      assert.deepEqual(
        [answer.status, answer.body.code, answer.body.message, answer.body.reason],
        [502, 'model_failed', 'Set OPENAI_API_KEY.', 'not_configured'],
      );
    } finally {
      server.model.resolve = resolve;
    }
  });

  it('clears the pinned eval suite, and knows none to pin', async () => {
    const settings = (body: unknown) => server.json('PATCH', `/agent-configs/${agentId}/settings`, body);
    assert.equal((await settings({ eval_suite_id: '' })).body.eval_suite_id, null);
    assert.deepEqual((await settings({ eval_suite_id: 'x' })).body.field, 'eval_suite_id');
  });

  it('deletes an agent', async () => {
    const id = await sync({ 'tavora.jsonc': '{ "project": "other" }' });
    assert.equal((await server.request('DELETE', `/agent-configs/${id}`)).status, 204);
    assert.equal((await server.request('GET', `/agent-configs/${id}`)).status, 404);
  });

  describe('skills', () => {
    const validate = (body: unknown) =>
      server.json<{ valid: boolean; issues: Issue[] } & Record<string, unknown>>(
        'POST',
        '/skills/validate',
        body,
      );

    it('finds a fault with its place', async () => {
      const { status, body } = await validate({ name: 'x', type: 'module', code: 'const a = 1;\nreturn (;' });
      assert.equal(status, 200);
      assert.equal(body.valid, false);
      assert.deepEqual([body.issues[0]?.code, body.issues[0]?.line], ['skill-js-parse', 2]);
    });

    it('has nothing to say of a sound skill, sent under either name', async () => {
      assert.deepEqual((await validate({ name: 'x', type: 'module', code: 'return args.a;' })).body, {
        valid: true,
        issues: [],
      });
      assert.equal((await validate({ name: 'x', type: 'module', prompt: 'return (;' })).body.valid, false);
      assert.equal((await validate({ name: 'x', type: 'prompt', prompt: 'Be kind.' })).body.valid, true);
    });

    it('wants the source', async () => {
      const answer = await validate({ name: 'x', type: 'module' });
      assert.deepEqual([answer.status, answer.body.field], [400, 'code']);
    });

    it('has a guide that names every primitive of the sandbox', async () => {
      const answer = await server.request('GET', '/skills/authoring-guide');
      assert.match(answer.headers.get('content-type') ?? '', /^text\/markdown/);
      const guide = await answer.text();
      for (const { name, signature } of primitives) {
        assert.ok(guide.includes(`### ${name}`) && guide.includes(signature), name);
      }
    });

    it('registers exactly those primitives in the sandbox', async () => {
      const { body } = await create({});
      const check = primitives.map(({ name }) => `typeof ${name}`).join(', ');
      server.model.says(`\`\`\`js\n[${check}].join()\n\`\`\``, 'Done.');
      const events = await server.run(body.id, 'what is there?');
      const found = String(events.find((event) => event.type === 'execute_js_result')?.result).split(',');
      assert.deepEqual(
        primitives.map(({ name }, index) => [name, found[index]]),
        primitives.map(({ name }) => [name, name === 'data' ? 'object' : 'function']),
      );
    });
  });

  describe('what there is not', () => {
    for (const path of ['GET /nowhere', 'PUT /metrics', 'GET /agents/1/run', 'POST /agents/1', 'GET /']) {
      it(`answers ${path} with 404, naming it`, async () => {
        const [method = '', pathname = ''] = path.split(' ');
        const answer = await server.json(method, pathname, method === 'GET' ? undefined : {});
        assert.deepEqual([answer.status, answer.body.code], [404, 'NOT_FOUND']);
        assert.match(String(answer.body.message), new RegExp(`^${method} /api/sdk${pathname}`));
      });
    }

    it('wants the key there too', async () => {
      assert.equal((await fetch(`${server.ready.url}/api/sdk/nowhere`)).status, 401);
    });
  });

  describe('who is answered', () => {
    const get = async (headers: Record<string, string>) => {
      const answer = await fetch(`${server.ready.url}/api/sdk/project`, { headers });
      return [answer.status, ((await answer.json()) as { code?: string }).code];
    };

    it('nobody without the key', async () => {
      assert.deepEqual(await get({}), [401, 'unauthorized']);
      assert.deepEqual(await get({ 'X-API-Key': 'tvr_wrong' }), [401, 'unauthorized']);
      assert.deepEqual(await get({ Authorization: `Bearer ${server.ready.apiKey}` }), [401, 'unauthorized']);
    });

    it('no page of another site, even with the key', async () => {
      const key = { 'X-API-Key': server.ready.apiKey };
      assert.deepEqual(await get({ ...key, Origin: 'https://evil.example' }), [403, 'forbidden_origin']);
      assert.deepEqual(await get({ ...key, Origin: 'http://localhost:5173' }), [200, undefined]);
    });
  });
});
