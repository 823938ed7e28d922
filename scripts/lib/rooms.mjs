// The extension without the rooms that it does not need to begin: each is a bundle of its own, loaded at its first use.
import path from 'node:path';
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
 * bundle that is required then. Types and code stay as they are written; `export *` of a room is not possible.
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
    plugin.onLoad({ filter: /./, namespace }, ({ path: part }) => ({
      contents: [
        'let loaded;',
        `const room = () => (loaded ??= require('${lazyFolder}${parts[part]?.bundle}')).${part};`,
        // What a bundler copies of a module for each that imports it are its own names: this one has none, and answers
        // for all of them where it inherits from.
        `const names = new Proxy({}, { get: (_, name) => name === '__esModule' || room()[name] });`,
        'module.exports = Object.create(names);',
      ].join('\n'),
      loader: 'js',
    }));
  },
});
