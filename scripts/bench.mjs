// `npm run bench [-- NAME…]`: figures of the production build, as a table; leaves with 1 when a budget is missed.
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { bootstrap } from './lib/bootstrap.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/process.mjs';

const out = path.join(root, 'out/bench');
/** What an installed extension consists of; dist comes from the build. */
const shipped = ['package.json', 'media', 'schemas', 'examples'];

await runMain(async () => {
  await bootstrap();
  await buildExtension(path.join(out, 'extension'));
  const script = await buildBenches();
  const names = process.argv.slice(2);
  const { code } = await run(process.execPath, [script, ...names], { cwd: root, timeoutMs: 15 * 60_000 });
  if (code !== 0) {
    throw new Failure('A figure is over its budget, or could not be measured; the lines above say which.');
  }
});

/**
 * The extension as it is shipped, beside dist and not in it: a build that somebody works with stays as it is.
 * @param {string} folder
 */
async function buildExtension(folder) {
  const { build } = await import('esbuild');
  const { bundles, copies } = await import('./lib/bundles.mjs');
  const inFolder = (/** @type {string} */ file) =>
    path.join(folder, path.relative(root, path.resolve(root, file)));
  await rm(folder, { recursive: true, force: true });
  for (const name of shipped) {
    await cp(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  for (const { from, to } of copies) {
    await cp(from, inFolder(to));
  }
  await Promise.all(
    bundles({ production: true }).map((options) =>
      build({ ...options, outdir: inFolder(options.outdir ?? 'dist') }),
    ),
  );
}

/** @returns {Promise<string>} the program that measures */
async function buildBenches() {
  const { build } = await import('esbuild');
  const outfile = path.join(out, 'main.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['bench/main.ts'],
    outfile,
    bundle: true,
    packages: 'external',
    // They find the repository by their own place.
    external: ['./scripts/lib/*'],
    platform: 'node',
    format: 'esm',
    target: 'node22',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}
