import { writeFileSync } from 'node:fs';
import { journey } from './journey';

describe('writing a skill', () => {
  const here = journey();
  const file = here.sample.file('tavora', 'agents', 'support', 'skills', 'notes.js');
  writeFileSync(file, "console.log('a');\nreturn require('lookup-ordr')(args);\n");

  it('runs a skill by itself and shows what it gave', async () => {
    const { workbench } = here;
    const { page } = workbench;
    await workbench.openFile('lookup-order.js');
    const lens = page.locator('.codelens-decoration a').filter({ hasText: 'Run Skill' }).first();
    await lens.waitFor();
    await workbench.command('Tavora: Run Skill…');
    const input = page.locator('.quick-input-widget input').first();
    await page.locator('.quick-input-title').filter({ hasText: 'lookup-order: orderId' }).waitFor();
    await input.fill('A-1001');
    await input.press('Enter');
    await workbench.tab('lookup-order (run).md').waitFor();
    const text = page.locator('.view-lines').filter({ hasText: 'lookup-order' }).last();
    await text.filter({ hasText: 'shipped' }).waitFor();
    // Off the tabs, whose hints cover the page.
    await page.mouse.move(600, 700);
    await workbench.picture('run-skill');
  });

  it('fixes every problem of a project at once', async () => {
    const { workbench } = here;
    const { page } = workbench;
    await workbench.openFile('notes.js');
    // No agent names the file yet, so nothing else is said of it.
    await page.locator('.squiggly-warning').first().waitFor();
    await workbench.command('Tavora: Fix All Problems of the Project');
    await workbench.notification(/Fixed .* of the project/).waitFor();
    await page.locator('.view-line').filter({ hasText: "require('lookup-order')" }).first().waitFor();
    await page.locator('.view-line').filter({ hasText: "log('a')" }).first().waitFor();
    await page.locator('.squiggly-warning, .squiggly-error').first().waitFor({ state: 'detached' });
    await workbench.picture('fix-all');
  });

  it('leads through it in a walkthrough that ends with a deployed agent', async () => {
    const { workbench } = here;
    const { page } = workbench;
    await workbench.command('Welcome: Open Walkthrough...');
    const input = page.locator('.quick-input-widget input').first();
    await input.fill('Build an agent with Tavora');
    await page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'Build an agent with Tavora' })
      .first()
      .click();
    const steps = page.locator('.getting-started-step');
    await steps.last().filter({ hasText: 'Deploy' }).waitFor();
    await steps.filter({ hasText: 'Run a skill by itself' }).click();
    await page.getByRole('button', { name: 'Run a Skill', exact: true }).first().waitFor();
    await workbench.picture('walkthrough');
  });
});
