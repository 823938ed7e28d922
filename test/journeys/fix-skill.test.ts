import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { lenient, reasoning, SupportModel } from '../fixtures/servers/support-model';
import { journey } from './journey';
import { ask, checkSuggestion, openChat } from './steps';

const skill = 'tavora/agents/support/skills/lookup-order.js';

describe('from a failed step to a skill that is mended', () => {
  const model = new SupportModel();
  const here = journey(async () => {
    await model.start();
    return { env: { OPENAI_BASE_URL: `${model.url}/v1`, OPENAI_API_KEY: 'sk-of-this-test' } };
  });
  before(() => {
    const config = here.sample.file('tavora/agents/support/agent.jsonc');
    writeFileSync(config, readFileSync(config, 'utf8').replace('local/rehearsal', 'openai/gpt-of-this-test'));
  });
  after(() => model.stop());

  const studio = () => here.workbench.webview('main.studio [role=grid]');
  const file = () => readFileSync(here.sample.file(skill), 'utf8');

  it('asks a model why it failed, which changes the skill', async () => {
    const chat = await openChat(here.workbench);
    await ask(chat, 'Where is order A1001?');
    await chat.locator('.answer').filter({ hasText: 'There is no order A1001' }).waitFor();
    await chat.getByRole('button', { name: 'Open the trace' }).last().click();
    const page = await studio();
    await page
      .getByRole('row')
      .filter({ hasText: /There is no order A1001/ })
      .first()
      .click();
    await page.getByRole('grid', { name: 'Steps' }).press(' ');
    await page.getByLabel(/What did you expect instead\?/).fill('The order is found without the dash too.');
    await page.getByRole('button', { name: 'Analyse', exact: true }).click();
    await page.getByText(reasoning).waitFor();
    await page.getByText(lenient).first().waitFor();
    await here.workbench.picture('fix-skill-suggested');
  });

  it('measures it: the failing message finds the order with it', async () => {
    const page = await studio();
    const check = await checkSuggestion(page);
    const message = check.getByRole('row', { name: /The failing message/ });
    await message.getByText('There is no order').first().waitFor();
    await message.getByText('Friday').first().waitFor();
    await check.scrollIntoViewIfNeeded();
    await here.workbench.picture('fix-skill-checked');
  });

  it('writes it into the skill after a look at the diff', async () => {
    const { workbench } = here;
    assert.ok(!file().includes(lenient));
    await (await studio()).getByRole('button', { name: /^Apply/ }).click();
    const question = workbench.notification(/Write the suggestion into .*lookup-order\.js/);
    await question.waitFor();
    await workbench.page.locator('.multiDiffEntry').filter({ hasText: 'lookup-order.js' }).waitFor();
    await workbench.page.locator('.line-insert').first().waitFor();
    await workbench.picture('fix-skill-diff');
    await question.getByRole('button', { name: 'Write' }).click();
    await workbench.notification(/The suggestion is written: .*lookup-order\.js/).waitFor();
    assert.ok(file().includes(lenient));
  });

  it('finds the order in the next message', async () => {
    const chat = await openChat(here.workbench);
    await ask(chat, 'And where is order a1001?');
    await chat.locator('.answer').filter({ hasText: 'Friday' }).waitFor();
  });
});
