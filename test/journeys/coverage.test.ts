import { journey } from './journey';
import { seeAgent } from './steps';

describe('seeing what evals exercise', () => {
  const here = journey();

  it('runs the evals with coverage, and lists the skills with their shares', async () => {
    const { workbench } = here;
    await seeAgent(workbench);
    await workbench.command('Test: Run All Tests with Coverage');
    await workbench.container('Testing');
    const skill = workbench.view('Test Coverage').row(/lookup-order\.js/);
    await skill.first().waitFor({ timeout: 120_000 });
    await workbench.picture('coverage-list');
  });

  it('marks the lines of a skill that ran, and those that did not', async () => {
    const { workbench } = here;
    const { page } = workbench;
    await workbench.openFile('main.js');
    await page.locator('.coverage-deco-gutter.coverage-deco-hit').first().waitFor();
    await page.locator('.coverage-deco-gutter.coverage-deco-miss').first().waitFor();
    await workbench.picture('coverage-gutter');
    await workbench.command('Test: Toggle Inline Coverage');
    await page.locator('.coverage-deco-inline').first().waitFor();
    await workbench.picture('coverage-inline');
    await page.locator('.coverage-deco-inline.coverage-deco-hit').first().waitFor();
  });
});
