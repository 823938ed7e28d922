// The extension without the room that reads projects: that is a bundle of its own, loaded at its first use.
import path from 'node:path';
import { build } from 'esbuild';
import { root } from './paths.mjs';

/** What the workbench imports, by the name under which src/project/room.ts has it. */
const parts = {
  project: path.join(root, 'src/project'),
  language: path.join(root, 'src/project/language'),
};
const bundle = './lazy/project.js';
const namespace = 'project-room';

/**
 * Puts in the place of the workbench's imports of `project` and `project/language` a module that reads each name
 * when it is used, from a bundle that is required then. Types and code stay as they are written.
 * @type {import('esbuild').Plugin}
 */
export const projectOnFirstUse = {
  name: 'project-on-first-use',
  setup(plugin) {
    plugin.onResolve({ filter: /project(?:\/language)?$/ }, ({ path: imported, resolveDir }) => {
      const target = path.resolve(resolveDir, imported);
      const part = Object.entries(parts).find(([, folder]) => folder === target)?.[0];
      return part ? { path: part, namespace } : undefined;
    });
    plugin.onResolve({ filter: /./, namespace }, () => ({ path: bundle, external: true }));
    plugin.onLoad({ filter: /./, namespace }, async ({ path: part }) => {
      const names = await exportedNames(
        path.join(parts[/** @type {keyof typeof parts} */ (part)], 'index.ts'),
      );
      const lines = names.map(
        (name) =>
          `Object.defineProperty(exports, '${name}', { enumerable: true, get: () => room().${part}.${name} });`,
      );
      return {
        contents: [
          'let loaded;',
          `const room = () => (loaded ??= require('${bundle}'));`,
          `Object.defineProperty(exports, '__esModule', { value: true });`,
          ...lines,
        ].join('\n'),
        loader: 'js',
      };
    });
  },
};

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
