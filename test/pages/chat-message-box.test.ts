import assert from 'node:assert/strict';
import type { ChatKept } from '../../src/webviews/chat/messages';
import { chatDesk } from './chat-desk';
import { asks, conversation, ends, state } from './chat-scenes';

describe('the chat page: saying something', () => {
  const desk = chatDesk();
  const { open, show, button, box } = desk;

  describe('the message box', () => {
    it('sends with Enter and empties, breaks the line with Shift+Enter', async () => {
      await show('empty');
      await box().fill('first');
      await box().press('Shift+Enter');
      await box().pressSequentially('second');
      await box().press('Enter');
      assert.equal((await desk.chat.asked('send')).text, 'first\nsecond');
      assert.equal(await box().inputValue(), '');
    });

    it('does not send blanks', async () => {
      await show('empty');
      await box().fill('   ');
      await box().press('Enter');
      assert.deepEqual(
        (await desk.chat.requests()).map(({ type }) => type),
        ['ready'],
      );
    });

    it('sends during a run what is to be said after it, and shows what waits', async () => {
      await show('waiting');
      await box().fill('And thank them.');
      await button('Send after this run (Enter)').click();
      assert.equal((await desk.chat.asked('send')).text, 'And thank them.');
      const waiting = desk.chat.page.getByRole('list', { name: 'Waiting to be sent' }).getByRole('listitem');
      assert.equal(await waiting.count(), 2);
      await waiting.nth(1).getByRole('button', { name: 'Take it back into the box' }).click();
      const { index, text } = await desk.chat.asked('unqueue');
      assert.deepEqual([index, text], [1, 'Then write to the customer.\nKindly.']);
      await desk.chat.tell({ type: 'write', text: 'Then write to the customer.' });
      await box().and(desk.chat.page.locator(':focus')).waitFor();
      assert.equal(await box().inputValue(), 'Then write to the customer.');
    });

    it('keeps what is typed when a message is taken back, and below it', async () => {
      await show('waiting');
      await box().fill('half a thought');
      await desk.chat.tell({ type: 'write', text: 'Then write to the customer.' });
      await box().and(desk.chat.page.locator(':focus')).waitFor();
      assert.equal(await box().inputValue(), 'Then write to the customer.\n\nhalf a thought');
      assert.equal(((await desk.chat.kept()) as ChatKept).draft, await box().inputValue());
    });

    it('has both messages that are taken back at once', async () => {
      await show('waiting');
      await box().fill('half a thought');
      await desk.chat.tell({ type: 'write', text: 'The first.' }, { type: 'write', text: 'The second.' });
      await box().and(desk.chat.page.locator(':focus')).waitFor();
      assert.equal(await box().inputValue(), 'The second.\n\nThe first.\n\nhalf a thought');
    });

    it('offers to send what waits where nothing sends it by itself', async () => {
      await show('waiting');
      assert.equal(await button('Send it now').count(), 0);
      await desk.chat.tell(state({ queue: ['And of order 1003?'] }));
      await button('Send it now').click();
      await desk.chat.asked('send-queued');
    });

    it('shows what goes along, and lets it go', async () => {
      await show('waiting');
      const attached = desk.chat.page.getByRole('list', { name: 'Attached' });
      await attached.getByText('lookup-order.js, lines 3–9').waitFor();
      await button('Detach notes.md').click();
      assert.equal((await desk.chat.asked('detach')).id, 5);
      await button('Attach a file or the selection').click();
      await desk.chat.asked('attach');
    });

    it('brings the last message back with the arrow up', async () => {
      await show('done');
      await box().press('ArrowUp');
      assert.equal(await box().inputValue(), 'Where is order 1002?');
    });
  });

  describe('commands', () => {
    const options = () => desk.chat.page.getByRole('listbox', { name: 'Commands' }).getByRole('option');

    it('are listed after a slash, found by a part of their name, and chosen by key', async () => {
      await show('priced');
      await box().pressSequentially('/');
      assert.equal(await options().count(), 5);
      await box().pressSequentially('order');
      assert.deepEqual(await desk.chat.page.locator('.command-name').allTextContents(), [
        '/lookup-order',
        '/refund-order',
      ]);
      await box().press('ArrowDown');
      const active = await box().getAttribute('aria-activedescendant');
      assert.equal(await options().nth(1).getAttribute('id'), active);
      await box().press('Enter');
      assert.equal(await box().inputValue(), '/refund-order ');
      await box().pressSequentially('A-1');
      await box().press('Enter');
      assert.equal((await desk.chat.asked('send')).text, '/refund-order A-1');
    });

    it('put a template into the box, and do at once what the chat does itself', async () => {
      await show('priced');
      await box().fill('/comp');
      await options().first().click();
      assert.equal(await box().inputValue(), 'A customer complains about {{what}}.');
      await box().fill('/hist');
      await box().press('Tab');
      await desk.chat.asked('history');
      assert.equal(await box().inputValue(), '');
    });

    it('go away with Escape, and what was typed can be sent', async () => {
      await show('priced');
      await box().fill('/new');
      await box().press('Escape');
      assert.equal(await options().count(), 0);
      await box().press('Enter');
      assert.equal((await desk.chat.asked('send')).text, '/new');
    });
  });

  describe('an earlier message', () => {
    it('is changed and asked again in its place', async () => {
      await show('priced');
      const first = desk.chat.page.getByRole('article').first();
      await first.getByRole('button', { name: 'Edit and ask again, in a fork' }).click();
      const editor = first.getByRole('textbox', { name: 'Message' });
      assert.equal(await editor.inputValue(), 'Where is order 1002?');
      await editor.fill('Where is order 1003?');
      await editor.press('Enter');
      const { turn, text, edited } = await desk.chat.asked('resend');
      assert.deepEqual([turn, text, edited], [0, 'Where is order 1003?', true]);
    });

    it('is asked again as it was', async () => {
      await show('priced');
      await desk.chat.page
        .getByRole('article')
        .nth(1)
        .getByRole('button', { name: 'Ask again from here, in a fork' })
        .click();
      const { turn, text, edited } = await desk.chat.asked('resend');
      assert.deepEqual([turn, text, edited], [1, 'Where is order 1002?', false]);
    });

    it('is left alone when the edit is given up', async () => {
      await show('priced');
      await button('Edit and ask again, in a fork').first().click();
      await desk.chat.page.getByRole('textbox', { name: 'Message', exact: true }).press('Escape');
      await desk.chat.page.getByText('Where is order 1002?').first().waitFor();
      assert.deepEqual(
        (await desk.chat.requests()).map(({ type }) => type),
        ['ready'],
      );
    });

    it('is kept as far as it was changed while the page is hidden', async () => {
      await show('priced');
      await button('Edit and ask again, in a fork').first().click();
      const editor = () => desk.chat.page.getByRole('textbox', { name: 'Message', exact: true });
      await editor().fill('Where is order 1003?');
      const kept = (await desk.chat.kept()) as ChatKept;
      await desk.chat.close();
      await show('priced', { kept });
      assert.equal(await editor().inputValue(), 'Where is order 1003?');
      await editor().press('Escape');
      await box().and(desk.chat.page.locator(':focus')).waitFor();
      assert.equal(((await desk.chat.kept()) as ChatKept).edit, undefined);
    });

    it('cannot be asked again during a run', async () => {
      await show('live');
      assert.equal(await button('Edit and ask again, in a fork').count(), 0);
    });

    it('is shown in part when it is long', async () => {
      await open();
      const text = Array.from({ length: 40 }, (_, line) => `line ${line + 1}`).join('\n');
      await desk.chat.tell(state(), conversation(asks(text), ends({ kind: 'stopped' })));
      assert.equal(await desk.chat.page.getByText('line 40').count(), 0);
      await button('Show all 40 lines').click();
      await desk.chat.page.getByText('line 40').waitFor();
    });
  });

  describe('the message box, further', () => {
    it('stops a run by its button and by Escape', async () => {
      await show('live');
      await button('Stop (Escape)').click();
      await box().press('Escape');
      assert.deepEqual(
        (await desk.chat.requests()).map(({ type }) => type),
        ['ready', 'stop', 'stop'],
      );
    });

    it('keeps what is typed over hiding and reload', async () => {
      await show('empty');
      await box().fill('half a thought');
      const kept = (await desk.chat.kept()) as ChatKept;
      await desk.chat.close();
      await show('empty', { kept });
      assert.equal(await box().inputValue(), 'half a thought');
    });

    it('chooses agent and version', async () => {
      await show('empty');
      await desk.chat.page.getByRole('combobox', { name: 'Agent' }).selectOption('Triage');
      assert.equal((await desk.chat.asked('agent')).key, 'support/triage');
      await desk.chat.page.getByRole('combobox', { name: 'Which version answers' }).selectOption('Live');
      assert.equal((await desk.chat.asked('target')).target, 'live');
    });

    it('stops by Escape while the draft is synced, too', async () => {
      await show('live');
      await desk.chat.tell(state({ busy: 'syncing' }));
      await box().press('Escape');
      await desk.chat.asked('stop');
    });

    for (const [scene, label] of [
      ['refused', 'Retry'],
      ['refused', 'Edit Message'],
      ['limited', 'Go On'],
      ['done', 'Ask again from here, in a fork'],
      ['live', 'Stop (Escape)'],
    ] as const) {
      it(`has the cursor after the button “${label}”, which goes away`, async () => {
        await show(scene);
        await button(label).first().focus();
        await desk.chat.page.keyboard.press('Enter');
        await box().and(desk.chat.page.locator(':focus')).waitFor();
      });
    }

    it('takes the cursor when the host asks for it', async () => {
      await show('empty');
      await desk.chat.tell({ type: 'focus' });
      assert.ok(await box().evaluate((one) => one === document.activeElement));
    });
  });
});
