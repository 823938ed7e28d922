import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import {
  agentSourceHash,
  filesFromManifest,
  hashBytes,
  loadProject,
  ManifestError,
} from '../../../src/project';
import { isSafePath, resolvePath } from '../../../src/project/paths';
import type { Manifest } from '../../../src/protocol';
import { filesOf } from './files';

/** Pieces that paths are attacked with, and ordinary ones between them. */
const piece = fc.oneof(
  fc.constantFrom(
    '..',
    '.',
    '',
    '/',
    '\\',
    '//',
    'C:',
    'c:\\',
    '~',
    '\0',
    '\n',
    '\u007f',
    '%2e%2e',
    '...',
    ' ',
  ),
  fc.constantFrom(
    'agents',
    'support',
    'agent.jsonc',
    'é',
    'e\u0301',
    '\uff0f',
    '\u2215',
    '\u202e',
    '\ud800',
    'con',
  ),
  fc.string({ maxLength: 4 }),
);
const hostilePath = fc
  .tuple(fc.array(piece, { minLength: 1, maxLength: 8 }), fc.constantFrom('/', '', '\\'))
  .map(([pieces, between]) => pieces.join(between));

const root = path.resolve('/project/tavora');

/** True when a path, used on this system or on Windows, stays below the root. */
function staysInside(relative: string): boolean {
  const here = path.posix.join('/project/tavora', relative);
  const there = path.win32.join('D:\\project\\tavora', relative);
  return (
    (here === '/project/tavora' || here.startsWith('/project/tavora/')) &&
    (there === 'D:\\project\\tavora' || there.startsWith('D:\\project\\tavora\\')) &&
    path.resolve(root, relative).startsWith(root)
  );
}

function manifestWith(paths: readonly string[]): Manifest {
  const config = Buffer.from('{ "id": "a", "name": "A", "model": "local/rehearsal" }');
  const files = ['agents/a/agent.jsonc', ...paths].map((one, index) => {
    const bytes = index === 0 ? config : Buffer.from(`text ${index}`);
    return {
      path: one,
      bytes,
      hash: hashBytes(bytes),
      size: bytes.length,
      content: bytes.toString('base64'),
    };
  });
  return {
    project: 'shop',
    sourceHash: 'sha256:0',
    generatedAt: '2026-01-01T00:00:00Z',
    agents: [
      {
        id: 'a',
        sourceHash: agentSourceHash(files),
        files: files.map(({ bytes, ...file }) => file),
      },
    ],
  };
}

describe('hostile paths', () => {
  it('in a config never lead out of the project', () => {
    fc.assert(
      fc.property(fc.constantFrom('', 'agents/a', 'a/b/c/d'), hostilePath, (folder, written) => {
        const resolved = resolvePath(folder, written);
        if ('problem' in resolved) return;
        assert.ok(staysInside(resolved.path), JSON.stringify(resolved.path));
        assert.ok(!resolved.path.includes('\0'));
      }),
      { numRuns: 3_000 },
    );
  });

  it('in a manifest are refused by name, or stay inside and lead to their own bytes', async () => {
    await fc.assert(
      fc.asyncProperty(hostilePath, async (hostile) => {
        const manifest = manifestWith([hostile]);
        let files: ReturnType<typeof filesFromManifest>;
        try {
          files = filesFromManifest(manifest);
        } catch (error) {
          assert.ok(error instanceof ManifestError, String(error));
          assert.equal(error.path, hostile);
          return;
        }
        for (const one of await files.list())
          assert.ok(staysInside(one) && isSafePath(one), JSON.stringify(one));
        const own = hostile === 'tavora.jsonc' ? undefined : await files.read(hostile);
        if (own) assert.equal(Buffer.from(own).toString(), 'text 1');
      }),
      { numRuns: 1_500 },
    );
  });

  for (const [what, hostile] of [
    ['climbs', '../../etc/passwd'],
    ['climbs from inside', 'agents/../../etc/passwd'],
    ['is absolute', '/etc/passwd'],
    ['is absolute on Windows', 'C:\\Windows\\win.ini'],
    ['is on a drive', 'C:agent.jsonc'],
    ['is a share', '\\\\server\\share'],
    ['climbs with backslashes', '..\\..\\secret'],
    ['has a NUL', 'agents/a\0.md'],
    ['has a line end', 'agents/a\n.md'],
    ['has 10,000 characters', `agents/${'a'.repeat(10_000)}.md`],
    ['is not normalised', 'agents//a.md'],
    ['has a dot in it', './agents/a.md'],
    ['is empty', ''],
  ] as const) {
    it(`are refused in a manifest: one that ${what}`, () => {
      assert.throws(
        () => filesFromManifest(manifestWith([hostile])),
        (error) => error instanceof ManifestError && error.path === hostile,
      );
    });
  }

  it('that differ only in their Unicode normal form are two files, each with its own bytes', async () => {
    const composed = 'agents/a/caf\u00e9.md';
    const decomposed = composed.normalize('NFD');
    assert.notEqual(composed, decomposed);
    const files = filesFromManifest(manifestWith([composed, decomposed]));
    assert.equal(Buffer.from((await files.read(composed)) ?? []).toString(), 'text 1');
    assert.equal(Buffer.from((await files.read(decomposed)) ?? []).toString(), 'text 2');
  });

  it('of objects’ own making lead to no file', async () => {
    const files = filesFromManifest(manifestWith([]));
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      assert.equal(await files.read(name), undefined);
    }
  });

  it('as an agent’s persona, skills or evals are issues of the project, and read nothing', async () => {
    await fc.assert(
      fc.asyncProperty(hostilePath, async (hostile) => {
        const asked: string[] = [];
        const config = {
          id: 'a',
          name: 'A',
          model: 'x/y',
          persona: hostile,
          skills: [hostile],
          evals: [hostile],
        };
        const disk = filesOf({
          'tavora.jsonc': '{ "project": "shop" }',
          'agents/a/agent.jsonc': JSON.stringify(config),
        });
        const project = await loadProject({
          list: () => disk.list(),
          read(file) {
            asked.push(file);
            return disk.read(file);
          },
        });
        assert.equal(project.agents.length, 1);
        for (const file of asked) assert.ok(staysInside(file), JSON.stringify(file));
      }),
      { numRuns: 500 },
    );
  });
});
