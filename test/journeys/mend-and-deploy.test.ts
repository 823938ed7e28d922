import { appendFileSync } from 'node:fs';
import { journey } from './journey';
import { agreeToDeploy, breakSkill, deployByButton, mendSkill } from './steps';

describe('mending a skill and deploying it', () => {
  const here = journey();

  it('underlines what the sandbox does not have, with code and hint', async () => {
    await breakSkill(here.workbench, 'problem');
  });

  it('does not deploy what has a fatal problem, and leads to it', async () => {
    await here.workbench.command('Tavora: Deploy');
    const refused = here.workbench.notification(/setTimeout/);
    await refused.waitFor();
    await here.workbench.picture('deploy-refused');
    await refused.getByRole('button', { name: 'Show Problems' }).click();
    await here.workbench.page
      .locator('.markers-panel .monaco-list-row')
      .filter({ hasText: 'setTimeout' })
      .first()
      .waitFor();
  });

  it('forgets the problem when the skill is mended', async () => {
    await mendSkill(here.workbench);
    await here.workbench.save();
  });

  it('deploys by the button of the view and shows the version', async () => {
    await deployByButton(here.workbench);
    await here.workbench.picture('deploy');
  });

  it('shows that the agent has changed since, and deploys it again as changed', async () => {
    appendFileSync(
      here.sample.file('tavora', 'agents', 'support', 'persona.md'),
      '\nSign with "Harbour Goods".\n',
    );
    const agent = here.workbench
      .view('Agents')
      .row(/^Support/)
      .first();
    await agent.filter({ hasText: /changed since v|draft, v/ }).waitFor();
    await here.workbench.view('Agents').press('Deploy');
    await agreeToDeploy(
      here.workbench,
      'Deploy support against v1.0.0',
      /support: 1 file \(1 changed\) against v1\.0\.0\./,
    );
    await here.workbench.told(/Deployed support: support v\S+ \(changed\)\./);
    await agent.filter({ hasText: /deployed v\S/ }).waitFor();
  });
});
