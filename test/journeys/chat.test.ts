import { journey } from './journey';

describe('talking to the agent', () => {
  const here = journey();

  it('shows each step as it happens, asks, and answers', async () => {
    await here.workbench.container('Tavora');
    await here.workbench.view('Agents').fold();
    await here.workbench.view('Sessions').fold();
    await here.workbench.view('Chat').unfold();
    const chat = await here.workbench.webview('main.chat form');
    await chat.getByRole('textbox', { name: 'Message to Support' }).fill('Please refund order A-1002');
    await chat.getByRole('button', { name: 'Send' }).click();

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
    await here.workbench.picture('chat');
  });

  it('opens a step to its source and its result', async () => {
    const chat = await here.workbench.webview('main.chat form');
    const step = chat.getByRole('button', { name: /JavaScript ran/ }).first();
    await step.click();
    const body = chat.locator('.step-body');
    await body.filter({ hasText: 'require("refund-order")' }).waitFor();
    await body.filter({ hasText: '41.5' }).waitFor();
  });

  it('keeps the conversation over a reload of the window', async () => {
    await here.workbench.reload();
    const chat = await here.workbench.webview('main.chat .answer');
    await chat.locator('.answer').filter({ hasText: '41.5' }).waitFor();
    await chat.getByText('Please refund order A-1002').first().waitFor();
  });
});
