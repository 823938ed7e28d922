import assert from 'node:assert/strict';
import { processesWith } from './processes';
import { Sample } from './sample';
import { breakSkill, mendSkill, seeTree } from './steps';
import { Workbench } from './workbench';

describe('Restricted Mode', () => {
  const sample = new Sample();
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.open(sample.folder, { restricted: true });
  });
  after(async () => {
    await workbench?.close();
    sample.remove();
  });

  it('shows the project', async () => {
    await seeTree(workbench);
    await workbench.statusItem('Restricted Mode').first().waitFor();
    await workbench.picture('restricted');
  });

  it('checks skills', async () => {
    await breakSkill(workbench, sample, 'restricted-squiggle');
    await mendSkill(workbench);
    await workbench.save();
  });

  it('sends nothing: it says why, and offers to manage trust', async () => {
    await workbench.command('Tavora: Deploy');
    const refused = workbench.notification(/Restricted Mode.*sends and runs nothing/);
    await refused.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    await workbench.picture('restricted-deploy');
  });

  it('takes no message in the chat', async () => {
    await workbench.container('Tavora');
    await workbench.view('Chat').unfold();
    const chat = await workbench.webview('main.chat form');
    await chat.getByRole('textbox').waitFor();
    assert.equal(await chat.getByRole('textbox').isDisabled(), true);
    assert.equal(await chat.getByRole('button', { name: 'Send' }).isDisabled(), true);
  });

  it('starts no runtime', () => {
    assert.deepEqual(processesWith(workbench.host.dataFolder, 'runtime.js'), []);
  });
});
