// The extension in parts: what an import() names, and only that needs, is a file of its own beside the extension's,
// read when it is first asked for. The extension host loads CommonJS, and a bundler splits ES modules only: so the
// extension is bundled as ES modules first, and each of them is then turned into CommonJS.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const prefix = 'part-';

/**
 * Makes of a bundle with one entry a bundle in parts. Modules that the entry needs at once stay in its file, whoever
 * else needs them, so that there is one of each; the parts reach them through what it exports besides.
 * @type {import('esbuild').Plugin}
 */
export const inParts = {
  name: 'in-parts',
  setup(plugin) {
    const options = plugin.initialOptions;
    const outdir = path.resolve(options.absWorkingDir ?? '', options.outdir ?? '');
    const { sourcemap } = options;
    Object.assign(options, {
      format: 'esm',
      splitting: true,
      metafile: true,
      write: false,
      chunkNames: `${prefix}[name]-[hash]`,
      // The second step reads it, and makes of it one to the sources.
      sourcemap: sourcemap ? 'inline' : false,
    });
    plugin.onEnd(async (result) => {
      if (result.errors.length > 0) return;
      const modules = new Map(
        (result.outputFiles ?? []).map(({ path: file, text }) => [path.basename(file), text]),
      );
      const [entry = ''] = [...modules.keys()].filter((name) => !name.startsWith(prefix));
      const atOnce = reached(entry, result.metafile);
      const later = [...modules.keys()].filter((name) => !atOnce.has(name));
      const { minify, target, logLevel } = options;
      const made = await build({
        entryPoints: [entry, ...later],
        bundle: true,
        platform: 'node',
        format: 'cjs',
        // A require and no import: the extension host loads our files as CommonJS.
        supported: { 'dynamic-import': false },
        ...(minify ? { minify } : {}),
        ...(target ? { target } : {}),
        ...(logLevel ? { logLevel } : {}),
        sourcemap: sourcemap ?? false,
        outdir,
        write: false,
        metafile: true,
        plugins: [asCommonJs(entry, atOnce, modules, outdir)],
      });
      await mkdir(outdir, { recursive: true });
      const kept = new Set(made.outputFiles.map(({ path: file }) => path.basename(file)));
      const stale = (await readdir(outdir)).filter((name) => name.startsWith(prefix) && !kept.has(name));
      await Promise.all([
        ...stale.map((name) => rm(path.join(outdir, name))),
        ...made.outputFiles.map(({ path: file, contents }) => writeFile(file, contents)),
      ]);
      if (result.metafile) {
        const written = made.outputFiles.map(({ path: file, contents }) => [
          path.relative(options.absWorkingDir ?? '', file),
          { bytes: contents.length, inputs: {}, imports: [], exports: [] },
        ]);
        result.metafile.outputs = Object.fromEntries(written);
      }
    });
  },
};

/**
 * @param {string} entry @param {import('esbuild').Metafile | undefined} metafile
 * @returns {Set<string>} the modules that are loaded with the entry, itself among them
 */
function reached(entry, metafile) {
  const outputs = Object.entries(metafile?.outputs ?? {});
  const imports = new Map(outputs.map(([file, output]) => [path.basename(file), output.imports]));
  /** @type {Set<string>} */
  const found = new Set();
  const add = (/** @type {string} */ name) => {
    if (found.has(name)) return;
    found.add(name);
    for (const { kind, path: file, external } of imports.get(name) ?? []) {
      if (kind === 'import-statement' && !external) add(path.basename(file));
    }
  };
  add(entry);
  return found;
}

/**
 * @param {string} entry @param {Set<string>} atOnce @param {Map<string, string>} modules @param {string} outdir
 * @returns {import('esbuild').Plugin}
 */
const asCommonJs = (entry, atOnce, modules, outdir) => ({
  name: 'as-common-js',
  setup(plugin) {
    const companions = [...atOnce].filter((name) => name !== entry);
    // It is there already: whoever asks for a part has been loaded by it.
    plugin.onResolve({ filter: /./, namespace: 'companion' }, ({ path: file }) => ({
      path: file,
      external: true,
    }));
    plugin.onResolve({ filter: /./ }, ({ kind, path: file, importer }) => {
      const name = path.basename(file);
      if (!modules.has(name)) return { path: file, external: true };
      const inFolder = path.join(outdir, name);
      if (kind === 'entry-point') return { path: inFolder, namespace: name === entry ? 'whole' : 'module' };
      if (kind === 'dynamic-import') return { path: `./${name}`, external: true };
      if (!atOnce.has(name)) return { path: `./${name}`, external: true };
      return { path: inFolder, namespace: atOnce.has(path.basename(importer)) ? 'module' : 'companion' };
    });
    plugin.onLoad({ filter: /./, namespace: 'whole' }, () => ({
      contents: [
        `export * from './${entry}';`,
        ...companions.map((name, index) => `export * as part${index} from './${name}';`),
      ].join('\n'),
      resolveDir: outdir,
    }));
    plugin.onLoad({ filter: /./, namespace: 'module' }, ({ path: file }) => ({
      contents: modules.get(path.basename(file)) ?? '',
      resolveDir: outdir,
    }));
    plugin.onLoad({ filter: /./, namespace: 'companion' }, ({ path: file }) => ({
      contents: `module.exports = require('./${entry}').part${companions.indexOf(path.basename(file))};`,
    }));
  },
});
