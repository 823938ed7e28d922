// Builds dist/: `node scripts/build.mjs [--production | --watch]`.
import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, context } from 'esbuild';
import { bundles, copies } from './lib/bundles.mjs';
import { noticeOf, noticesText, packagesOf } from './lib/notices.mjs';
import { root } from './lib/paths.mjs';

const { values } = parseArgs({
  options: { production: { type: 'boolean', default: false }, watch: { type: 'boolean', default: false } },
});

if (values.production) {
  // A package must hold nothing of an earlier build.
  await rm(path.join(root, 'dist'), { recursive: true, force: true });
}
for (const { from, to } of copies) {
  await mkdir(path.dirname(to), { recursive: true });
  await copyFile(from, to);
}

const all = bundles({ production: values.production });
if (values.watch) {
  // The lines are what the background problem matcher of .vscode/tasks.json waits for.
  const said = {
    name: 'said',
    /** @param {import('esbuild').PluginBuild} plugin */
    setup(plugin) {
      plugin.onStart(() => console.log('build started'));
      plugin.onEnd((result) => console.log(`build finished, ${result.errors.length} errors`));
    },
  };
  for (const options of all) {
    await (await context({ ...options, plugins: [...(options.plugins ?? []), said] })).watch();
  }
} else {
  const results = await Promise.allSettled(all.map((options) => build(options)));
  let failed = false;
  const used = copies.map(({ from }) => path.relative(root, from));
  for (const result of results) {
    if (result.status === 'rejected') {
      // esbuild has printed what is wrong and where.
      failed = true;
      continue;
    }
    used.push(...Object.keys(result.value.metafile?.inputs ?? {}));
    for (const [file, output] of Object.entries(result.value.metafile?.outputs ?? {})) {
      if (!file.endsWith('.map')) {
        console.log(`${file.padEnd(28)} ${(output.bytes / 1000).toFixed(0).padStart(6)} kB`);
      }
    }
  }
  if (!failed) {
    const notices = packagesOf(used).map((folder) => noticeOf(path.join(root, folder)));
    await writeFile(path.join(root, 'dist/THIRD-PARTY-NOTICES.txt'), noticesText(notices));
    // They are commands of their own; npm would set this only where it installs them.
    for (const command of ['dist/lint.js', 'dist/eval.js']) await chmod(path.join(root, command), 0o755);
  }
  process.exitCode = failed ? 1 : 0;
}
