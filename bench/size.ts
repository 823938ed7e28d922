import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { built } from './extension';
import type { Bench, Figure } from './figure';

/** What VS Code has to read before the extension lives, minified. */
export const size: Bench = {
  name: 'size',
  async measure(): Promise<Figure[]> {
    const extension = await readFile(built('extension.js'));
    const runtime = await readFile(built('runtime.js'));
    return [
      {
        figure: 'size of dist/extension.js',
        unit: 'kB',
        value: extension.length / 1000,
        baseline: { what: 'compressed', value: gzipSync(extension).length / 1000 },
        budget: 500,
      },
      {
        figure: 'size of dist/runtime.js',
        unit: 'kB',
        value: runtime.length / 1000,
        baseline: { what: 'compressed', value: gzipSync(runtime).length / 1000 },
      },
    ];
  },
};
