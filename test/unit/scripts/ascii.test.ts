import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { type BuildFailure, build } from 'esbuild';
import { ascii } from '../../../scripts/lib/ascii.mjs';

const expressions = `
  export const quote = (text) => text.replace(/[“”„«]/g, '"');
  export const face = (text) => /^[😀-😂]$/u.test(text);
  export const named = (text) => /(?<größe>[0-9]+) €/.exec(text)?.groups?.größe;
  export const dash = (text) => /^\\–\\\\–\\w$/.test(text);
  export const ratio = (a, b) => a / 2 + '–' + b / 2;
  export const said = '… and “so”';
`;

interface Program {
  quote(text: string): string;
  face(text: string): boolean;
  named(text: string): string | undefined;
  dash(text: string): boolean;
  ratio(a: number, b: number): string;
  said: string;
}

describe('a program in ASCII', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'tavora-ascii-'));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const made = async (source: string): Promise<string> => {
    await writeFile(path.join(home, 'main.js'), source);
    await build({
      absWorkingDir: home,
      entryPoints: ['main.js'],
      bundle: true,
      minify: true,
      metafile: true,
      format: 'cjs',
      outdir: 'dist',
      logLevel: 'silent',
      plugins: [ascii],
    });
    return path.join(home, 'dist/main.js');
  };

  it('means what it meant, and has no other character', async () => {
    const file = await made(expressions);
    assert.match(await readFile(file, 'utf8'), /^[ -~\s]*$/);
    const { quote, face, named, dash, ratio, said } = createRequire(file)(file) as Program;
    assert.equal(quote('„Tee“ «'), '"Tee" "');
    assert.deepEqual(['😁', '😃', '😁😁'].map(face), [true, false, false]);
    assert.equal(named('42 €'), '42');
    assert.deepEqual(['–\\–a', '––a', '\\u2013\\–a'].map(dash), [true, false, false]);
    assert.equal(ratio(4, 6), '2–3');
    assert.equal(said, '… and “so”');
  });

  it('is not made where a raw text has another, and says where', async () => {
    await assert.rejects(made('export const price = String.raw`\\d €`;'), (error: BuildFailure) => {
      assert.match(error.errors[0]?.text ?? '', /^dist\/main\.js is not ASCII: .*String\.raw`\\d €/);
      return true;
    });
  });
});
