import assert from 'node:assert/strict';
import { Sample } from './sample';
import { Workbench } from './workbench';

describe('opening the sample', () => {
  const sample = new Sample();
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.open(sample.folder);
  });
  after(async () => {
    await workbench?.close();
    sample.remove();
  });

  it('shows the project, its agent and what the agent is made of', async () => {
    await workbench.container('Tavora');
    const agents = workbench.view('Agents');
    await agents.expand(/^support/);
    await agents.expand(/^Support/);
    await agents.expand(/^Skills/);
    await agents.expand(/^Evals/);
    for (const row of [
      'persona.md',
      'local/rehearsal',
      'lookup-order',
      'refund-order',
      'refund-policy',
      'Where is my order',
    ]) {
      await agents.row(row).first().waitFor();
    }
    assert.match(await agents.row('lookup-order').innerText(), /module/);
    assert.match(await agents.row('refund-policy').innerText(), /prompt/);
    await workbench.picture('open-sample');
  });

  it('opens the file behind a row', async () => {
    await workbench.view('Agents').row('lookup-order').click();
    await workbench.tab('lookup-order.js').waitFor();
    await workbench.page.locator('.view-line').filter({ hasText: '@typedef' }).first().waitFor();
  });
});
