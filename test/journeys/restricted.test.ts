import assert from 'node:assert/strict';
import { journey } from './journey';
import { processesWith } from './processes';
import { breakSkill, mendSkill, openChat, seeTree } from './steps';

describe('Restricted Mode', () => {
  const here = journey({ restricted: true });

  it('shows the project', async () => {
    await seeTree(here.workbench);
    await here.workbench.statusItem('Restricted Mode').first().waitFor();
    await here.workbench.picture('restricted');
  });

  it('checks skills', async () => {
    await breakSkill(here.workbench, 'restricted-problem');
    await mendSkill(here.workbench);
    await here.workbench.save();
  });

  it('sends nothing: it says why, and offers to manage trust', async () => {
    await here.workbench.command('Tavora: Deploy');
    const refused = here.workbench.notification(/Restricted Mode.*sends and runs nothing/);
    await refused.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    await here.workbench.picture('restricted-deploy');
  });

  it('takes no message in the chat', async () => {
    const chat = await openChat(here.workbench);
    await chat.getByRole('textbox').waitFor();
    assert.equal(await chat.getByRole('textbox').isDisabled(), true);
    assert.equal(await chat.getByRole('button', { name: 'Send' }).isDisabled(), true);
  });

  it('starts no runtime', () => {
    assert.deepEqual(processesWith(here.workbench.host.dataFolder, 'runtime.js'), []);
  });
});
