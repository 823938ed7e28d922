import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installVsix } from '../../scripts/lib/editor-host.mjs';
import { run } from '../../scripts/lib/process.mjs';
import { journey } from './journey';
import { breakSkill, deployByButton, mendSkill, seeTree } from './steps';

describe('the extension as an installed package', () => {
  const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'tavora-vsix-'));
  const here = journey(async () => {
    const vsix = path.join(dataFolder, 'tavora.vsix');
    const made = await run(process.execPath, ['scripts/package.mjs', '--out', vsix], { quiet: true });
    assert.equal(made.code, 0, made.output);
    await installVsix(vsix, dataFolder);
    return { dataFolder, extension: 'none' };
  });
  after(() => rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

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
