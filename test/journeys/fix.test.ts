import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { journey } from './journey';
import { ask, checkSuggestion, openChat } from './steps';

const expected = 'The answer names the day on which the parcel comes, and says who carries it.';

describe('from a failed step to a fix that is known to help', () => {
  const here = journey();
  const studio = () => here.workbench.webview('main.studio [role=grid]');

  it('asks what to change', async () => {
    const chat = await openChat(here.workbench);
    await ask(chat, 'Where is order A-1001?');
    await chat.locator('.answer').filter({ hasText: 'Friday' }).waitFor();
    await chat.getByRole('button', { name: 'Open the trace' }).last().click();
    const page = await studio();
    await page.getByRole('row').last().click();
    await page.getByRole('grid', { name: 'Steps' }).press(' ');
    await page.getByLabel(/What did you expect instead\?/).fill(expected);
    await page.getByRole('button', { name: 'Analyse', exact: true }).click();
    await page.getByRole('button', { name: 'Check It' }).waitFor();
    assert.equal(await page.getByRole('button', { name: /^Apply/ }).count(), 0);
  });

  it('measures the suggestion: the failing message and every eval, before and with it', async () => {
    const page = await studio();
    const check = await checkSuggestion(page);
    const row = (name: RegExp) => check.getByRole('row', { name });
    await row(/Where is my order/)
      .getByText(/\d\.\d (passed|failed)/)
      .nth(1)
      .waitFor();
    await row(/new/)
      .getByText(/\d\.\d (passed|failed)/)
      .nth(1)
      .waitFor();
    await row(/The failing message/)
      .getByText('Friday')
      .nth(1)
      .waitFor();
    await check.scrollIntoViewIfNeeded();
    await here.workbench.picture('fix-checked');
  });

  it('writes it into the project after a look at the diff, with the eval', async () => {
    const { workbench, sample } = here;
    const { page } = workbench;
    await (await studio()).getByRole('button', { name: /^Apply/ }).click();
    const question = workbench.notification(/Write the suggestion into .*persona\.md/);
    await question.waitFor();
    await page.locator('.multiDiffEntry').filter({ hasText: 'persona.md' }).waitFor();
    await page.locator('.line-insert').first().waitFor();
    await workbench.picture('fix-diff');
    await question.getByRole('button', { name: 'Write' }).click();
    await workbench.notification(/The suggestion is written: .*persona\.md/).waitFor();
    assert.match(
      readFileSync(sample.file('tavora/agents/support/persona.md'), 'utf8'),
      /the outcome must be: The answer names the day/,
    );
    const written = readFileSync(
      sample.file('tavora/agents/support/evals/where-is-order-a-1001.json'),
      'utf8',
    );
    assert.equal(JSON.parse(written).criteria, expected);
  });

  it('has the case in the tree, and the fix in the next answer’s prompt', async () => {
    const { workbench } = here;
    const chat = await openChat(workbench);
    await chat.getByRole('textbox', { name: 'Message to Support' }).waitFor();
    await ask(chat, 'Where is order A-1005?');
    await chat.locator('.answer').filter({ hasText: 'processing' }).waitFor();
    await chat.getByRole('button', { name: 'Open the trace' }).last().click();
    const page = await studio();
    await page.getByRole('tab', { name: /Prompt/ }).click();
    await page.getByText('the outcome must be: The answer names the day').first().waitFor();
  });
});
