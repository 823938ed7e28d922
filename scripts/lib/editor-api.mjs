// The editor's API, asked for once: a bundle would else ask for it, and copy its several hundred names, in each of the
// files that use it.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';

const types = path.join(root, 'node_modules/@types/vscode/index.d.ts');
const namespace = 'editor-api';

/**
 * Puts in the place of `vscode` a module that offers each name of the API's declarations by itself, so that the bundler
 * links it where it is used.
 * @type {import('esbuild').Plugin}
 */
export const editorApiOnce = {
  name: 'editor-api-once',
  setup(plugin) {
    plugin.onResolve({ filter: /^vscode$/ }, ({ namespace: from }) =>
      from === namespace ? { path: 'vscode', external: true } : { path: 'vscode', namespace },
    );
    plugin.onLoad({ filter: /./, namespace }, async () => ({
      contents: [
        "const api = require('vscode');",
        ...(await valueNames()).map((name) => `export const ${name} = api.${name};`),
      ].join('\n'),
      loader: 'js',
    }));
  },
};

/** @returns the API's namespaces, classes, enumerations and constants, without what only types know */
async function valueNames() {
  const text = await readFile(types, 'utf8');
  const found = text.matchAll(/^\texport (?:abstract )?(?:class|enum|namespace|const) (\w+)/gm);
  // A namespace may be declared in parts.
  return [...new Set([...found].map(([, name = '']) => name))];
}
