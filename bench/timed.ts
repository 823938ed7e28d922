import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Workbench } from '../test/journeys/workbench';
import { extensionFolder } from './extension';

/** Where a timed extension writes one line of JSON for each activation, as an environment variable. */
export const reportVariable = 'TAVORA_BENCH_REPORT';

/** One activation, in milliseconds. */
export interface Activation {
  /** From asking for the bundle to having run it: read, compiled, evaluated. */
  load: number;
  /** The call of `activate`. */
  activate: number;
}

/** Loads the bundle in the editor's place, calls it, and says how long both took. */
const wrapper = `
const began = performance.now();
const extension = require('./extension.js');
const load = performance.now() - began;
exports.deactivate = extension.deactivate;
exports.activate = (context) => {
  const called = performance.now();
  const result = extension.activate(context);
  const activate = performance.now() - called;
  require('node:fs').appendFileSync(process.env.${reportVariable}, JSON.stringify({ load, activate }) + '\\n');
  return result;
};
`;

/** Makes a copy of the production build that times its own code. @returns its folder */
export function timedExtension(): Promise<string> {
  return wrappedExtension('timed', wrapper);
}

/**
 * Makes a copy of the production build that begins with other code, which stands beside the bundle, `./extension.js`.
 * @param name of the copy's folder
 * @returns the folder
 */
export async function wrappedExtension(name: string, code: string): Promise<string> {
  const folder = path.join(path.dirname(extensionFolder), name);
  await cp(extensionFolder, folder, { recursive: true });
  await writeFile(path.join(folder, 'dist/wrapper.js'), code);
  const manifest = path.join(folder, 'package.json');
  const about = JSON.parse(await readFile(manifest, 'utf8')) as Record<string, unknown>;
  await writeFile(manifest, JSON.stringify({ ...about, main: './dist/wrapper.js' }));
  return folder;
}

/** What a wrapped extension has reported so far, a value for each line. */
export async function readReport<T = Activation>(file: string): Promise<T[]> {
  try {
    return (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as T);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Waits until a wrapped extension has reported so often.
 * @throws what it has reported as `error`, or when it takes more than four minutes
 */
export async function reported<T extends object>(
  { page }: Workbench,
  file: string,
  count: number,
): Promise<T[]> {
  const end = Date.now() + 240_000;
  for (;;) {
    const lines = await readReport<T | { error: string }>(file);
    for (const line of lines) if ('error' in line) throw new Error(String(line.error));
    if (lines.length >= count) return lines as T[];
    if (Date.now() > end) throw new Error(`Only ${lines.length} of ${count} were reported in four minutes.`);
    await page.waitForTimeout(100);
  }
}
