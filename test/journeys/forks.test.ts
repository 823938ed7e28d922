import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { journey } from './journey';
import { ask, openChat } from './steps';

describe('going back and asking otherwise', () => {
  const here = journey();
  const shipped = "'Your parcel has left the harbour.'";

  it('asks an earlier message anew in a fork', async () => {
    const chat = await openChat(here.workbench);
    await ask(chat, 'Where is order A-1001?');
    await chat.locator('.answer').filter({ hasText: 'Friday' }).waitFor();
    const turn = chat.getByRole('article').first();
    await turn.hover();
    await turn.getByRole('button', { name: 'Edit and ask again, in a fork' }).click();
    const box = turn.getByRole('textbox', { name: 'Message' });
    assert.equal(await box.inputValue(), 'Where is order A-1001?');
    await box.fill('Where is order A-1005?');
    await here.workbench.picture('chat-edit');
    await turn.getByRole('button', { name: 'Ask Again' }).click();
    await chat.locator('.answer').filter({ hasText: 'processing' }).waitFor();
    assert.equal(await chat.getByRole('article').count(), 1);
    assert.equal(await chat.getByText('Where is order A-1001?').count(), 0);
    await here.workbench.picture('chat-fork');
  });

  it('finds the conversation as it was in the history', async () => {
    const { page } = here.workbench;
    await here.workbench.command('Tavora: Chat History…');
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'Where is order A-1001?' }).first().waitFor();
    await here.workbench.picture('chat-history');
    // The fork is the newest; what it came from is below it.
    await rows.filter({ hasText: 'Where is order A-1001?' }).filter({ hasNotText: 'replay' }).first().click();
    const chat = await here.workbench.webview('main.chat form');
    await chat.locator('.answer').filter({ hasText: 'Friday' }).waitFor();
    // The chat takes the focus last; what is opened before would be closed by that.
    await chat.locator('textarea:focus').waitFor();
  });

  it('runs a changed skill from a step on, and says where it differs first', async () => {
    const { workbench, sample } = here;
    // As another editor would: the skill gives something else from now on.
    writeFileSync(
      sample.file('tavora/agents/support/skills/lookup-order.js'),
      `/**\n * Looks an order up.\n * @param {object} args\n * @param {string} args.orderId - The order's number, such as A-1001\n */\nmodule.exports = (args) => ${shipped};\n`,
    );
    const chat = await workbench.webview('main.chat form');
    await chat.getByRole('button', { name: 'Open the trace' }).last().click();
    const studio = await workbench.webview('main.studio [role=grid]');
    await studio.getByRole('row').nth(0).click();
    await studio.getByRole('button', { name: 'Replay from Here' }).click();
    await studio.getByLabel('Run the skills and files as they are saved now').check();
    await studio.getByRole('button', { name: 'Run Replay' }).click();
    await studio.locator('.compare-state').filter({ hasText: 'completed' }).waitFor();
    const first = studio.getByRole('button', { name: /^First different at step \d+/ });
    await first.click();
    await studio.locator('.split-detail').getByText('Your parcel has left the harbour.').first().waitFor();
    await workbench.picture('fork-diverges');
  });

  it('shows the family, and compares any two of it', async () => {
    const studio = await here.workbench.webview('main.studio [role=grid]');
    await studio.getByRole('button', { name: 'Close the comparison' }).click();
    await studio.getByText('Family of replays').click();
    const family = studio.getByRole('list', { name: 'Family of replays' }).getByRole('listitem');
    await family.nth(2).waitFor();
    await family.nth(1).getByRole('button', { name: 'Compare' }).click();
    await studio.locator('.compare-facts').getByText('→').waitFor();
    await here.workbench.picture('compare');
  });

  it('analyses a step, and tries the suggestion beside the original', async () => {
    const { workbench } = here;
    const studio = await workbench.webview('main.studio [role=grid]');
    await studio.getByRole('button', { name: 'Close the comparison' }).click();
    await studio.getByRole('row').last().click();
    await studio.getByRole('grid', { name: 'Steps' }).press(' ');
    await studio
      .getByLabel(/What did you expect instead\?/)
      .fill('The answer names the day on which the parcel comes.');
    await studio.getByRole('button', { name: 'Analyse', exact: true }).click();
    await studio.getByRole('button', { name: 'Try It' }).click();
    await studio.locator('.compare-state').filter({ hasText: 'completed' }).waitFor();
    await workbench.picture('fix-tried');
  });
});
