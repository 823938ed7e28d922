import assert from 'node:assert/strict';
import { agentSourceHash, hashBytes } from '../../../../src/project';
import { ReceivedError, receiveSource } from '../../../../src/project/merge';

const config = 'agents/a/agent.jsonc';

const file = (path: string, content: string | Uint8Array) => {
  const bytes = Buffer.from(content);
  return { path, hash: hashBytes(bytes), size: bytes.length, content: bytes.toString('base64') };
};
const source = (...files: ReturnType<typeof file>[]) => ({
  project: 'p',
  agents: [{ id: 'a', sourceHash: 'sha256:whatever', files: [file(config, '{"id":"a"}'), ...files] }],
});
const refused = async (...files: ReturnType<typeof file>[]): Promise<string> => {
  try {
    await receiveSource(source(...files));
  } catch (error) {
    assert.ok(error instanceof ReceivedError, String(error));
    assert.match(error.message, /^[^\n]{10,300}\.$/);
    return error.message;
  }
  throw new Error('It was taken.');
};

describe('what a server gives out', () => {
  it('is files and the hashes that they really have', async () => {
    const taken = await receiveSource(source(file('agents/a/persona.md', 'Be kind. ü')));
    assert.deepEqual(
      [...taken.files],
      [
        [config, '{"id":"a"}'],
        ['agents/a/persona.md', 'Be kind. ü'],
      ],
    );
    const hashed = [...taken.files].map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
    assert.equal(taken.agents[0]?.sourceHash, agentSourceHash(hashed));
  });

  it('may be plain text instead of base64, which its hash tells', async () => {
    const plain = { ...file('agents/a/x.md', 'plain'), content: 'plain' };
    assert.equal((await receiveSource(source(plain))).files.get('agents/a/x.md'), 'plain');
  });

  const hostile = [
    '../outside.md',
    'agents/../../outside.md',
    'agents/a/../b.md',
    '/etc/passwd',
    'C:/Windows/x.md',
    'c:x.md',
    '\\\\server\\share\\x.md',
    'agents\\a\\x.md',
    'agents//x.md',
    './x.md',
    'agents/a/',
    '',
    ' ',
    'agents/a/x\u0000.md',
    'agents/a/x\n.md',
    '.git/config',
    '.GIT/config',
    'agents/.git/hooks/post-checkout',
    '.vscode/tasks.json',
    '.env.local',
    'agents/a/.runs/x.md',
    'agents/a/.hidden/x.js',
    'node_modules/x/index.js',
    'Node_Modules/x/index.js',
    'tavora.jsonc',
    'TAVORA.JSONC',
    'agents/a/nul',
    'agents/a/CON.md',
    'agents/aux/x.md',
    'agents/a/com1.js',
    'agents/a/LPT¹.js',
    'agents/a/x.md.',
    'agents/a/x ',
    'agents/a./x.md',
    'agents/a/x.md:stream',
    'agents/a/what?.md',
    'agents/a/\u202egpj.md',
    'agents/a/per\u200bsona.md',
    `agents/${'x'.repeat(2000)}.md`,
  ];
  for (const path of hostile) {
    it(`is not written to ${JSON.stringify(path.slice(0, 40))}`, async () => {
      await refused(file(path, 'x'));
    });
  }

  it('is not written where two names are one file, or one is a folder too', async () => {
    assert.match(await refused(file('agents/a/x.md', '1'), file('agents/a/X.md', '2')), /same file/);
    assert.match(
      await refused(file('agents/a/\u00e9.md', '1'), file('agents/a/e\u0301.md', '2')),
      /same file/,
    );
    assert.match(await refused(file('agents/a/x', '1'), file('agents/a/x/y.md', '2')), /folder too/);
    assert.match(await refused(file('agents/a/X', '1'), file('agents/a/x/y.md', '2')), /folder too/);
  });

  it('is not taken when it does not fit its hash, or comes with two contents', async () => {
    const wrong = { ...file('agents/a/x.md', 'x'), hash: hashBytes(Buffer.from('y')) };
    assert.match(await refused(wrong), /does not fit its hash/);
    assert.match(await refused(file('agents/a/x.md', '1'), file('agents/a/x.md', '2')), /two different/);
  });

  it('is not taken when it is no text, or too much', async () => {
    assert.match(await refused(file('agents/a/x.md', new Uint8Array([0xff, 0xfe]))), /not UTF-8/);
    assert.match(await refused(file('agents/a/x.md', 'x'.repeat(4 * 1024 * 1024 + 3))), /larger than 4 MiB/);
    const many = Array.from({ length: 20_001 }, (_, index) => file(`agents/a/${index}.md`, ''));
    assert.match(await refused(...many), /at most 20000/);
  });

  it('without an agent’s config is refused', async () => {
    const bare = { project: 'p', agents: [{ id: 'a', sourceHash: '', files: [] }] };
    await assert.rejects(receiveSource(bare), ReceivedError);
  });
});
