// `npm run package [-- --out FILE]`: the extension as a VSIX, by default out/tavora-vscode.vsix.
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap } from './lib/bootstrap.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/process.mjs';

const { values } = parseArgs({ options: { out: { type: 'string' } } });

await runMain(async () => {
  await bootstrap();
  const out = path.resolve(values.out ?? path.join(root, 'out/tavora-vscode.vsix'));
  mkdirSync(path.dirname(out), { recursive: true });
  // vsce runs `vscode:prepublish`, which is the production build; everything is bundled; the one dependency
  // is our own plugin of the editor's JavaScript service, which is looked for in node_modules,
  // where npm puts a link to it.
  // Relative links stay relative: there is no public repository whose address could stand before them.
  const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');
  const { code } = await run(
    process.execPath,
    [vsce, 'package', '--follow-symlinks', '--no-rewrite-relative-links', '--out', out],
    {
      cwd: root,
    },
  );
  if (code !== 0) {
    throw new Failure('The extension could not be packaged; the lines above say why.');
  }
  console.log(`${out}: ${(statSync(out).size / 1e6).toFixed(2)} MB`);
});
