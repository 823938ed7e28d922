import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installVsix } from '../../scripts/lib/editor-host.mjs';
import { run } from '../../scripts/lib/process.mjs';
import { Sample } from './sample';
import { breakSkill, deployByButton, mendSkill, seeTree } from './steps';
import { Workbench } from './workbench';

describe('the extension as a package', () => {
  const sample = new Sample();
  const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'tavora-vsix-'));
  const vsix = path.join(dataFolder, 'tavora.vsix');
  let workbench: Workbench;
  after(async () => {
    await workbench?.close();
    sample.remove();
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  it('is made and installed', async () => {
    const made = await run(process.execPath, ['scripts/package.mjs', '--out', vsix], { quiet: true });
    assert.equal(made.code, 0, made.output);
    await installVsix(vsix, dataFolder);
    workbench = await Workbench.open(sample.folder, { dataFolder, extension: 'none' });
  });

  it('shows the sample’s tree', async () => {
    await seeTree(workbench);
  });

  it('underlines a problem and forgets it when mended', async () => {
    await breakSkill(workbench, 'vsix-squiggle');
    await mendSkill(workbench);
    await workbench.save();
  });

  it('deploys with its own runtime', async () => {
    await deployByButton(workbench);
    await workbench.picture('vsix-deploy');
  });
});
