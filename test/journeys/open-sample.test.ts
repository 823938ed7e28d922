import { Sample } from './sample';
import { seeTree } from './steps';
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
    await seeTree(workbench);
    await workbench.picture('open-sample');
  });

  it('opens the file behind a row', async () => {
    await workbench.view('Agents').row('lookup-order').click();
    await workbench.tab('lookup-order.js').waitFor();
    await workbench.page.locator('.view-line').filter({ hasText: '@typedef' }).first().waitFor();
  });
});
