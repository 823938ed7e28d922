import assert from 'node:assert/strict';
import {
  type AgentConfig,
  type AgentVersion,
  type DiffResult,
  type ExportResult,
  type ManifestAgent,
  sourceHeader,
} from '../../../src/protocol';
import { manifestOf, sampleFiles } from '../support/manifest';
import { Server } from '../support/server';
import { sourceOf } from '../support/source';

describe('deploying source over HTTP', () => {
  const server = new Server();
  beforeEach(() => server.start());
  afterEach(() => server.dispose());

  const { sync, deploy } = sourceOf(server);

  describe('deploy', () => {
    it('counts versions: same source, same version; content is a patch, abilities are a minor step', async () => {
      const versions: string[][] = [];
      const step = async (files: Record<string, string>) => {
        await sync(await manifestOf(files));
        const { status, body } = await deploy();
        assert.equal(status, 200, JSON.stringify(body));
        versions.push([body.agents[0]?.semver ?? '', body.version]);
        return body;
      };
      const first = await step(sampleFiles());
      const again = await step(sampleFiles());
      assert.equal(again.agents[0]?.versionId, first.agents[0]?.versionId);
      const kind = sampleFiles({ 'agents/support/persona.md': 'Kinder.' });
      await step(kind);
      const more = { ...kind, 'agents/support/skills/extra.js': 'return 1;' };
      await step(more);
      await step(sampleFiles());
      assert.deepEqual(versions, [
        ['1.0.0', 'v1'],
        ['1.0.0', 'v1'],
        ['1.0.1', 'v2'],
        ['1.1.0', 'v3'],
        ['1.2.0', 'v4'],
      ]);
      const id = first.agents[0]?.agentId;
      const listed = await server.json<AgentVersion[]>('GET', `/agent-configs/${id}/versions`);
      assert.deepEqual(
        listed.body.map((version) => version.semver),
        ['1.2.0', '1.1.0', '1.0.1', '1.0.0'],
      );
      const second = await server.json<AgentVersion>(
        'GET',
        `/agent-configs/${id}/versions/${listed.body[2]?.id}`,
      );
      assert.equal(second.body.persona_md, 'Kinder.');
      const config = await server.json<AgentConfig>('GET', `/agent-configs/${id}`);
      assert.equal(config.body.active_version_id, listed.body[0]?.id);
      assert.ok(config.body.published_at);
    });

    it('says from which folder the source of a version came, where the client told', async () => {
      const from = async (persona: string, headers: Record<string, string>) => {
        const manifest = await manifestOf(sampleFiles({ 'agents/support/persona.md': persona }));
        await server.request('PUT', '/source-sync', manifest, { headers });
        return (await deploy()).body.agents[0];
      };
      const first = await from('Silent.', {});
      const second = await from('Told.', { [sourceHeader]: 'file:///home/ada/shop' });
      const versions = await server.json<AgentVersion[]>('GET', `/agent-configs/${first?.agentId}/versions`);
      assert.deepEqual(
        versions.body.slice(0, 2).map(({ id, created_by: by }) => [id, by]),
        [
          [second?.versionId, 'file:///home/ada/shop'],
          [first?.versionId, null],
        ],
      );
      const config = await server.json<AgentConfig>('GET', `/agent-configs/${first?.agentId}`);
      assert.equal(config.body.active_created_by, 'file:///home/ada/shop');
    });

    it('gives a version as the files that it was made of, whatever came after', async () => {
      const manifest = await manifestOf(sampleFiles());
      await sync(manifest);
      const { agentId, versionId } = (await deploy()).body.agents[0] ?? {};
      await sync(await manifestOf(sampleFiles({ 'agents/support/persona.md': 'Another.' })));
      await deploy();
      const path = `/agent-configs/${agentId}/versions/${versionId}`;
      const { body } = await server.json<ManifestAgent>('GET', `${path}/files`);
      assert.deepEqual(body, manifest.agents[0]);
      const version = await server.json<AgentVersion>('GET', path);
      assert.equal(version.body.source_hash, manifest.agents[0]?.sourceHash);
      for (const unknown of [
        `/agent-configs/${agentId}/versions/none/files`,
        `/agent-configs/none/versions/${versionId}/files`,
      ]) {
        const refused = await server.json<{ code: string }>('GET', unknown);
        assert.equal(refused.status, 404);
        assert.equal(refused.body.code, 'NOT_FOUND');
      }
    });

    it('deploys the one agent that is named', async () => {
      const files = sampleFiles({
        'agents/sales/agent.jsonc': JSON.stringify({ id: 'sales', name: 'Sales', model: 'test/scripted' }),
      });
      await sync(await manifestOf(files));
      const one = await deploy({ localAgentId: 'sales' });
      assert.deepEqual(
        one.body.agents.map((agent) => agent.localId),
        ['sales'],
      );
      const all = await deploy();
      assert.deepEqual(
        all.body.agents.map((agent) => [agent.localId, agent.semver]),
        [
          ['sales', '1.0.0'],
          ['support', '1.0.0'],
        ],
      );
    });

    it('does not know a project or agent that was never synced', async () => {
      assert.equal((await deploy()).status, 404);
      await sync(await manifestOf(sampleFiles()));
      assert.equal((await deploy({ localAgentId: 'nobody' })).status, 404);
    });
  });

  describe('rename', () => {
    const rename = (oldLocalId: string, newLocalId: string) =>
      server.json('POST', '/source-rename', { project: 'shop', oldLocalId, newLocalId });

    it('keeps the agent', async () => {
      const { body } = await sync(await manifestOf(sampleFiles()));
      const answer = await rename('support', 'help');
      const agentId = body.agents[0]?.agentId;
      assert.deepEqual(answer.body, { agentId, oldLocalId: 'support', newLocalId: 'help' });
      const config = JSON.stringify({ id: 'help', name: 'Help', model: 'test/scripted' });
      const after = await sync(await manifestOf(sampleFiles({ 'agents/support/agent.jsonc': config })));
      assert.equal(after.body.agents[0]?.agentId, agentId);
    });

    it('refuses a taken id, an unknown agent and an empty id', async () => {
      const files = sampleFiles({
        'agents/sales/agent.jsonc': JSON.stringify({ id: 'sales', name: 'Sales', model: 'test/scripted' }),
      });
      await sync(await manifestOf(files));
      assert.deepEqual(await statusAndCode(rename('support', 'sales')), [409, 'conflict']);
      assert.deepEqual(await statusAndCode(rename('nobody', 'x')), [404, 'NOT_FOUND']);
      assert.deepEqual(await statusAndCode(rename('support', ' ')), [400, 'bad_request']);
    });
  });

  describe('delete', () => {
    const remove = (body: Record<string, unknown>) =>
      server.json('POST', '/source-delete', { project: 'shop', ...body });

    it('wants force, then takes everything but the sessions', async () => {
      const { body } = await sync(await manifestOf(sampleFiles()));
      await deploy();
      const agentId = body.agents[0]?.agentId;
      const session = await server.json<{ id: string }>('POST', '/agents', { agent_id: agentId });
      assert.deepEqual(await statusAndCode(remove({ localId: 'support' })), [409, 'force_required']);
      assert.deepEqual(await statusAndCode(remove({ localId: 'support', force: false })), [
        409,
        'force_required',
      ]);
      const done = await remove({ localId: 'support', force: true });
      assert.deepEqual(done.body, { agentId, localId: 'support', deleted: true });
      assert.equal((await server.json('GET', `/agent-configs/${agentId}`)).status, 404);
      assert.deepEqual((await server.json('GET', '/skills')).body, { skills: [] });
      assert.equal((await server.json('GET', `/agents/${session.body.id}`)).status, 200);
      const run = await server.json('POST', `/agents/${session.body.id}/run`, { message: 'hi' });
      assert.deepEqual([run.status, run.body.code], [409, 'conflict']);
      assert.deepEqual(await statusAndCode(remove({ localId: 'support', force: true })), [404, 'NOT_FOUND']);
    });
  });

  describe('export and diff', () => {
    it('gives back what was synced, byte by byte', async () => {
      const manifest = await manifestOf(sampleFiles({ 'agents/support/persona.md': 'Grüße 🙂\r\n' }));
      await sync(manifest);
      const { body } = await server.json<ExportResult>('GET', '/source-export?project=shop');
      assert.deepEqual(body, { project: 'shop', agents: manifest.agents });
    });

    it('wants to know which project', async () => {
      assert.deepEqual(await statusAndCode(server.json('GET', '/source-export')), [400, 'bad_request']);
      assert.deepEqual(await statusAndCode(server.json('GET', '/source-export?project=none')), [
        404,
        'NOT_FOUND',
      ]);
    });

    it('names what differs, and how', async () => {
      await sync(await manifestOf(sampleFiles()));
      const diff = async (files: Record<string, string>) =>
        (await server.json<DiffResult>('POST', '/source-diff', await manifestOf(files))).body;
      assert.deepEqual(await diff(sampleFiles()), { inSync: true, paths: [] });
      const files = sampleFiles({
        'agents/support/persona.md': 'Another.',
        'agents/support/skills/new.js': 'return 1;',
      });
      delete files['agents/support/skills/tone.md'];
      assert.deepEqual(await diff(files), {
        inSync: false,
        paths: [
          { path: 'agents/support/persona.md', state: 'changed' },
          { path: 'agents/support/skills/new.js', state: 'local-only' },
          { path: 'agents/support/skills/tone.md', state: 'server-only' },
        ],
      });
    });
  });

  async function statusAndCode(answer: Promise<{ status: number; body: Record<string, unknown> }>) {
    const { status, body } = await answer;
    return [status, body.code];
  }
});
