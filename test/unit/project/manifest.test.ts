import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  agentSourceHash,
  buildManifest,
  compareBytes,
  filesFromManifest,
  hashBytes,
  loadProject,
  ManifestError,
  projectSourceHash,
} from '../../../src/project';
import type { Manifest, ManifestFile } from '../../../src/protocol';
import { filesOf, smallProject } from './files';

const sha256 = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return `sha256:${hash.digest('hex')}`;
};

function manifestWith(...files: ManifestFile[]): Manifest {
  const config: ManifestFile = fileOf('agents/a/agent.jsonc', '{"id":"a","model":"m"}');
  return {
    project: 'p',
    sourceHash: 'sha256:0',
    generatedAt: '2026-01-01T00:00:00.000Z',
    agents: [{ id: 'a', sourceHash: 'sha256:0', files: [config, ...files] }],
  };
}

function fileOf(path: string, text: string, encoding: 'base64' | 'utf8' = 'base64'): ManifestFile {
  const bytes = Buffer.from(text);
  return { path, hash: hashBytes(bytes), size: bytes.length, content: bytes.toString(encoding) };
}

describe('source hashes', () => {
  it('hash the empty file as SHA-256 does', () => {
    assert.equal(
      hashBytes(new Uint8Array()),
      'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    assert.equal(
      hashBytes(Buffer.from('abc')),
      'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('take an agent’s files in byte order, path then bytes', () => {
    const files = [
      { path: 'b.md', bytes: Buffer.from('B') },
      { path: 'a.md', bytes: Buffer.from('A') },
    ];
    assert.equal(agentSourceHash(files), sha256('a.mdAb.mdB'));
    assert.equal(files[0]?.path, 'b.md', 'the given list stays as it is');
  });

  it('order paths by UTF-8 bytes, not by UTF-16 units', () => {
    const astral = { path: '\u{10000}', bytes: Buffer.from('1') };
    const high = { path: '\uFF5E', bytes: Buffer.from('2') };
    assert.equal(agentSourceHash([astral, high]), sha256('\uFF5E', '2', '\u{10000}', '1'));
  });

  it('order any two paths as their bytes (property)', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '/', 'ß', '\uD7FF', '\uE000', '\uFFFD', '\u{10000}', '\u{10FFFF}'),
    });
    fc.assert(
      fc.property(text, text, (a, b) => {
        assert.equal(Math.sign(compareBytes(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 1000 },
    );
  });

  it('take a project’s agents in the given order, id then hash as text', () => {
    const agents = [
      { id: 'z', sourceHash: 'sha256:1' },
      { id: 'a', sourceHash: 'sha256:2' },
    ];
    assert.equal(projectSourceHash(agents), sha256('zsha256:1asha256:2'));
  });

  it('do not depend on the order of files (property)', () => {
    const file = fc.record({ path: fc.string({ minLength: 1 }), bytes: fc.uint8Array() });
    fc.assert(
      fc.property(
        fc.uniqueArray(file, { selector: (one) => Buffer.from(one.path).toString('hex') }),
        (files) => {
          assert.equal(agentSourceHash(files), agentSourceHash([...files].reverse()));
        },
      ),
    );
  });
});

describe('buildManifest', () => {
  it('carries every source file in base64 with hash and size', async () => {
    const project = await loadProject(filesOf(smallProject()));
    const manifest = buildManifest(project, {
      environment: 'staging',
      now: new Date('2026-02-03T04:05:06Z'),
    });
    assert.equal(manifest.project, 'shop');
    assert.equal(manifest.environment, 'staging');
    assert.equal(manifest.generatedAt, '2026-02-03T04:05:06.000Z');
    const [agent] = manifest.agents;
    assert.deepEqual(
      agent?.files.map((file) => file.path),
      ['agents/support/agent.jsonc', 'agents/support/persona.md', 'agents/support/skills/greet.js'],
    );
    const persona = agent?.files[1];
    assert.equal(persona?.content, Buffer.from('You help customers.\n').toString('base64'));
    assert.equal(persona?.hash, sha256('You help customers.\n'));
    assert.equal(persona?.size, 20);
    assert.equal(manifest.sourceHash, sha256('support', agent?.sourceHash ?? ''));
    assert.equal(manifest.sourceHash, project.sourceHash);
  });

  it('says what the project makes of rules, and nothing where it makes nothing of any that a server obeys', async () => {
    const rulesOf = async (rules: object) =>
      buildManifest(
        await loadProject(
          filesOf(smallProject({ 'tavora.jsonc': JSON.stringify({ project: 'shop', rules }) })),
        ),
      ).rules;
    assert.deepEqual(await rulesOf({ 'endless-loop': 'error', 'missing-model': 'off', nonsense: 'off' }), {
      'endless-loop': 'error',
    });
    assert.equal(await rulesOf({ 'missing-model': 'off' }), undefined);
  });

  it('takes only the agents asked for', async () => {
    const second = { 'agents/b/agent.jsonc': '{"id":"b","name":"B","model":"m"}' };
    const project = await loadProject(filesOf(smallProject(second)));
    const manifest = buildManifest(project, { agentIds: ['b'] });
    assert.deepEqual(
      manifest.agents.map((agent) => agent.id),
      ['b'],
    );
    assert.equal(manifest.sourceHash, projectSourceHash(manifest.agents));
    assert.throws(() => buildManifest(project, { agentIds: ['nobody'] }), /no agent "nobody"/);
  });
});

describe('filesFromManifest', () => {
  it('gives back the same project', async () => {
    const project = await loadProject(
      filesOf(smallProject({ 'agents/support/skills/ä[1].md': 'Grüße 👋\r\n' })),
    );
    const again = await loadProject(filesFromManifest(buildManifest(project)));
    assert.equal(again.name, 'shop');
    assert.equal(again.sourceHash, project.sourceHash);
    assert.deepEqual(again.issues, project.issues);
  });

  it('finds agents at unusual places', async () => {
    const project = await loadProject(
      filesOf({
        'tavora.jsonc': '{"project":"p","agents":{"discover":"bots/*.jsonc"}}',
        'bots/one [x].jsonc': '{"id":"one","name":"One","model":"m"}',
      }),
    );
    assert.equal(project.agents.length, 1);
    const again = await loadProject(filesFromManifest(buildManifest(project)));
    assert.deepEqual(
      again.agents.map((agent) => [agent.id, agent.sourceHash]),
      project.agents.map((agent) => [agent.id, agent.sourceHash]),
    );
  });

  it('reads base64 and plain text, as the hash says', async () => {
    const files = filesFromManifest(
      manifestWith(fileOf('agents/a/x.md', 'Hi, “you”'), fileOf('agents/a/y.md', 'Hi, “you”', 'utf8')),
    );
    for (const path of ['agents/a/x.md', 'agents/a/y.md']) {
      assert.equal(Buffer.from((await files.read(path)) ?? []).toString(), 'Hi, “you”');
    }
  });

  it('takes text that happens to be base64 as text when the hash says so', async () => {
    const files = filesFromManifest(manifestWith(fileOf('agents/a/x.md', 'SGVsbG8=', 'utf8')));
    assert.equal(Buffer.from((await files.read('agents/a/x.md')) ?? []).toString(), 'SGVsbG8=');
  });

  it('reads any text in both forms (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.boolean(), async (text, plain) => {
        const files = filesFromManifest(
          manifestWith(fileOf('agents/a/x.md', text, plain ? 'utf8' : 'base64')),
        );
        assert.equal(Buffer.from((await files.read('agents/a/x.md')) ?? []).toString(), text);
      }),
    );
  });

  it('refuses content that fits its hash in neither form, and names the path', () => {
    const wrong = { ...fileOf('agents/a/x.md', 'one'), content: 'two' };
    assert.throws(
      () => filesFromManifest(manifestWith(wrong)),
      (error) =>
        error instanceof ManifestError &&
        error.path === 'agents/a/x.md' &&
        /agents\/a\/x\.md/.test(error.message),
    );
  });

  for (const path of [
    '../x',
    '/etc/passwd',
    'a/../../x',
    'C:/x',
    'a\\b',
    'a\u0000b',
    '',
    'a//b',
    './a',
    'a/',
    'x'.repeat(1025),
  ]) {
    it(`refuses the path ${JSON.stringify(path.slice(0, 20))}`, () => {
      assert.throws(() => filesFromManifest(manifestWith(fileOf(path, 'x'))), ManifestError);
    });
  }

  it('refuses one path with two contents', () => {
    const manifest = manifestWith(fileOf('agents/a/x.md', 'one'), fileOf('agents/a/x.md', 'two'));
    assert.throws(() => filesFromManifest(manifest), /two different contents/);
  });

  it('refuses an agent without its config', () => {
    const manifest = manifestWith();
    manifest.agents[0]?.files.splice(0);
    assert.throws(() => filesFromManifest(manifest), /"a" comes without its agent\.jsonc/);
  });
});
