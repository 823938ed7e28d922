import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { TavoraClient } from '../../src/client';
import { operations } from '../../src/runtime/openapi/operations';
import { endpointOf, endpoints, type ReducedServer, startReduced } from '../fixtures/servers/reduced';
import { manifestOf, sampleFiles } from './support/manifest';

const evalFile = (input: string) =>
  JSON.stringify({ input, expectations: [{ kind: 'contains', value: 'order' }] });

const files = sampleFiles({
  'agents/support/agent.jsonc': JSON.stringify({
    id: 'support',
    name: 'Support',
    model: 'local/rehearsal',
    persona: 'persona.md',
    capabilities: ['require'],
    skills: ['skills/*'],
    evals: ['evals/*.json'],
  }),
  'agents/support/evals/one.json': evalFile('Where is my order 12?'),
  'agents/support/evals/two.json': evalFile('What does order 12 cost?'),
});

const called = (path: string) => path.replace(/:\w+/g, '{}');
const described = (path: string) => path.replace(/\{\w+\}/g, '{}');

describe('the list of the public reference', () => {
  const served = operations.filter(({ outside }) => !outside);

  it('names only what the runtime has too', () => {
    const all = new Set(served.map(({ method, path }) => `${method.toUpperCase()} ${described(path)}`));
    const unknown = endpoints.filter(({ method, path }) => !all.has(`${method} ${called(path)}`));
    assert.deepEqual(unknown, []);
  });

  it('leaves out what only the runtime has', () => {
    const known = new Set(endpoints.map(({ method, path }) => `${method} ${called(path)}`));
    const extras = served
      .map(({ method, path }) => `${method.toUpperCase()} ${described(path)}`)
      .filter((name) => !known.has(name));
    for (const name of [
      'GET /source-export',
      'POST /source-diff',
      'PATCH /agents/{}',
      'POST /eval-runs/{}/cancel',
      'POST /skills/run',
      'PUT /project/vault',
      'GET /openapi.json',
    ]) {
      assert.ok(extras.includes(name), name);
    }
    assert.ok(extras.filter((name) => name.includes(' /debug/')).length > 3);
  });

  it('takes the exact path before one with a part left open', () => {
    assert.equal(endpointOf('GET', '/agents/system-prompt')?.path, '/agents/system-prompt');
    assert.equal(endpointOf('GET', '/agents/42')?.path, '/agents/:id');
    assert.equal(endpointOf('GET', '/agents/42/more'), undefined);
    assert.equal(endpointOf('DELETE', '/project'), undefined);
  });
});

