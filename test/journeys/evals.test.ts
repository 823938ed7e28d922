import { readFileSync, writeFileSync } from 'node:fs';
import { journey } from './journey';
import { ask, openChat } from './steps';

describe('testing an agent', () => {
  const policy = 'tavora/agents/support/evals/refund-policy.json';
  const here = journey(async () => {
    const file = here.sample.file(policy);
    writeFileSync(file, readFileSync(file, 'utf8').replace('30 days', '60 days'));
    return {};
  });
  const tests = () => here.workbench.page.locator('.test-explorer .monaco-list-row');
  /** A test by its name and, where it matters, its state, as a screen reader says them. */
  const test = (name: string, state?: string) => {
    const row = tests().and(here.workbench.page.locator(`[aria-label^="${name}"]`));
    return state === undefined ? row : row.and(here.workbench.page.locator(`[aria-label*="${state}"]`));
  };
  const panel = () => here.workbench.page.locator('.part.panel');

  it('runs every eval from the Test Explorer', async () => {
    const { workbench } = here;
    await workbench.container('Testing');
    await tests().filter({ hasText: 'support' }).first().waitFor();
    await workbench.command('Test: Run All Tests');
    for (const name of ['support', 'Support']) {
      const row = test(name).first();
      await row.waitFor();
      if ((await row.getAttribute('aria-expanded')) === 'false') {
        await row.locator('.monaco-tl-twistie').click();
      }
      await test(name).and(workbench.page.locator('[aria-expanded="true"]')).first().waitFor();
    }
    await test('Explain the refund policy', 'Failed').waitFor();
    await test('Where is my order', 'Passed').waitFor();
    await workbench.picture('evals-run');
  });

  it('reads why one failed: score, reasons, and what was expected against the answer', async () => {
    const { workbench } = here;
    const { page } = workbench;
    await workbench.command('Test Results: Focus on Test Results View');
    const results = page.locator('.test-output-peek-tree .monaco-list-row');
    await results.filter({ hasText: 'Score 5.0 of 10, 7 needed.' }).first().click();
    await panel().getByText('missed: the answer lacks').first().waitFor();
    await workbench.picture('evals-failure');
    await results.filter({ hasText: 'What was expected, against the answer' }).first().click();
    await panel().locator('.monaco-diff-editor').getByText('Must hold: 60 days').first().waitFor();
    await workbench.picture('evals-diff');
  });

  it('opens the trace of the failure', async () => {
    const { workbench } = here;
    const row = workbench.page
      .locator('.test-output-peek-tree .monaco-list-row')
      .filter({ hasText: 'Score 5.0 of 10' })
      .first();
    await row.hover();
    await row.getByRole('button', { name: 'Open Trace of Eval' }).click();
    const studio = await workbench.webview('main.studio [role=grid]');
    await studio.getByText('What is your refund policy?').first().waitFor();
    await workbench.picture('evals-trace');
  });

  it('makes an eval of a step, from what was expected, and runs it', async () => {
    const { workbench } = here;
    const { page } = workbench;
    const studio = await workbench.webview('main.studio [role=grid]');
    await studio.getByRole('row').last().click();
    await studio.getByRole('button', { name: 'Save as Eval' }).click();
    const box = page.locator('.quick-input-widget').filter({ visible: true });
    const input = box.locator('input').filter({ visible: true });
    await box.getByText('Save as Eval').waitFor();
    await input.fill('Names the 30 days within which money comes back.');
    await workbench.picture('evals-from-step');
    await input.press('Enter');
    await box.getByText('Name of the new eval').waitFor();
    // Not to whatever has the focus: what had it before the first box may have taken it back from the second.
    await input.press('Enter');
    await workbench.tab('what-is-your-refund-policy.json').waitFor();
    await workbench.container('Testing');
    const row = test('what-is-your-refund-policy');
    await row.waitFor();
    await row.hover();
    await row.getByRole('button', { name: 'Run Test', exact: true }).click();
    await test('what-is-your-refund-policy', 'Passed')
      .or(test('what-is-your-refund-policy', 'Failed'))
      .waitFor();
    await workbench.picture('evals-step-case');
  });

  it('makes an eval of a chat turn, and runs it', async () => {
    const { workbench } = here;
    const { page } = workbench;
    const chat = await openChat(workbench);
    await ask(chat, 'Where is order A-1001?');
    await chat.locator('.answer').filter({ hasText: 'Friday' }).waitFor();
    await chat.getByRole('button', { name: 'Save as Eval' }).click();
    const box = page.locator('.quick-input-widget').filter({ visible: true });
    const input = box.locator('input').filter({ visible: true });
    await box.getByText('Save as Eval').waitFor();
    await workbench.picture('evals-from-chat');
    await input.press('Enter');
    await box.getByText('Name of the new eval').waitFor();
    await input.press('Enter');
    await workbench.tab('where-is-order-a-1001.json').waitFor();
    const row = test('where-is-order-a-1001');
    await row.waitFor();
    await row.hover();
    await row.getByRole('button', { name: 'Run Test', exact: true }).click();
    await test('where-is-order-a-1001', 'Passed').waitFor();
    await workbench.picture('evals-new-case');
  });

  it('runs only what failed, when that is wanted', async () => {
    const { workbench } = here;
    await workbench.command('Test: Rerun Failed Tests');
    await workbench.command('Test: Show Output');
    // The output of the run before has cases that passed.
    await panel()
      .locator('.xterm-rows')
      .filter({ hasText: '✘ Explain the refund policy' })
      .filter({ hasNotText: '✔' })
      .first()
      .waitFor();
    await workbench.picture('evals-failed-only');
  });

  it('runs a case again when its file is saved, while that is wanted', async () => {
    const { workbench, sample } = here;
    const { page } = workbench;
    const text = readFileSync(sample.file(policy), 'utf8');
    const before = text.slice(0, text.indexOf('60 days')).split('\n');
    await workbench.command('Test: Start Continuous Run');
    await test('Explain the refund policy').dblclick();
    await workbench.tab(/^refund-policy\.json/).waitFor();
    await workbench.goTo(before.length, (before.at(-1)?.length ?? 0) + 3);
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('30');
    await test('Explain the refund policy', 'Failed').waitFor();
    await workbench.save();
    await test('Explain the refund policy', 'Passed').waitFor();
    await workbench.picture('evals-on-save');
    await workbench.command('Test: Stop Continuous Run');
  });
});
