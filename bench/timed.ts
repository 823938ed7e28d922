import { cp, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
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

/** Stands in the place of the bundle, loads it and calls it, and says how long both took. */
const wrapper = `
const began = performance.now();
const extension = require('./measured.js');
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
 * Makes a copy of the production build with other code in the place of its bundle, which stands beside it as
 * `measured.js`.
 * @param name of the copy's folder
 * @returns the folder
 */
export async function wrappedExtension(name: string, code: string): Promise<string> {
  const folder = path.join(path.dirname(extensionFolder), name);
  await cp(extensionFolder, folder, { recursive: true });
  const bundle = path.join(folder, 'dist/extension.js');
  await rename(bundle, path.join(folder, 'dist/measured.js'));
  await writeFile(bundle, code);
  return folder;
}

/** The activations that a timed extension has reported so far. */
export async function readReport(file: string): Promise<Activation[]> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Activation);
}
