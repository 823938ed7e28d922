import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { built } from './extension';
import type { Bench, Figure } from './figure';

/** What VS Code has to read before the extension lives, minified. */
export const size: Bench = {
  name: 'size',
  async measure(): Promise<Figure[]> {
    const extension = await readFile(built('extension.js'));
    const runtime = await readFile(built('runtime.js'));
    const parts = await sizeOf(built('.'), /^part-.*\.js$/);
    const lazy = await sizeOf(built('lazy'), /\.js$/);
    return [
      {
        figure: 'size of dist/extension.js',
        unit: 'kB',
        value: extension.length / 1000,
        baseline: { what: 'compressed', value: gzipSync(extension).length / 1000 },
        budget: 500,
      },
      { figure: 'size of its parts, read when first used', unit: 'kB', value: parts },
      { figure: 'size of what it shares with the runtime, likewise', unit: 'kB', value: lazy },
      {
        figure: 'size of dist/runtime.js',
        unit: 'kB',
        value: runtime.length / 1000,
        baseline: { what: 'compressed', value: gzipSync(runtime).length / 1000 },
      },
    ];
  },
};

/** The size of a folder's files whose names fit, in kB. */
async function sizeOf(folder: string, pattern: RegExp): Promise<number> {
  const names = (await readdir(folder)).filter((name) => pattern.test(name));
  const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}