describe('a server of the public reference', () => {
  let server: ReducedServer;
  let client: TavoraClient;
  let full: TavoraClient;
  let agentId = '';

  before(async () => {
    server = await startReduced();
    client = new TavoraClient({ baseUrl: server.url, apiKey: server.apiKey });
    full = new TavoraClient({ baseUrl: server.full.url, apiKey: server.full.apiKey });
    const { agents } = await client.source.sync(await manifestOf(files));
    agentId = agents[0]?.agentId ?? '';
  });
  after(async () => {
    await client.close();
    await full.close();
    await server.close();
  });

  const raw = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${server.url}/api/sdk${path}`, { headers: { 'X-API-Key': server.apiKey } });
    return (await answer.json()) as T;
  };
  const ended = async (id: string) => {
    for (;;) {
      const detail = await client.evals.run(id);
      if (detail.run.status !== 'running' && detail.run.status !== 'pending') return detail;
      await delay(20);
    }
  };

  it('says 404 to what is no part of it, and notes that it was asked', async () => {
    assert.equal(await client.source.export('shop'), undefined);
    assert.equal(await client.source.diff(await manifestOf(files)), undefined);
    const session = await client.sessions.create({ agent_id: agentId, target: 'draft' });
    assert.equal(await client.sessions.rename(session.id, 'Another'), false);
    assert.deepEqual(server.refused.slice(-3), [
      'GET /source-export',
      'POST /source-diff',
      `PATCH /agents/${session.id}`,
    ]);
    const outside = await fetch(`${server.url}/elsewhere`);
    assert.equal(outside.status, 404);
  });

  it('asks for the key as any other', async () => {
    const answer = await fetch(`${server.url}/api/sdk/project`, { headers: { 'X-API-Key': 'tvr_wrong' } });
    assert.equal(answer.status, 401);
  });

  it('deploys, and shows versions and agents with the public fields only', async () => {
    const deployed = await client.source.deploy({ project: 'shop' });
    assert.equal(deployed.agents[0]?.semver, '1.0.0');
    const [version] = await raw<object[]>(`/agent-configs/${agentId}/versions`);
    const [rich] = await full.configs.versions(agentId);
    assert.equal((version as { id: string }).id, rich?.id);
    assert.deepEqual(
      Object.keys(version ?? {}).filter(
        (name) =>
          !/^(id|agent_id|semver|persona_md|skills_json|stores_json|provider|model|eval_suite_\w+|created_\w+)$/.test(
            name,
          ),
      ),
      [],
    );
    const [config] = await raw<object[]>('/agent-configs');
    assert.ok(config && !('code_first_environment' in config) && 'code_first_project' in config);
  });

  it('runs all cases once whatever the body asks, and gives results without what is the runtime’s own', async () => {
    const started = await client.evals.start(agentId, { target: 'draft', case_names: ['one'], repeat: 3 });
    assert.equal(started.total_cases, 2);
    const { results } = await ended(started.id);
    assert.equal(results.length, 2);
    const detail = await raw<{ run: object; results: object[] }>(`/eval-runs/${started.id}`);
    assert.deepEqual(Object.keys(detail).sort(), ['results', 'run']);
    for (const name of ['source_hash', 'agent_id', 'target', 'repeat'])
      assert.ok(!(name in detail.run), name);
    for (const result of detail.results) {
      assert.ok('score' in result && !('session_id' in result) && !('pass_threshold' in result));
    }
    assert.ok((await full.evals.run(started.id)).results[0]?.session_id, 'the server behind knows more');
  });

  it('runs the draft only when it is asked for it', async () => {
    const { id } = await client.evals.start(agentId, { target: 'draft' });
    assert.equal((await full.evals.run(id)).run.target, 'draft');
    const live = await client.evals.start(agentId);
    assert.equal((await full.evals.run(live.id)).run.target, 'live');
    await ended(id);
    await ended(live.id);
  });

  it('cannot stop a run', async () => {
    const { id } = await client.evals.start(agentId, { target: 'draft' });
    assert.equal(await client.evals.cancel(id), undefined);
    assert.equal((await ended(id)).run.status, 'completed');
  });

  it('lets the stream of a run through as it comes, with a question in the middle', async () => {
    const session = await client.sessions.create({ agent_id: agentId, target: 'draft' });
    const types: string[] = [];
    for await (const event of client.sessions.run(session.id, 'Please refund order 12')) {
      types.push(event.type);
      if (event.type === 'input_request') {
        const id = String(event.args?.request_id);
        await client.sessions.input(session.id, { request_id: id, value: true });
      }
    }
    assert.ok(types.includes('input_request'), types.join());
    assert.equal(types.at(-1), 'done');
    const { steps } = await client.sessions.get(session.id);
    assert.ok(steps.length > 1);
  });

  it('stops a run that is left', async () => {
    const session = await client.sessions.create({ agent_id: agentId, target: 'draft' });
    for await (const event of client.sessions.run(session.id, 'Please refund order 12')) {
      if (event.type === 'input_request') break;
    }
    for (;;) {
      const { status } = (await full.sessions.get(session.id)).session;
      if (status !== 'running' && status !== 'waiting') break;
      await delay(20);
    }
  });

  it('takes only the fields of a replay that are public', async () => {
    const session = await client.sessions.create({ agent_id: agentId, target: 'draft' });
    for await (const _ of client.sessions.run(session.id, 'Where is order 12?'));
    let model: unknown;
    for await (const event of client.studio.replay(session.id, { from_step: 0, model: 'nobody/has-this' })) {
      if (event.type === 'done') model = event.summary?.session_id;
    }
    assert.ok(model, 'a model that nobody has would have failed the replay');
  });

  it('keeps a refusal’s issues and leaves its further details out', async () => {
    const bad = sampleFiles({ 'agents/support/agent.jsonc': '{ "id": "support" ' });
    const answer = await fetch(`${server.url}/api/sdk/source-sync`, {
      method: 'PUT',
      headers: { 'X-API-Key': server.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify(await manifestOf(bad)),
    });
    assert.equal(answer.status, 422);
    const body = (await answer.json()) as { issues: object[] };
    assert.ok(body.issues.length > 0);
    assert.deepEqual(
      Object.keys(body).filter((name) => !['error', 'message', 'code', 'issues'].includes(name)),
      [],
    );
  });

  it('passes a body on that is no JSON, and files as they are', async () => {
    const headers = { 'X-API-Key': server.apiKey, 'content-type': 'application/json' };
    const bad = await fetch(`${server.url}/api/sdk/indexes`, { method: 'POST', headers, body: '{"name": ' });
    assert.equal(bad.status, 400);
    const made = await fetch(`${server.url}/api/sdk/indexes`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ name: 'Handbook', nothing: 'of ours' }),
    });
    const { id } = (await made.json()) as { id: string };
    const form = new FormData();
    form.set('index_id', id);
    form.set('file', new File(['# Größe\n'], 'größe.md'));
    form.set('metadata', JSON.stringify({ lang: 'de' }));
    const sent = await fetch(`${server.url}/api/sdk/indexes/${id}/documents`, {
      method: 'POST',
      headers: { 'X-API-Key': server.apiKey },
      body: form,
    });
    assert.ok(sent.ok, await sent.clone().text());
    assert.equal((await raw<{ total: number }>(`/documents?metadata.lang=de`)).total, 1);
    assert.equal((await raw<{ total: number }>(`/documents?metadata.lang=en`)).total, 0);
  });
});
