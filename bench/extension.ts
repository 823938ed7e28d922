import path from 'node:path';

/** The extension as it is shipped: the production build that scripts/bench.mjs makes for the measurements. */
export const extensionFolder = path.resolve('out/bench/extension');

/** A file of the production build. */
export function built(file: string): string {
  return path.join(extensionFolder, 'dist', file);
}
