import { readFileSync, writeFileSync } from 'node:fs';
import { journey } from './journey';
import { seeAgent } from './steps';

const agent = ['tavora', 'agents', 'support'];

describe('a deployment that evals decide on', () => {
  const here = journey(async () => {
    const config = here.sample.file(...agent, 'agent.jsonc');
    writeFileSync(config, readFileSync(config, 'utf8').replace('"runEvals": false', '"runEvals": true'));
    return {};
  });

  const open = async () => {
    const { workbench } = here;
    await seeAgent(workbench);
    await workbench.view('Agents').press('Deploy');
    // The editor puts a message away by itself after some seconds.
    await workbench.notification(/have not been run on these files/).waitFor();
    await workbench.tab('Deploy support, first version').waitFor();
    return await workbench.webview('main.gate section');
  };

  it('shows beside the changes that its cases have not been run on these files', async () => {
    const { workbench } = here;
    const page = await open();
    await page.getByRole('status').getByText('4 without a result on these files').waitFor();
    await workbench.page.locator('.multiDiffEntry').first().waitFor();
    await workbench.picture('gate-not-run');
  });

  it('runs them from there, and sees them pass with their scores', async () => {
    const { workbench } = here;
    const page = await workbench.webview('main.gate section');
    await page.getByRole('button', { name: 'Run All (4)' }).click();
    await workbench.notification(/passed on these files: 4 of 4/).waitFor();
    for (const name of ['Where is my order', 'Explain the refund policy']) {
      await page
        .getByRole('listitem')
        .filter({ hasText: name })
        .getByText(/^passed, \d+\.\d of 10, 7 needed$/)
        .waitFor();
    }
    await page.getByText('The evals that decide on support passed on these files: 4 of 4.').waitFor();
    await workbench.picture('gate-passed');
  });

  it('opens a case where it is written, beside its result', async () => {
    const { workbench } = here;
    const page = await workbench.webview('main.gate section');
    await page.getByRole('button', { name: 'Where is my order', exact: true }).click();
    await workbench.tab('where-is-my-order.json').waitFor();
    await page.getByText('passed on these files: 4 of 4').waitFor();
    await workbench.picture('gate-case');
  });

  it('goes through the gate by their verdict', async () => {
    const { workbench } = here;
    await workbench.tab('Deploy support, first version').click();
    await workbench.page.getByRole('button', { name: 'Deploy What Is Shown' }).first().click();
    await workbench.told(/Deployed support: support v1\.0\.0 \(new\)\./);
    await workbench.tab('Evals That Decide').waitFor({ state: 'detached' });
    await workbench.command('Tavora: Show Deploy Log');
    const lines = workbench.page.locator('.view-lines').filter({ hasText: 'deployed' });
    await lines.filter({ hasText: '4 of 4 passed' }).first().waitFor();
    await workbench.picture('gate-log');
  });
});
