import assert from 'node:assert/strict';
import { ApiError, TavoraClient } from '../../src/client';
import { type AgentSession, type RunEvent, replaySessionId } from '../../src/protocol';
import { manifestOf, sampleFiles } from './support/manifest';
import { Server } from './support/server';

const block = (source: string) => `\`\`\`js\n${source}\n\`\`\``;

/** The client checks each answer against the wire's schemas, so that each call that works here is one that agrees. */
describe('the client and the runtime', () => {
  const server = new Server();
  let client: TavoraClient;
  let agentId = '';

  before(async () => {
    await server.start();
    client = new TavoraClient({ baseUrl: server.ready.url, apiKey: server.ready.apiKey });
  });

  after(async () => {
    await client.close();
    await server.dispose();
  });

  beforeEach(async () => {
    const { agents } = await client.source.sync(await manifestOf(sampleFiles()));
    agentId = agents[0]?.agentId ?? '';
  });

  const open = (): Promise<AgentSession> => client.sessions.create({ agent_id: agentId, target: 'draft' });

  async function read(stream: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
    const events: RunEvent[] = [];
    for await (const event of stream) events.push(event);
    return events;
  }

  async function refusal(call: Promise<unknown>): Promise<ApiError> {
    const error = await call.then(
      () => assert.fail('It worked.'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof ApiError, String(error));
    return error;
  }

  it('agree on who is asking', async () => {
    assert.ok((await client.project()).id);
    const stranger = new TavoraClient({ baseUrl: server.ready.url, apiKey: 'tvr_not_the_key' });
    const error = await refusal(stranger.project());
    await stranger.close();
    assert.equal(error.status, 401);
    assert.match(error.message, /does not accept the API key/);
  });

  it('agree on a project, from its files to a version and back', async () => {
    const manifest = await manifestOf(sampleFiles());
    assert.deepEqual((await client.source.validate(manifest)).issues, []);
    assert.equal((await client.source.diff(manifest))?.inSync, true);
    const changed = await manifestOf(sampleFiles({ 'agents/support/persona.md': 'You are brief.' }));
    assert.deepEqual((await client.source.diff(changed))?.paths, [
      { path: 'agents/support/persona.md', state: 'changed' },
    ]);

    const { agents } = await client.source.deploy({ project: 'shop' });
    const exported = await client.source.export('shop');
    assert.deepEqual(
      exported?.agents[0]?.files.map(({ path, hash }) => [path, hash]),
      manifest.agents[0]?.files.map(({ path, hash }) => [path, hash]),
    );
    const versions = await client.configs.versions(agentId);
    assert.ok(versions.some(({ semver }) => semver === agents[0]?.semver));
    assert.equal((await client.configs.get(agentId)).active_version_id, agents[0]?.versionId);
    assert.ok((await client.configs.list()).some(({ id }) => id === agentId));
  });

  it('agree on what is wrong with a project', async () => {
    const broken = await manifestOf(sampleFiles({ 'agents/support/skills/order.js': 'module.exports = {' }));
    const { issues } = await client.source.validate(broken);
    const error = await refusal(client.source.sync(broken));
    assert.equal(error.status, 422);
    assert.equal(error.code, 'validation_failed');
    for (const found of [issues, error.issues]) {
      assert.ok(found.some(({ file, line }) => file === 'agents/support/skills/order.js' && line === 1));
    }
  });

  it('agree on skills, their validator and the guide', async () => {
    const skills = await client.skills.list();
    const order = skills.find(({ name }) => name === 'order');
    assert.equal((await client.skills.get(order?.id ?? '')).type, 'module');
    const issues = await client.skills.validate({ name: 'x', type: 'module', code: 'module.exports = {' });
    assert.ok(Array.isArray(issues) && issues[0]?.line === 1);
    assert.deepEqual(
      await client.skills.validate({ name: 'x', type: 'module', code: 'module.exports = () => 1;' }),
      [],
    );
    assert.match(await client.skills.guide(), /^# /);
    assert.match(await client.sessions.systemPrompt(), /JavaScript/);
  });

  it('agree on a run, its trace and a replay', async () => {
    const session = await open();
    server.model.says(`I look.\n\n${block('require("order")({ id: "7" })')}`, 'It costs 42.');
    const stream = client.sessions.run(session.id, 'What does order 7 cost?');
    const events = await read(stream);
    assert.equal((await stream.outcome).kind, 'done');
    assert.ok(events.some(({ type, content }) => type === 'response' && content?.includes('It costs 42.')));

    const trace = await client.studio.trace(session.id);
    const kept = await client.sessions.get(session.id);
    assert.deepEqual(
      kept.steps.map(({ step_type }) => step_type),
      trace.steps.map(({ step_type }) => step_type),
    );
    assert.ok((await client.sessions.list({ limit: 1 })).some(({ id }) => id === session.id));

    server.model.says('Anew: 42.');
    const last = trace.steps.find(({ step_type }) => step_type === 'response')?.step_index ?? 0;
    const replayed = await read(client.studio.replay(session.id, { from_step: last }));
    const started = replayed[0];
    assert.equal(started?.type, 'replay_started');
    const id = started && replaySessionId(started);
    assert.ok(id && id !== session.id);
    assert.equal((await client.studio.trace(id)).session.metadata?.parent_session_id, session.id);
  });

  it('agree on a question in the middle of a run', async () => {
    const session = await open();
    server.model.says(block('require("refund")({ id: "7" })'), 'Done.');
    const stream = client.sessions.run(session.id, 'Refund order 7');
    const values: unknown[] = [];
    for await (const event of stream) {
      if (event.type === 'input_request') {
        const request_id = String(event.args?.request_id);
        assert.equal(
          (await refusal(client.sessions.input(session.id, { request_id: 'no', value: true }))).status,
          404,
        );
        await client.sessions.input(session.id, { request_id, value: true });
      }
      if (event.type === 'execute_js_result') values.push(event.result);
    }
    assert.equal((await stream.outcome).kind, 'done');
    assert.match(JSON.stringify(values), /"refunded":true/);
  });

  it('agree on what a deleted session is', async () => {
    const { id } = await open();
    await client.sessions.delete(id);
    const error = await refusal(client.sessions.get(id));
    assert.equal(error.code, 'NOT_FOUND');
  });

  it('agree on renaming and deleting an agent', async () => {
    const names = { project: 'shop', oldLocalId: 'support', newLocalId: 'help' };
    assert.equal((await client.source.rename(names)).newLocalId, 'help');
    const gone = { project: 'shop', localId: 'help' };
    assert.equal((await refusal(client.source.delete(gone))).code, 'force_required');
    assert.equal((await client.source.delete({ ...gone, force: true })).deleted, true);
  });

  it('agree on a run that the runtime does not survive', async () => {
    const session = await open();
    server.model.says(block('require("refund")({ id: "7" })'));
    const stream = client.sessions.run(session.id, 'Refund order 7');
    let ending: Promise<void> | undefined;
    for await (const event of stream) if (event.type === 'input_request') ending = server.stop();
    await ending;
    const outcome = await stream.outcome;
    assert.ok(outcome.kind === 'cut' || outcome.kind === 'error', outcome.kind);

    await server.start();
    const again = new TavoraClient({ baseUrl: server.ready.url, apiKey: server.ready.apiKey });
    const { steps } = await again.sessions.get(session.id);
    await again.close();
    assert.ok(steps.some(({ step_type }) => step_type === 'input_request'));
  });
});
