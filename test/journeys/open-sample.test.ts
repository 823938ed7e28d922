import { journey } from './journey';
import { seeTree } from './steps';

describe('opening the sample', () => {
  const here = journey();

  it('shows the project, its agent and what the agent is made of', async () => {
    await seeTree(here.workbench);
    await here.workbench.picture('tree');
  });

  it('opens the file behind a row', async () => {
    await here.workbench.view('Agents').row('lookup-order').click();
    await here.workbench.tab('lookup-order.js').waitFor();
    await here.workbench.page.locator('.view-line').filter({ hasText: '@typedef' }).first().waitFor();
  });
});
