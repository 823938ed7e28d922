import assert from 'node:assert/strict';
import { journey } from './journey';
import { ask, openChat } from './steps';

describe('replaying a conversation from a step', () => {
  const here = journey();

  it('opens the trace of a chat with each of its steps', async () => {
    const chat = await openChat(here.workbench);
    await ask(chat, 'Where is order A-1001?');
    await chat.locator('.answer').filter({ hasText: 'Friday' }).waitFor();
    await chat.getByRole('button', { name: 'Open the trace' }).click();

    const studio = await here.workbench.webview('main.studio [role=grid]');
    const rows = studio.getByRole('row');
    await rows.nth(0).filter({ hasText: 'Where is order A-1001?' }).waitFor();
    await rows.filter({ hasText: 'lookup-order' }).first().waitFor();
    await here.workbench.picture('trace');
  });

  it('runs anew from step 2 with another message, beside the original', async () => {
    const studio = await here.workbench.webview('main.studio [role=grid]');
    await studio.getByRole('row').nth(2).click();
    await studio.getByRole('button', { name: 'Replay from Here' }).click();
    const form = studio.getByRole('form', { name: 'Replay from step 2' });
    await form.getByRole('textbox', { name: 'Message' }).fill('Where is order A-1005?');
    await here.workbench.picture('replay-form');
    await form.getByRole('button', { name: 'Run Replay' }).click();

    await studio.getByRole('heading', { name: 'Replay from step 2' }).waitFor();
    await studio.locator('.compare-state').filter({ hasText: 'completed' }).waitFor();
    const rows = studio.getByRole('row');
    await rows.nth(2).and(studio.locator('.row-different')).waitFor();
    assert.match((await rows.nth(0).getAttribute('class')) ?? '', /row-shared/);
    assert.match((await rows.nth(1).getAttribute('class')) ?? '', /row-shared/);
    assert.equal(await studio.locator('.row-shared').count(), 2);
    await here.workbench.picture('replay');
  });

  it('is a session of its own, which shares what came before', async () => {
    const studio = await here.workbench.webview('main.studio [role=grid]');
    await studio.getByRole('button', { name: 'Open the replay on its own' }).click();
    // The page of both is there until the one of the replay is.
    const replay = await here.workbench.webview(
      'main.studio:not(:has(.compare-state)) [role=row]:has-text("A-1005")',
    );
    const rows = replay.getByRole('row');
    await rows.nth(0).filter({ hasText: 'Where is order A-1001?' }).waitFor();
    await rows.filter({ hasText: 'A-1005' }).first().waitFor();
    await rows.filter({ hasText: 'processing' }).first().waitFor();
    assert.equal(await rows.filter({ hasText: 'Friday' }).count(), 0);
  });
});
