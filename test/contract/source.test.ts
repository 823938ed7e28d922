import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { agentSourceHash, projectSourceHash } from '../../src/project';
import {
  type AgentConfig,
  type AgentVersion,
  apiBase,
  type DeployResult,
  type DiffResult,
  type ExportResult,
  type Issue,
  type Manifest,
  type ManifestAgent,
  type Skill,
  type SyncResult,
  sourceHeader,
} from '../../src/protocol';
import { manifestOf, sampleFiles } from './support/manifest';
import { Server } from './support/server';

interface Refusal {
  code: string;
  message: string;
  issues: Issue[];
}

/** Changes one file of a manifest after it was hashed. */
function tamper(manifest: Manifest, change: Record<string, unknown>): Manifest {
  const [agent] = manifest.agents;
  const [file] = agent?.files ?? [];
  if (!agent || !file) throw new Error('The manifest is empty.');
  Object.assign(file, change);
  return manifest;
}

/** Makes all hashes of a manifest right again, as an attacker would. */
function rehash(manifest: Manifest): Manifest {
  for (const agent of manifest.agents) {
    const files = agent.files.map(({ path, content }) => ({ path, bytes: Buffer.from(content, 'base64') }));
    agent.sourceHash = agentSourceHash(files);
  }
  manifest.sourceHash = projectSourceHash(manifest.agents);
  return manifest;
}

