import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { inParts } from '../../../scripts/lib/parts.mjs';

const sources = {
  'main.js': `
    import { Shared } from './shared.js';
    export const make = () => new Shared();
    export const isShared = async () => (await import('./one.js')).made() instanceof Shared;
    export const both = async () => {
      const [one, two] = await Promise.all([import('./one.js'), import('./two.js')]);
      return [one.count(), two.count()];
    };
    export const gone = () => import('./gone.js');`,
  'shared.js': 'export class Shared {}',
  // Of the parts only: whichever is asked first makes it for both.
  'counter.js': 'let counted = 0; export const next = () => ++counted;',
  'one.js': `
    import { Shared } from './shared.js';
    import { next } from './counter.js';
    export const made = () => new Shared();
    export const count = next;`,
  'two.js': `import { next } from './counter.js'; export const count = next;`,
  'gone.js': `throw new Error('this part was asked for');`,
};

interface Program {
  make(): object;
  isShared(): Promise<boolean>;
  both(): Promise<number[]>;
  gone(): Promise<unknown>;
}

describe('a program in parts', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'tavora-parts-'));
    await mkdir(path.join(home, 'src'));
    for (const [name, text] of Object.entries(sources)) await writeFile(path.join(home, 'src', name), text);
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const made = async (sourcemap: 'linked' | false = false): Promise<Program> => {
    await build({
      absWorkingDir: home,
      entryPoints: { main: 'src/main.js' },
      bundle: true,
      platform: 'node',
      outdir: 'dist',
      sourcemap,
      logLevel: 'silent',
      plugins: [inParts],
    });
    return createRequire(path.join(home, 'dist/'))('./main.js') as Program;
  };

  it('reads a part when it is asked for, and not before', async () => {
    const program = await made();
    program.make();
    await assert.rejects(program.gone(), /this part was asked for/);
  });

  it('has one of each module, in the program and in its parts', async () => {
    const program = await made();
    assert.equal(await program.isShared(), true);
    assert.deepEqual(await program.both(), [1, 2]);
  });

  it('leaves no part of an earlier build behind', async () => {
    await made();
    await writeFile(path.join(home, 'dist/part-old-AAAAAAAA.js'), '');
    await made();
    const names = await readdir(path.join(home, 'dist'));
    assert.ok(!names.includes('part-old-AAAAAAAA.js'), names.join());
    assert.equal(names.filter((name) => name.startsWith('part-one-')).length, 1, names.join());
  });

  it('says where an error comes from in the sources', async () => {
    await made('linked');
    const names = await readdir(path.join(home, 'dist'));
    assert.ok(
      names.some((name) => name.startsWith('part-gone-') && name.endsWith('.js.map')),
      names.join(),
    );
    assert.ok(names.includes('main.js.map'), names.join());
  });

  it('is not written when a source cannot be read', async () => {
    await writeFile(path.join(home, 'src/two.js'), 'export const count = ;');
    await assert.rejects(made(), /Unexpected/);
    await assert.rejects(readdir(path.join(home, 'dist')), /ENOENT/);
  });
});
