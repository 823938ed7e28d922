import { journey } from './journey';
import { ask, openChat } from './steps';

describe('talking to the agent', () => {
  const here = journey();

  it('shows each step as it happens, asks, and answers', async () => {
    const chat = await openChat(here.workbench);
    await ask(chat, 'Please refund order A-1002');

    const question = chat.getByRole('group', { name: /Refund order A-1002 \(41\.50 €\) to Jonas\?/ });
    await question.waitFor();
    await chat.getByText('Waiting for your answer').waitFor();
    // The block that asks is on the screen while it runs.
    await chat.getByRole('button', { name: /JavaScript running/ }).waitFor();
    await here.workbench.picture('chat-question');

    await question.getByRole('button', { name: 'Yes' }).click();
    const answer = chat.locator('.answer');
    await answer.filter({ hasText: '41.5' }).waitFor();
    await chat
      .getByRole('button', { name: /JavaScript ran/ })
      .first()
      .waitFor();
    await chat.locator('.turn-footer').filter({ hasText: 'local/rehearsal' }).waitFor();
    await here.workbench.picture('chat-answer');
  });

  it('opens a step to its source and its result', async () => {
    const chat = await here.workbench.webview('main.chat form');
    const step = chat.getByRole('button', { name: /JavaScript ran/ }).first();
    await step.click();
    const body = chat.locator('.step-body');
    await body.filter({ hasText: 'require("refund-order")' }).waitFor();
    await body.filter({ hasText: '41.5' }).waitFor();
  });

  it('leads from the answer to its trace, beside the code', async () => {
    const chat = await here.workbench.webview('main.chat form');
    await here.workbench.openFile('lookup-order.js');
    await here.workbench.command('View: Split Editor Right');
    await here.workbench.tab('lookup-order.js').nth(1).waitFor();
    await chat.getByRole('button', { name: 'Open the trace' }).click();
    const studio = await here.workbench.webview('main.studio [role=grid]');
    await studio.getByRole('row').filter({ hasText: 'Please refund order A-1002' }).first().waitFor();
    await here.workbench.picture('chat');
  });

  it('keeps the conversation over a reload of the window', async () => {
    await here.workbench.reload();
    const chat = await here.workbench.webview('main.chat .answer');
    await chat.locator('.answer').filter({ hasText: '41.5' }).waitFor();
    await chat.getByText('Please refund order A-1002').first().waitFor();
  });

  it('asks the question anew in a fork, where another answer leads elsewhere', async () => {
    const chat = await here.workbench.webview('main.chat .answer');
    const turn = chat.getByRole('article').first();
    await turn.hover();
    await turn.getByRole('button', { name: 'Edit and ask again, in a fork' }).click();
    await turn.getByRole('button', { name: 'Ask Again' }).click();
    const question = chat.getByRole('group', { name: /Refund order A-1002 \(41\.50 €\) to Jonas\?/ });
    await question.getByRole('button', { name: 'No' }).click();
    await chat.locator('.answer').filter({ hasText: 'Nobody was paid' }).waitFor();
    await here.workbench.picture('chat-fork-question');

    // The conversation that it came from is as it was.
    await here.workbench.command('Tavora: Chat History…');
    await here.workbench.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'Please refund order A-1002' })
      .filter({ hasNotText: 'replay' })
      .first()
      .click();
    await chat.locator('.answer').filter({ hasText: '41.5' }).waitFor();
  });
});
