// Writes what is made from the table of rules: docs/rules.md, schemas/, and the setting `tavora.rules` in
// package.json. `npm run rules`; the unit tests say when it was forgotten.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from './lib/paths.mjs';
import { run } from './lib/process.mjs';

const outfile = path.join(root, 'out/rules/project.cjs');
await build({
  absWorkingDir: root,
  entryPoints: ['src/project/index.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  mainFields: ['module', 'main'],
  logLevel: 'warning',
});
/** @type {typeof import('../src/project/index.ts')} */
const { editorSchemas, publishedSchemas, rulesMarkdown, rulesSchema } = createRequire(outfile)(outfile);

await writeFile(path.join(root, 'docs/rules.md'), rulesMarkdown());
await mkdir(path.join(root, 'schemas/editor'), { recursive: true });
for (const [name, schema] of Object.entries(publishedSchemas)) {
  await writeFile(path.join(root, 'schemas', name), JSON.stringify(schema));
}
for (const [name, schema] of Object.entries(editorSchemas)) {
  await writeFile(path.join(root, 'schemas/editor', name), JSON.stringify(schema));
}
const manifest = path.join(root, 'package.json');
const text = await readFile(manifest, 'utf8');
const parsed = JSON.parse(text);
const setting = parsed.contributes.configuration.properties['tavora.rules'];
Object.assign(setting, rulesSchema, { description: undefined });
await writeFile(manifest, `${JSON.stringify(parsed, undefined, 2)}\n`);
const format = ['check', '--write', '--log-level=error', 'schemas', 'package.json'];
const { code } = await run(
  process.execPath,
  [path.join(root, 'node_modules/@biomejs/biome/bin/biome'), ...format],
  {
    cwd: root,
  },
);
process.exitCode = code;
