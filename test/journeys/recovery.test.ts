import assert from 'node:assert/strict';
import { journey } from './journey';
import { processesWith } from './processes';
import { ask, openChat } from './steps';

describe('a runtime that dies in the middle of a run', () => {
  const here = journey();

  it('is said to have broken off, and is started again', async () => {
    const chat = await openChat(here.workbench);
    await ask(chat, 'Please refund order A-1002');
    await chat.getByText('Waiting for your answer').waitFor();

    const runtimes = processesWith(here.workbench.host.dataFolder, 'runtime.js');
    assert.equal(runtimes.length, 1);
    for (const pid of runtimes) {
      process.kill(pid, 'SIGKILL');
    }
    await here.workbench.notification('is being restarted. What had been recorded is kept.').waitFor();
    await chat.getByRole('alert').filter({ hasText: 'The connection broke during the run.' }).waitFor();
    await here.workbench.picture('runtime-killed');
    await here.workbench.statusItem('Embedded runtime').locator('.codicon-pass').waitFor();
  });

  it('reads the session back as far as it went', async () => {
    const chat = await here.workbench.webview('main.chat form');
    await chat.getByRole('button', { name: 'Reread Session' }).click();
    await chat.getByText('Not answered: the run has ended.').waitFor();
    await chat.getByText('Please refund order A-1002').first().waitFor();
    await chat.getByText(/Refund order A-1002 \(41\.50 €\) to Jonas\?/).waitFor();
    await here.workbench.picture('session-read-back');
  });

  it('goes on from its last step, where the question is asked again', async () => {
    const chat = await here.workbench.webview('main.chat form');
    await chat.getByRole('button', { name: 'Go On' }).click();
    const question = chat.getByRole('group', { name: /Refund order A-1002 \(41\.50 €\) to Jonas\?/ });
    await question.getByRole('button', { name: 'Yes' }).click();
    await chat.locator('.answer').filter({ hasText: '41.5' }).waitFor();
  });

  it('goes on as well after a reload of the window in the middle of a run', async () => {
    await here.workbench.command('Tavora: New Chat');
    const chat = await here.workbench.webview('main.chat:has(.empty) textarea:focus');
    await ask(chat, 'Please refund order A-1002');
    await chat.getByText('Waiting for your answer').waitFor();
    await here.workbench.reload();
    const again = await here.workbench.webview('main.chat form');
    await again.getByRole('button', { name: 'Go On' }).click();
    const question = again.getByRole('group', { name: /Refund order A-1002 \(41\.50 €\) to Jonas\?/ });
    await question.getByRole('button', { name: 'No' }).click();
    await again.locator('.answer').filter({ hasText: 'Nobody was paid' }).waitFor();
  });

  it('goes on in the same chat', async () => {
    const chat = await here.workbench.webview('main.chat form');
    await ask(chat, 'Where is order A-1001?');
    await chat.locator('.answer').filter({ hasText: 'Friday' }).waitFor();
  });

  it('shows the session’s trace with what had been recorded', async () => {
    await here.workbench.view('Sessions').unfold();
    await here.workbench.view('Sessions').row('Please refund order A-1002').first().click();
    const studio = await here.workbench.webview('main.studio [role=grid]');
    await studio.getByRole('row').filter({ hasText: 'Please refund order A-1002' }).first().waitFor();
    await studio.getByRole('row').filter({ hasText: 'Refund order A-1002 (41.50 €)' }).first().waitFor();
  });
});
