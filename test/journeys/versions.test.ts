import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import { journey } from './journey';
import { agreeToDeploy, deployByButton } from './steps';

describe('comparing two versions and rolling back', () => {
  const here = journey();
  const persona = () => here.sample.file('tavora', 'agents', 'support', 'persona.md');
  let first = '';

  it('deploys twice, and lists both versions with the live one marked', async () => {
    await here.workbench.container('Tavora');
    await here.workbench.view('Chat').fold();
    await here.workbench.view('Sessions').fold();
    const agents = here.workbench.view('Agents');
    const agent = agents.row(/^Support/).first();
    first = readFileSync(persona(), 'utf8');
    await deployByButton(here.workbench);
    appendFileSync(persona(), '\nSign with "Harbour Goods".\n');
    await agent.filter({ hasText: /changed since v|draft, v/ }).waitFor();
    await agents.press('Deploy');
    await agreeToDeploy(
      here.workbench,
      'Deploy support against v1.0.0',
      /1 file \(1 changed\) against v1\.0\.0\./,
    );
    await agent.filter({ hasText: /deployed v1\.0\.1/ }).waitFor();
    await agents.expand(/^Support/);
    await agents.expand(/^Versions/);
    await agents
      .row(/^v1\.0\.1/)
      .filter({ hasText: 'live' })
      .waitFor();
    await agents.row(/^v1\.0\.0/).waitFor();
    await here.workbench.picture('versions');
  });

  it('compares them in the multi-diff', async () => {
    const agents = here.workbench.view('Agents');
    await agents.row(/^v1\.0\.1/).click();
    await agents.row(/^v1\.0\.0/).click({ modifiers: ['ControlOrMeta'] });
    await agents.row(/^v1\.0\.0/).click({ button: 'right' });
    await here.workbench.choose('Compare Versions…');
    await here.workbench.tab('support: v1.0.0').waitFor();
    await here.workbench.page.locator('.multiDiffEntry').getByText('Harbour Goods').first().waitFor();
    await here.workbench.picture('versions-compared');
  });

  it('rolls back after one question, and the earlier files are live and here', async () => {
    const { page } = here.workbench;
    const agents = here.workbench.view('Agents');
    await agents.row(/^v1\.0\.0/).click();
    await agents.row(/^v1\.0\.0/).click({ button: 'right' });
    await here.workbench.choose('Roll Back…');
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByText('Roll support back to v1.0.0').waitFor();
    await dialog.getByText(/Changed: agents\/support\/persona\.md/).waitFor();
    await here.workbench.picture('versions-roll-back');
    await dialog.getByRole('button', { name: 'Roll Back' }).click();
    await agents
      .row(/^v1\.0\.2/)
      .filter({ hasText: 'live' })
      .waitFor();
    assert.equal(readFileSync(persona(), 'utf8'), first);
  });
});
