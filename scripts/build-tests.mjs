// Bundles the tests to out/test: `node scripts/build-tests.mjs [kind…]`. One file a suite, packages external,
// so that Mocha, the editor's extension host and the browser all load plain CommonJS.
import { glob, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from './lib/paths.mjs';

const kinds = process.argv.slice(2);
const wanted = kinds.length > 0 ? kinds : ['unit', 'contract', 'pages', 'editor', 'journeys'];

/** @type {import('esbuild').Plugin} */
const scriptsStayOutside = {
  name: 'scripts-stay-outside',
  setup(plugin) {
    // The scripts find the repository by their own place, so they are required where they are.
    plugin.onResolve({ filter: /scripts\/lib\/[^/]+\.mjs$/ }, (args) => {
      const target = path.resolve(args.resolveDir, args.path);
      const from = path.join(root, 'out', path.dirname(path.relative(root, args.importer)));
      return { path: path.relative(from, target).split(path.sep).join('/'), external: true };
    });
  },
};

for (const kind of wanted) {
  await rm(path.join(root, 'out/test', kind), { recursive: true, force: true });
  /** @type {string[]} */
  const entryPoints = [];
  for await (const file of glob([`test/${kind}/**/*.test.{ts,tsx}`, `test/${kind}/index.ts`], {
    cwd: root,
  })) {
    entryPoints.push(file);
  }
  if (entryPoints.length === 0) {
    continue;
  }
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir: 'out',
    outbase: '.',
    bundle: true,
    packages: 'external',
    external: ['vscode'],
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    sourcemap: 'inline',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
    plugins: [scriptsStayOutside],
  });
}
