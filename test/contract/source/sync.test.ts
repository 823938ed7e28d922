import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { agentSourceHash, projectSourceHash } from '../../../src/project';
import {
  type AgentConfig,
  apiBase,
  type Issue,
  type Manifest,
  type Skill,
  type SyncResult,
  sourceHeader,
} from '../../../src/protocol';
import { manifestOf, sampleFiles } from '../support/manifest';
import { Server } from '../support/server';
import { sourceOf } from '../support/source';

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

describe('syncing source over HTTP', () => {
  const server = new Server();
  beforeEach(() => server.start());
  afterEach(() => server.dispose());

  const { sync } = sourceOf(server);

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
});
