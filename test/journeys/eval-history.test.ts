import { readFileSync, writeFileSync } from 'node:fs';
import { journey } from './journey';
import { deployByButton } from './steps';

const policy = ['tavora', 'agents', 'support', 'skills', 'refund-policy.md'] as const;
const caseName = 'Explain the refund policy';

describe('the history of evals', () => {
  const here = journey();
  const evals = () => here.workbench.webview('main.evals .head');

  it('is empty before the first run, and begins with it', async () => {
    await deployByButton(here.workbench);
    await here.workbench.command('Tavora: Show Evals');
    const page = await evals();
    await page.getByRole('heading', { name: 'Not run yet' }).waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Run Evals', exact: true }).click();
    await page.locator('.chart .mark').first().waitFor();
    await page.locator('.chart .version').first().waitFor();
  });

  it('says in words what got worse after an edit', async () => {
    const file = here.sample.file(...policy);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('30 days', 'a while'));
    const page = await evals();
    await page.getByRole('button', { name: 'Run evals', exact: true }).click();
    const worse = page.locator('.regressions');
    await worse.getByText(/10\.0 → \d\.\d since v\d/).waitFor();
    await page.locator('.chart .mark').nth(1).waitFor();
    await worse.getByRole('button', { name: caseName }).click();
    await page.getByRole('heading', { name: caseName }).waitFor();
    await here.workbench.picture('evals');
  });

  it('leads from a point to what differs in the files', async () => {
    const page = await evals();
    await page.getByRole('button', { name: /^Files Against v/ }).click();
    const changes = here.workbench.page.locator('.multiDiffEntry, .multi-diff-editor').first();
    await changes.filter({ hasText: 'refund-policy.md' }).waitFor();
    await here.workbench.tab(/Support: v\d\S* ↔ [0-9a-f]{8}/).waitFor();
    await here.workbench.picture('evals-files');
  });

  it('leads from a point to its trace', async () => {
    await here.workbench.command('Tavora: Show Evals');
    const page = await evals();
    await page.locator('.chart .mark').last().dblclick();
    const studio = await here.workbench.webview('main.studio [role=grid]');
    await studio.getByRole('row').filter({ hasText: 'What is your refund policy?' }).first().waitFor();
  });

  it('shows the trend over the case', async () => {
    await here.workbench.openFile('refund-policy.json');
    const name = here.workbench.page
      .locator('.view-line span > span')
      .filter({ hasText: 'Explain the refund policy' })
      .first();
    const hover = here.workbench.page.locator('.monaco-hover').filter({ hasText: '10.0' });
    await here.workbench.hover(() => name.boundingBox(), hover.getByText('Trace').first());
    await here.workbench.picture('evals-trend');
  });
});
