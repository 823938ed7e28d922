// The extension without the rooms that it does not need to begin: each is a bundle of its own, loaded at its first use.
import path from 'node:path';
import { build } from 'esbuild';
import { root } from './paths.mjs';

/**
 * What the workbench imports: the bundle that has it, and the name under which that bundle's room.ts offers it.
 * @type {Record<string, { bundle: string, folder: string }>}
 */
const parts = {
  project: { bundle: 'project.js', folder: 'src/project' },
  language: { bundle: 'project.js', folder: 'src/project/language' },
  merge: { bundle: 'project.js', folder: 'src/project/merge' },
  client: { bundle: 'client.js', folder: 'src/client' },
  protocol: { bundle: 'client.js', folder: 'src/protocol' },
};
const namespace = 'room';

/**
 * Puts in the place of the workbench's imports of these rooms a module that reads each name when it is used, from a
 * bundle that is required then. Types and code stay as they are written.
 * @param {string} lazyFolder where those bundles are, as seen from the one that is built
 * @returns {import('esbuild').Plugin}
 */
export const roomsOnFirstUse = (lazyFolder) => ({
  name: 'rooms-on-first-use',
  setup(plugin) {
    plugin.onResolve(
      { filter: /(?:project|language|merge|client|protocol)$/ },
      ({ path: imported, resolveDir }) => {
        const target = path.resolve(resolveDir, imported);
        const part = Object.keys(parts).find((name) => path.join(root, parts[name]?.folder ?? '') === target);
        return part ? { path: part, namespace } : undefined;
      },
    );
    plugin.onResolve({ filter: /./, namespace }, ({ path: bundle }) => ({ path: bundle, external: true }));
    plugin.onLoad({ filter: /./, namespace }, async ({ path: part }) => {
      const { bundle, folder } = parts[part] ?? { bundle: '', folder: '' };
      const names = await exportedNames(path.join(root, folder, 'index.ts'));
      const lines = names.map(
        (name) =>
          `Object.defineProperty(exports, '${name}', { enumerable: true, get: () => room().${part}.${name} });`,
      );
      return {
        contents: [
          'let loaded;',
          `const room = () => (loaded ??= require('${lazyFolder}${bundle}'));`,
          `Object.defineProperty(exports, '__esModule', { value: true });`,
          ...lines,
        ].join('\n'),
        loader: 'js',
      };
    });
  },
});

/** @param {string} file @returns {Promise<string[]>} the values that a module offers, without its types */
async function exportedNames(file) {
  const { metafile } = await build({
    entryPoints: [file],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
    outdir: 'out',
    metafile: true,
    logLevel: 'warning',
  });
  return Object.values(metafile.outputs).flatMap((output) => output.exports);
}
