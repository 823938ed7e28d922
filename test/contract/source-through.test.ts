import assert from 'node:assert/strict';
import type {
  AgentConfig,
  AgentVersion,
  DeployResult,
  DiffResult,
  ExportResult,
  Issue,
  Manifest,
  Skill,
  SyncResult,
} from '../../src/protocol';
import { manifestOf, sampleFiles } from './support/manifest';
import { Server } from './support/server';

const configPath = 'agents/support/agent.jsonc';

function withConfig(change: Record<string, unknown>, more: Record<string, string> = {}) {
  const config = {
    id: 'support',
    name: 'Support',
    model: 'test/scripted',
    persona: 'persona.md',
    skills: ['skills/*'],
  };
  return sampleFiles({ [configPath]: JSON.stringify({ ...config, ...change }), ...more });
}

describe('what a sync writes through, over HTTP', () => {
  const server = new Server();
  beforeEach(() => server.start());
  afterEach(() => server.dispose());

  const sync = async (files: Record<string, string>, change: Partial<Manifest> = {}) =>
    server.json<SyncResult>('PUT', '/source-sync', { ...(await manifestOf(files)), ...change });
  const get = async <T>(path: string) => (await server.json<T>('GET', path)).body;
  const configs = () => get<AgentConfig[]>('/agent-configs');
  const deploy = (body: Record<string, unknown> = {}) =>
    server.json<DeployResult>('POST', '/source-deploy', { project: 'shop', ...body });

  describe('of MCP servers', () => {
    const crm = {
      name: 'crm',
      url: 'http://127.0.0.1:9/mcp',
      auth: { type: 'bearer', tokenRef: 'crm_token' },
    };
    const servers = async () =>
      (await get<{ skills: Skill[] }>('/skills')).skills.filter(({ type }) => type === 'mcp');

    it('are skills of the type mcp, without a secret', async () => {
      const { body } = await sync(withConfig({ mcp: [crm] }));
      const [server_, ...others] = await servers();
      assert.deepEqual(others, []);
      assert.equal(server_?.name, 'crm');
      assert.deepEqual(server_?.config, {
        agent_id: body.agents[0]?.agentId,
        path: configPath,
        url: crm.url,
        transport: 'streamable_http',
        auth: { type: 'bearer', secretRef: 'crm_token' },
      });
      assert.deepEqual(await get(`/skills/${server_?.id}`), server_);
    });

    it('keep their id by their name, take changes, and go when they are gone', async () => {
      await sync(withConfig({ mcp: [crm] }));
      const [before] = await servers();
      await sync(withConfig({ mcp: [{ ...crm, transport: 'sse' }] }));
      const [after] = await servers();
      assert.equal(after?.id, before?.id);
      assert.equal((after?.config as { transport?: string } | undefined)?.transport, 'sse');
      await sync(withConfig({}));
      assert.deepEqual(await servers(), []);
    });

    it('may not have the name of a skill', async () => {
      const { status } = await sync(withConfig({ mcp: [{ ...crm, name: 'order' }] }));
      assert.equal(status, 422);
      assert.deepEqual(await servers(), []);
    });
  });

  it('of indexes says which there are not', async () => {
    await server.json('POST', '/indexes', { name: 'policies' });
    const { body } = await sync(withConfig({ indexes: ['policies', 'prices'] }));
    const unknown = (body.serverIssues ?? []).filter(({ code }) => code === 'unknown-index');
    assert.deepEqual(
      unknown.map(({ severity, file, line, message }) => [severity, file, line, message]),
      [
        [
          'warn',
          configPath,
          1,
          'Agent "support" names the index "prices", which this project does not have.',
        ],
      ],
    );
    const checked = await server.json<{ issues: Issue[] }>(
      'POST',
      '/source-validate',
      await manifestOf(withConfig({ indexes: ['prices'] })),
    );
    assert.ok(checked.body.issues.some(({ code }) => code === 'unknown-index'));
  });

  describe('by environment', () => {
    const staging = { environment: 'staging' };
    const persona = (text: string) => sampleFiles({ 'agents/support/persona.md': text });

    it('is apart: agents, drafts and versions of one are not those of another', async () => {
      const here = await sync(persona('Here.'));
      const there = await sync(persona('There.'), staging);
      const [mine, theirs] = [here.body.agents[0]?.agentId, there.body.agents[0]?.agentId];
      assert.notEqual(mine, theirs);
      assert.deepEqual(
        (await configs()).map(({ id, code_first_environment: environment, persona_md }) => [
          id,
          environment,
          persona_md,
        ]),
        [
          [mine, '', 'Here.'],
          [theirs, 'staging', 'There.'],
        ],
      );
      const deployed = await deploy(staging);
      assert.deepEqual(
        deployed.body.agents.map(({ agentId, semver }) => [agentId, semver]),
        [[theirs, '1.0.0']],
      );
      assert.deepEqual(await get<AgentVersion[]>(`/agent-configs/${mine}/versions`), []);
      assert.equal((await get<AgentConfig>(`/agent-configs/${mine}`)).active_version_id, null);
    });

    it('warns of two folders within one environment only', async () => {
      const from = async (folder: string, change: Partial<Manifest>) => {
        const body = JSON.stringify({ ...(await manifestOf(sampleFiles())), ...change });
        const answer = await server.request('PUT', '/source-sync', body, {
          headers: { 'content-type': 'application/json', 'X-Tavora-Source': folder },
        });
        const { serverIssues } = (await answer.json()) as SyncResult;
        return (serverIssues ?? []).filter(({ code }) => code === 'two-folders').length;
      };
      assert.equal(await from('/home/ann', {}), 0);
      assert.equal(await from('/home/bob', staging), 0);
      assert.equal(await from('/home/bob', {}), 1);
      assert.equal(await from('/home/bob', staging), 0);
    });

    it('is what export, diff, rename and delete go by', async () => {
      await sync(persona('Here.'));
      await sync(persona('There.'), staging);
      const exported = await get<ExportResult>('/source-export?project=shop&environment=staging');
      const file = exported.agents[0]?.files.find(({ path }) => path.endsWith('persona.md'));
      assert.equal(Buffer.from(file?.content ?? '', 'base64').toString(), 'There.');
      const diff = async (change: Partial<Manifest>) =>
        (
          await server.json<DiffResult>('POST', '/source-diff', {
            ...(await manifestOf(persona('There.'))),
            ...change,
          })
        ).body;
      assert.deepEqual(await diff(staging), { inSync: true, paths: [] });
      assert.equal((await diff({})).inSync, false);
      const rename = { project: 'shop', oldLocalId: 'support', newLocalId: 'help' };
      assert.equal((await server.json('POST', '/source-rename', { ...rename, ...staging })).status, 200);
      assert.deepEqual(
        (await configs()).map(({ code_first_local_id: local, code_first_environment: environment }) => [
          environment,
          local,
        ]),
        [
          ['', 'support'],
          ['staging', 'help'],
        ],
      );
      const gone = { project: 'shop', localId: 'support', force: true };
      assert.equal((await server.json('POST', '/source-delete', { ...gone, ...staging })).status, 404);
      assert.equal((await server.json('POST', '/source-delete', gone)).status, 200);
      assert.equal((await configs()).length, 1);
    });

    it('that nothing was synced to is 404', async () => {
      await sync(sampleFiles());
      const { status, body } = await deploy({ environment: 'prod' });
      assert.equal(status, 404);
      assert.match(
        String((body as unknown as { message: string }).message),
        /"shop" in the environment "prod"/,
      );
      assert.equal((await server.json('GET', '/source-export?project=shop&environment=prod')).status, 404);
    });

    it('counts its deployments together with the others', async () => {
      await sync(persona('Here.'));
      await sync(persona('There.'), staging);
      assert.equal((await deploy()).body.version, 'v1');
      assert.equal((await deploy(staging)).body.version, 'v2');
      assert.equal((await deploy()).body.version, 'v1', 'nothing changed here since');
    });

    it('that is no text is refused', async () => {
      const { status } = await server.json('PUT', '/source-sync', {
        ...(await manifestOf(sampleFiles())),
        environment: 7,
      });
      assert.equal(status, 400);
      assert.equal((await deploy({ environment: 7 })).status, 400);
    });
  });
});