describe('source over HTTP', () => {
  const server = new Server();
  beforeEach(() => server.start());
  afterEach(() => server.dispose());

  const sync = (manifest: Manifest) => server.json<SyncResult>('PUT', '/source-sync', manifest);
  const deploy = (body: Record<string, unknown> = {}) =>
    server.json<DeployResult>('POST', '/source-deploy', { project: 'shop', ...body });

  async function refused(manifest: Manifest): Promise<Refusal> {
    const answer = await server.json<Refusal>('PUT', '/source-sync', manifest);
    assert.equal(answer.status, 422, JSON.stringify(answer.body));
    assert.equal(answer.body.code, 'validation_failed');
    assert.deepEqual(
      (await server.json<AgentConfig[]>('GET', '/agent-configs')).body,
      [],
      'nothing was kept',
    );
    return answer.body;
  }

  describe('sync', () => {
    it('stages a draft and gives stable ids', async () => {
      const manifest = await manifestOf(sampleFiles());
      const first = await sync(manifest);
      assert.equal(first.status, 200);
      assert.equal(first.body.draftHash, manifest.sourceHash);
      assert.deepEqual(first.body.serverIssues, []);
      const [agent] = first.body.agents;
      assert.equal(agent?.localId, 'support');
      assert.equal(agent?.sourceHash, manifest.agents[0]?.sourceHash);
      const second = await sync(await manifestOf(sampleFiles({ 'agents/support/persona.md': 'Another.' })));
      assert.equal(second.body.agents[0]?.agentId, agent?.agentId);
      assert.equal(second.body.agents[0]?.draftId, agent?.draftId);
      assert.notEqual(second.body.draftHash, first.body.draftHash);
    });

    it('takes content as plain text too, and lets the hash decide', async () => {
      const manifest = await manifestOf(sampleFiles());
      for (const file of manifest.agents[0]?.files ?? []) {
        file.content = Buffer.from(file.content, 'base64').toString('utf8');
      }
      assert.equal((await sync(manifest)).status, 200);
    });

    it('shows the agent, its skills and its hashes', async () => {
      const { body } = await sync(await manifestOf(sampleFiles()));
      const id = body.agents[0]?.agentId;
      const [config] = (await server.json<AgentConfig[]>('GET', '/agent-configs')).body;
      assert.equal(config?.id, id);
      assert.equal(config?.name, 'Support');
      assert.equal(config?.provider, 'test');
      assert.equal(config?.model, 'scripted');
      assert.equal(config?.code_first_project, 'shop');
      assert.equal(config?.code_first_local_id, 'support');
      assert.equal(config?.active_version_id, null);
      assert.match(config?.persona_md ?? '', /You help customers/);
      assert.deepEqual(config?.enabled_capabilities, ['search', 'require', 'indexes', 'ai', 'fetch']);
      const { skills } = (await server.json<{ skills: Skill[] }>('GET', '/skills')).body;
      assert.deepEqual(
        skills.map((skill) => [skill.name, skill.type, skill.description]),
        [
          ['order', 'module', 'Looks up an order.'],
          ['refund', 'module', 'Refunds an order.'],
          ['tone', 'prompt', 'Be kind and short.'],
        ],
      );
      const one = await server.json<Skill>('GET', `/skills/${skills[0]?.id}`);
      assert.match(one.body.prompt, /An order needs an id/);
      assert.equal((await server.json('GET', '/skills/none')).status, 404);
    });

    it('keeps the id of a skill that keeps its name, and drops one that is gone', async () => {
      await sync(await manifestOf(sampleFiles()));
      const before = (await server.json<{ skills: Skill[] }>('GET', '/skills')).body.skills;
      const files = sampleFiles({ 'agents/support/skills/order.js': 'return args.id;' });
      delete files['agents/support/skills/refund.js'];
      await sync(await manifestOf(files));
      const after = (await server.json<{ skills: Skill[] }>('GET', '/skills')).body.skills;
      assert.deepEqual(
        after.map((skill) => skill.name),
        ['order', 'tone'],
      );
      assert.equal(after[0]?.id, before[0]?.id);
      assert.equal(after[0]?.prompt, 'return args.id;');
    });

    it('warns of two folders that author one agent', async () => {
      const manifest = await manifestOf(sampleFiles());
      const from = async (folder: string) => {
        const answer = await server.request('PUT', '/source-sync', manifest, {
          headers: { [sourceHeader]: folder },
        });
        return ((await answer.json()) as SyncResult).serverIssues ?? [];
      };
      assert.deepEqual(await from('/home/ann/shop'), []);
      assert.deepEqual(await from('/home/ann/shop'), []);
      const [issue] = await from('/home/bea/shop');
      assert.equal(issue?.severity, 'warn');
      assert.equal(issue?.code, 'two-folders');
      assert.match(
        issue?.message ?? '',
        /"support" came from \/home\/ann\/shop and is now that of \/home\/bea\/shop/,
      );
    });

    it('warns of a model that cannot be called here', async () => {
      const config = JSON.stringify({ id: 'support', name: 'S', model: 'openai/gpt-5' });
      const { status, body } = await sync(
        await manifestOf(sampleFiles({ 'agents/support/agent.jsonc': config })),
      );
      assert.equal(status, 200);
      const [issue] = body.serverIssues ?? [];
      assert.equal(issue?.code, 'model-unavailable');
      assert.equal(issue?.file, 'agents/support/agent.jsonc');
      assert.equal(issue?.line, 1);
    });

    it('refuses source with a fatal issue and gives all of them', async () => {
      const files = sampleFiles({ 'agents/support/skills/order.js': 'return (;' });
      const { issues, message } = await refused(await manifestOf(files));
      const issue = issues.find((one) => one.code === 'skill-js-parse');
      assert.equal(issue?.file, 'agents/support/skills/order.js');
      assert.equal(issue?.line, 1);
      assert.match(message, /^The source was not taken: /);
    });
  });

  describe('a manifest that is not what it says', () => {
    const wrong: [string, (manifest: Manifest) => Manifest, RegExp][] = [
      [
        'content that does not fit its hash',
        (m) => tamper(m, { content: 'changed' }),
        /does not fit its hash/,
      ],
      [
        'a hash of another file',
        (m) => tamper(m, { hash: `sha256:${'0'.repeat(64)}` }),
        /does not fit its hash/,
      ],
      ['a wrong size', (m) => tamper(m, { size: 1 }), /has \d+ bytes, not 1/],
      [
        'an agent hash that is not its files’',
        (m) => ({ ...m, agents: m.agents.map((a) => ({ ...a, sourceHash: 'sha256:0' })) }),
        /sourceHash of agent "support"/,
      ],
      [
        'a project hash that is not its agents’',
        (m) => ({ ...m, sourceHash: 'sha256:0' }),
        /sourceHash of the manifest/,
      ],
      [
        'another id than its config',
        (m) => rehash({ ...m, agents: m.agents.map((a) => ({ ...a, id: 'other' })) }),
        /id "other"/,
      ],
      [
        'the same agent twice',
        (m) => rehash({ ...m, agents: [...m.agents, ...m.agents] }),
        /"support" twice/,
      ],
      [
        'an agent without a config',
        (m) => rehash({ ...m, agents: m.agents.map((a) => ({ ...a, files: [] })) }),
        /without its agent\.jsonc/,
      ],
    ];
    for (const [what, change, message] of wrong) {
      it(`is refused for ${what}`, async () => {
        const refusal = await refused(change(await manifestOf(sampleFiles())));
        assert.match(refusal.issues.map((issue) => issue.message).join('\n'), message);
      });
    }

    for (const path of [
      '../outside.md',
      '/etc/passwd',
      'C:\\Windows\\x.md',
      'agents/../../x.md',
      'agents//support/x.md',
      './agents/x.md',
      'agents\\support\\x.md',
      'a\u0000b.md',
      '',
    ]) {
      it(`is refused for the path ${JSON.stringify(path)}, naming it`, async () => {
        const manifest = rehash(tamper(await manifestOf(sampleFiles()), { path }));
        const { issues } = await refused(manifest);
        assert.match(issues[0]?.message ?? '', /is not a plain path inside the project/);
      });
    }

    it('is refused for one path with two contents', async () => {
      const manifest = await manifestOf(sampleFiles());
      const [file] = manifest.agents[0]?.files ?? [];
      const content = Buffer.from('other');
      const hash = `sha256:${createHash('sha256').update(content).digest('hex')}`;
      if (file) {
        manifest.agents[0]?.files.push({ ...file, content: content.toString('base64'), size: 5, hash });
      }
      const { issues } = await refused(rehash(manifest));
      assert.match(issues[0]?.message ?? '', /two different contents/);
    });
  });

  describe('validate', () => {
    it('answers 200 with every issue and keeps nothing', async () => {
      const files = sampleFiles({ 'agents/support/skills/order.js': 'return (;' });
      const answer = await server.json<{ issues: Issue[] }>(
        'POST',
        '/source-validate',
        await manifestOf(files),
      );
      assert.equal(answer.status, 200);
      assert.ok(answer.body.issues.some((issue) => issue.code === 'skill-js-parse'));
      assert.deepEqual((await server.json<AgentConfig[]>('GET', '/agent-configs')).body, []);
    });

    it('gives a broken manifest as an issue too', async () => {
      const manifest = tamper(await manifestOf(sampleFiles()), { content: 'changed' });
      const answer = await server.json<{ issues: Issue[] }>('POST', '/source-validate', manifest);
      assert.equal(answer.status, 200);
      assert.equal(answer.body.issues[0]?.code, 'manifest-content');
      assert.equal(answer.body.issues[0]?.file, manifest.agents[0]?.files[0]?.path);
    });

    it('obeys what the project makes of its rules, but for those without which no agent can be taken', async () => {
      const files = (rules: object) =>
        sampleFiles({
          'tavora.jsonc': JSON.stringify({ project: 'shop', rules }),
          'agents/support/skills/order.js': "module.exports = () => require('nobody')();\n",
          'agents/support/agent.jsonc':
            '{ "id": "support", "model": "test/scripted", "skills": ["skills/*"] }',
        });
      const said = async (rules: object) => {
        const manifest = await manifestOf(files(rules));
        const { status, body } = await server.json<{ issues: Issue[] }>('POST', '/source-validate', manifest);
        assert.equal(status, 200);
        return body.issues.map(({ code, severity }) => `${severity} ${code}`);
      };
      const all = await said({});
      assert.ok(all.includes('fatal unknown-require'), all.join());
      assert.ok(all.includes('warn missing-agent-name'), all.join());
      const off = { 'unknown-require': 'off', 'missing-agent-name': 'off', nonsense: 'off' };
      const left = await said(off);
      assert.deepEqual(
        left.filter((one) => / (unknown-require|missing-agent-name|unknown-rule)$/.test(one)),
        [],
      );
      assert.equal((await server.json('PUT', '/source-sync', await manifestOf(files(off)))).status, 200);
      const manifest = await manifestOf(files({}));
      const synced = await server.json('PUT', '/source-sync', {
        ...manifest,
        rules: { 'unknown-require': 'warning' },
      });
      assert.equal(synced.status, 200);
      const broken = await manifestOf({
        ...files({ 'missing-model': 'off' }),
        'agents/support/agent.jsonc': '{ "id": "support", "name": "S" }',
      });
      const refused = await server.json<Refusal>('PUT', '/source-sync', {
        ...broken,
        rules: { 'missing-model': 'off' },
      });
      assert.equal(refused.status, 422);
      assert.deepEqual(
        refused.body.issues.map(({ code }) => code),
        ['missing-model'],
      );
    });

    it('has nothing to say of a sound project', async () => {
      const answer = await server.json('POST', '/source-validate', await manifestOf(sampleFiles()));
      assert.deepEqual(answer.body, { issues: [] });
    });
  });

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
        const refused = await server.json<Refusal>('GET', unknown);
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

  it('refuses a body over the limit', async () => {
    const answer = await server.json('PUT', '/source-sync', 'x'.repeat(17 * 1024 * 1024));
    assert.deepEqual([answer.status, answer.body.code], [413, 'too_large']);
  });

  it('lives under the base path only', async () => {
    const { url, apiKey } = server.ready;
    const answer = await fetch(`${url}/agent-configs`, { headers: { 'X-API-Key': apiKey } });
    assert.equal(answer.status, 404);
    assert.equal(apiBase, '/api/sdk');
  });

  async function statusAndCode(answer: Promise<{ status: number; body: Record<string, unknown> }>) {
    const { status, body } = await answer;
    return [status, body.code];
  }
});
