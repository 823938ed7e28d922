import { appendFileSync } from 'node:fs';
import { Sample } from './sample';
import { breakSkill, deployByButton, mendSkill } from './steps';
import { Workbench } from './workbench';

describe('mending a skill and deploying it', () => {
  const sample = new Sample();
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.open(sample.folder);
  });
  after(async () => {
    await workbench?.close();
    sample.remove();
  });

  it('underlines what the sandbox does not have, with code and hint', async () => {
    await breakSkill(workbench, sample, 'squiggle');
  });

  it('does not deploy what has a fatal problem, and leads to it', async () => {
    await workbench.command('Tavora: Deploy');
    const refused = workbench.notification(/setTimeout/);
    await refused.waitFor();
    await workbench.picture('deploy-refused');
    await refused.getByRole('button', { name: 'Show Problems' }).click();
    await workbench.page
      .locator('.markers-panel .monaco-list-row')
      .filter({ hasText: 'setTimeout' })
      .first()
      .waitFor();
  });

  it('forgets the problem when the skill is mended', async () => {
    await mendSkill(workbench);
    await workbench.save();
  });

  it('deploys by the button of the view and shows the version', async () => {
    await deployByButton(workbench);
    await workbench.picture('deploy');
  });

  it('shows that the agent has changed since, and deploys it again as changed', async () => {
    appendFileSync(
      sample.file('tavora', 'agents', 'support', 'persona.md'),
      '\nSign with "Harbour Goods".\n',
    );
    const agent = workbench
      .view('Agents')
      .row(/^Support/)
      .first();
    await agent.filter({ hasText: /changed since v|draft, v/ }).waitFor();
    await workbench.view('Agents').press('Deploy');
    await workbench.notification(/Deployed support: support v\S+ \(changed\)\./).waitFor();
    await agent.filter({ hasText: /deployed v\S/ }).waitFor();
  });
});
