import assert from 'node:assert/strict';
import type { ChatKept, ChatRequest } from '../../src/webviews/chat/messages';
import { chatDesk } from './chat-desk';
import { asks, conversation, ends, happens, state } from './chat-scenes';

describe('the chat page', () => {
  const desk = chatDesk();
  const { open, show, button, openAll, box } = desk;

  describe('before the first message', () => {
    it('says that it is loading until the host has spoken', async () => {
      await open();
      await desk.chat.page.getByRole('progressbar', { name: 'Loading the chat' }).waitFor();
    });

    it('names the agent and offers its evals as opening messages', async () => {
      await show('empty');
      await desk.chat.page.getByRole('heading', { name: 'Support' }).waitFor();
      await button('Where is order 1002?').click();
      assert.equal((await desk.chat.asked('send')).text, 'Where is order 1002?');
    });

    it('offers a sample and a new project where there is no agent', async () => {
      await show('no-agent');
      await button('Open a Sample').click();
      assert.equal((await desk.chat.asked('open')).what, 'sample');
      assert.ok(await desk.chat.page.getByRole('combobox', { name: 'Agent' }).isDisabled());
    });

    it('sends nothing in Restricted Mode and leads to trust', async () => {
      await show('restricted');
      assert.ok(await desk.chat.page.getByRole('textbox').isDisabled());
      await button('Manage Trust').click();
      assert.equal((await desk.chat.asked('open')).what, 'trust');
    });

    it('says why the server cannot be reached, and leads on', async () => {
      await show('offline');
      await desk.chat.page.getByText('api.tavora.ai refused the key.').waitFor();
      await button('Connect…').click();
      assert.equal((await desk.chat.asked('open')).what, 'connect');
    });
  });

  describe('what it cost', () => {
    it('is told for each turn and in total, where the price is known', async () => {
      await show('priced');
      await desk.chat.page.getByText('1.4 s · 1,276 tokens · $0.0024 · openai/gpt-5').first().waitFor();
      await desk.chat.page.getByText('In total: 2 turns · 2.8 s · 2,552 tokens · $0.0049').waitFor();
    });

    it('is that of the model which each turn was asked of, or what the server says', async () => {
      const turn = (model: string, more: object = {}) => [
        asks('Where?'),
        happens({
          type: 'response',
          content: 'There.',
          tokens: { prompt: 1000, completion: 100 },
          model,
          ...more,
        }),
        happens({ type: 'done' }, 1000),
        ends({ kind: 'done' }, 1000),
      ];
      await open();
      await desk.chat.tell(
        state({ prices: { 'openai/': { prompt: 1.25, completion: 10 } } }),
        conversation(...turn('openai/gpt-5'), ...turn('other/model'), ...turn('other/billed', { cost: 0.5 })),
      );
      const { page } = desk.chat;
      await page.getByText('1.0 s · 1,100 tokens · $0.0022 · openai/gpt-5').waitFor();
      await page.getByText('1.0 s · 1,100 tokens · other/model').waitFor();
      await page.getByText('1.0 s · 1,100 tokens · $0.5000 · other/billed').waitFor();
      await page.getByText('In total: 3 turns · 3.0 s · 3,300 tokens · over $0.5022').waitFor();
    });

    it('is not guessed where it is not', async () => {
      await show('done');
      await desk.chat.page.getByText('1,276 tokens').waitFor();
      assert.equal(await desk.chat.page.getByText('$').count(), 0);
    });
  });

  describe('a block', () => {
    it('leads to the line that failed, to its skills, and into an editor', async () => {
      await show('skills');
      await button('Go to refunds.js:14').click();
      const { name, line, column } = await desk.chat.asked('skill');
      assert.deepEqual([name, line, column], ['agents/support/skills/refunds.js', 14, 11]);
      await button('orders').click();
      await button('Open the code in an editor').click();
      assert.equal((await desk.chat.asked('show')).language, 'javascript');
      await button('Copy the code').click();
      assert.match((await desk.chat.asked('copy')).text, /require\('refunds'\)/);
    });
  });

  describe('a limit', () => {
    it('says what was spent, and lets the run go on', async () => {
      await show('limited');
      await desk.chat.page.getByRole('alert').filter({ hasText: '210,432 tokens' }).waitFor();
      await button('Change the Limit').click();
      assert.equal((await desk.chat.asked('open')).what, 'limits');
      await button('Go On').click();
      await desk.chat.asked('go-on');
    });
  });

  describe('a run', () => {
    it('shows each step as it comes', async () => {
      await show('live');
      await desk.chat.page.getByText('I look the order up and check its parcels.').waitFor();
      await desk.chat.page.getByText('"order 1002": 3 rows', { exact: true }).waitFor();
      await button(/^JavaScript running/).waitFor();
      await desk.chat.tell({
        type: 'entries',
        entries: [happens({ type: 'execute_js_result', content: '{ id: 1002 }', result: { id: 1002 } }, 420)],
      });
      await button(/^JavaScript ran .*340 ms/).waitFor();
    });

    it('opens a block to its coloured source and its result, formatted and as JSON', async () => {
      await show('done');
      await button(/^JavaScript ran/).click();
      const code = desk.chat.page.getByRole('region', { name: 'Source: JavaScript' });
      await code.locator('.hljs-keyword').nth(2).waitFor();
      await desk.chat.page.getByRole('region', { name: 'Result' }).getByText("status: 'shipped'").waitFor();
      await button('JSON').click();
      await desk.chat.page.getByRole('list', { name: 'Result' }).getByText('"shipped"').waitFor();
    });

    it('shows the answer as Markdown, with time, tokens and model under it', async () => {
      await show('done');
      assert.equal(await desk.chat.page.getByRole('table').getByRole('row').count(), 3);
      await desk.chat.page.getByText('1.4 s · 1,276 tokens · local/rehearsal').waitFor();
    });

    it('opens links and the trace through the host', async () => {
      await show('done');
      await desk.chat.page.getByRole('link', { name: 'on the carrier’s page' }).click();
      assert.equal((await desk.chat.asked('link')).href, 'https://example.com/track/1002');
    });

    it('opens the trace at the turn that it stands below', async () => {
      await show('priced');
      await button('Open the trace').last().click();
      assert.equal((await desk.chat.asked('trace')).turn, 1);
    });

    it('is saved as an eval by keyboard, at its place in the conversation', async () => {
      await show('done');
      await button('Copy the answer').focus();
      await desk.chat.page.keyboard.press('Tab');
      await desk.chat.page.keyboard.press('Enter');
      assert.equal((await desk.chat.asked('save-eval')).turn, 0);
    });

    it('opens a failed block by itself, with the error and where it was thrown', async () => {
      await show('failed');
      await desk.chat.page.locator('pre').getByText('at refund (skills/refunds.js:14:11)').waitFor();
    });

    it('keeps what a person opened', async () => {
      await show('done');
      await button(/^JavaScript ran/).click();
      const kept = (await desk.chat.kept()) as ChatKept;
      await desk.chat.close();
      await show('done', { kept });
      await desk.chat.page.getByRole('region', { name: 'Source: JavaScript' }).waitFor();
    });

    it('shows an unknown event as it came', async () => {
      await show('opaque');
      await button(/^telepathy/).click();
      await desk.chat.page.getByRole('region', { name: 'Event telepathy' }).getByText('"strength"').waitFor();
    });
  });

  describe('a question', () => {
    it('is reached and answered by key, from the message box', async () => {
      await show('confirm');
      await desk.box().focus();
      const yes = button('Yes');
      for (
        let pressed = 0;
        pressed < 20 && !(await yes.evaluate((one) => one.matches(':focus')));
        pressed++
      ) {
        await desk.chat.page.keyboard.press('Shift+Tab');
      }
      await desk.chat.page.keyboard.press('Enter');
      assert.equal((await desk.chat.asked('answer')).value, true);
    });

    it('is answered by a button: yes or no', async () => {
      await show('confirm');
      await desk.chat.page.getByText('Waiting for your answer').waitFor();
      await button('No').click();
      assert.deepEqual(await desk.chat.asked('answer'), { type: 'answer', requestId: 'q1', value: false });
    });

    it('leads to the line of the skill that asks it', async () => {
      await show('done');
      await desk.chat.tell(
        state(),
        conversation(
          asks('Refund order 1001, please.'),
          happens({
            type: 'input_request',
            args: {
              request_id: 'q1',
              input_type: 'confirm',
              message: 'Sure?',
              called_from: { file: 'agents/support/skills/refunds.js', line: 14, column: 11 },
            },
          }),
        ),
      );
      await button('Go to refunds.js:14').click();
      const { name, line, column } = await desk.chat.asked('skill');
      assert.deepEqual([name, line, column], ['agents/support/skills/refunds.js', 14, 11]);
    });

    it('is answered by one of its options', async () => {
      await show('choice');
      await button('The whole order').click();
      assert.equal((await desk.chat.asked('answer')).value, 'The whole order');
    });

    it('is answered with text, and shows what to type', async () => {
      await show('text');
      const field = desk.chat.page.getByRole('textbox', { name: 'What is the reason?' });
      assert.equal(await field.getAttribute('placeholder'), 'For example: broken');
      await field.fill('cracked');
      await field.press('Enter');
      assert.equal((await desk.chat.asked('answer')).value, 'cracked');
    });

    it('keeps a half-typed answer while the page is hidden, and not once the server has it', async () => {
      await show('text');
      const field = () => desk.chat.page.getByRole('textbox', { name: 'What is the reason?' });
      await field().fill('crack');
      const kept = (await desk.chat.kept()) as ChatKept;
      await desk.chat.close();
      await show('text', { kept });
      assert.equal(await field().inputValue(), 'crack');
      await field().press('Enter');
      assert.equal((await desk.chat.asked('answer')).value, 'crack');
      await desk.chat.tell({
        type: 'entries',
        entries: [
          { kind: 'answered', requestId: 'q1', value: 'crack' },
          happens({ type: 'response', content: 'It is refunded.' }, 90),
        ],
      });
      assert.deepEqual(((await desk.chat.kept()) as ChatKept).answers, {});
    });

    it('has what was typed again when the server refuses it', async () => {
      await show('text');
      const field = () => desk.chat.page.getByRole('textbox', { name: 'What is the reason?' });
      await field().fill('cracked');
      await field().press('Enter');
      await desk.chat.tell({
        type: 'entries',
        entries: [{ kind: 'answered', requestId: 'q1', value: 'cracked' }],
      });
      await field().waitFor({ state: 'detached' });
      await desk.chat.tell({
        type: 'entries',
        entries: [{ kind: 'answer-failed', requestId: 'q1', message: 'The server is gone.' }],
      });
      await desk.chat.page.getByText('The server is gone.').waitFor();
      assert.equal(await field().inputValue(), 'cracked');
    });

    it('keeps the cursor when the button that answered it is gone', async () => {
      await show('confirm');
      await button('Yes').focus();
      await desk.chat.page.keyboard.press('Enter');
      await desk.chat.asked('answer');
      await desk.chat.tell({
        type: 'entries',
        entries: [{ kind: 'answered', requestId: 'q1', value: true }],
      });
      await desk.chat.page.locator('.question:focus').waitFor();
    });

    it('shows the answer once it is settled, and no buttons', async () => {
      await show('settled');
      await desk.chat.page.locator('.question-answer').getByText('Yes', { exact: true }).waitFor();
      assert.equal(await button('Yes').count(), 0);
    });
  });

  describe('an ending', () => {
    const cases: [string, string, string, ChatRequest][] = [
      ['failed', 'The run failed.', 'Retry', { type: 'send', text: 'Refund order 77.' }],
      ['cut', 'The connection broke during the run.', 'Reread Session', { type: 'reread' }],
      ['silent', 'No sign of life for 1 min.', 'Reread Session', { type: 'reread' }],
      ['interrupted', 'This run has no end on record.', 'Reread Session', { type: 'reread' }],
      ['unread', 'The conversation could not be read back.', 'Reread Session', { type: 'reread' }],
      ['cut', 'The connection broke during the run.', 'Go On', { type: 'go-on' }],
      ['interrupted', 'This run has no end on record.', 'Go On', { type: 'go-on' }],
      ['stopped', 'Stopped.', 'Go On', { type: 'go-on' }],
      ['stopped', 'Stopped.', 'Retry', { type: 'send', text: 'Where is order 1002?' }],
      ['refused', 'Not sent.', 'Show Problems', { type: 'offer', id: 1 }],
      ['undeployed', 'Not sent.', 'Deploy', { type: 'offer', id: 2 }],
    ];
    for (const [scene, title, remedy, request] of cases) {
      it(`“${scene}” says so and offers ${remedy}`, async () => {
        await show(scene);
        await desk.chat.page.getByText(title, { exact: true }).waitFor();
        await button(remedy).click();
        assert.deepEqual(await desk.chat.asked(request.type), request);
      });
    }

    it('before a block did leaves it closed, and does not call it failed', async () => {
      await show('stopped');
      await button(/^JavaScript cut short\s*\/\/ Look the order up/).click();
      await desk.chat.page.getByText('The run ended before this block did.').waitFor();
      assert.equal(await desk.chat.page.locator('.failure, .step-failed').count(), 0);
    });

    it('that refused a message gives it back to the box', async () => {
      await show('refused');
      await button('Edit Message').click();
      assert.equal(await box().inputValue(), 'Where is order 1002?');
    });

    it('of an earlier turn offers nothing any more', async () => {
      await open();
      await desk.chat.tell(
        state(),
        conversation(asks('One'), ends({ kind: 'stopped' }), asks('Two'), ends({ kind: 'stopped' })),
      );
      assert.equal(await button('Retry').count(), 1);
    });
  });

  it('stays inert whatever an agent or a server says', async () => {
    await open();
    const payload =
      '<img src=x onerror="window.broken=1"><script>window.broken=1</script><style>body{display:none}</style>' +
      '<a href="javascript:window.broken=1">a</a> [b](javascript:window.broken=1) ![c](https://example.com/c.png) ' +
      '<svg onload="window.broken=1"><iframe src="https://example.com"></iframe>';
    await desk.chat.tell(
      state(),
      conversation(
        asks(payload),
        happens({ type: 'sandbox_event', content: payload }),
        happens({ type: 'sandbox_event', args: { kind: payload, summary: payload } }),
        happens({ type: 'execute_js', content: payload }),
        happens({ type: 'execute_js_result', content: payload, result: { [payload]: payload } }),
        happens({ type: payload, content: payload }),
        happens({
          type: 'input_request',
          args: { request_id: 'q', input_type: 'choice', message: payload, options: [payload] },
        }),
        happens({ type: 'response', content: payload }),
        happens({ type: 'error', content: payload }),
      ),
    );
    await openAll();
    assert.equal(await desk.chat.page.evaluate(() => 'broken' in window), false);
    assert.equal(await desk.chat.page.locator('#root :is(img, script, style, svg, iframe)').count(), 0);
    assert.equal(await desk.chat.page.locator('#root a[href^="javascript" i]').count(), 0);
    assert.ok(await desk.chat.page.getByRole('log').isVisible());
  });

  it('draws 10,000 steps and stays quick', async () => {
    await open();
    const steps = Array.from({ length: 10_000 }, (_, index) =>
      index % 2 === 0
        ? happens({ type: 'execute_js', content: `return ${index};` }, index)
        : happens({ type: 'execute_js_result', content: `${index}`, result: index }, index),
    );
    const before = await desk.chat.computedMs();
    await desk.chat.tell(
      state(),
      conversation(asks('Count.'), ...steps, happens({ type: 'response', content: 'Counted.' }, 10_000)),
    );
    await desk.chat.page.getByText('Counted.').waitFor();
    const took = (await desk.chat.computedMs()) - before;
    assert.ok(took > 0 && took < 3000, `took ${took} ms`);
    await button('Show 4,801 earlier steps').click();
    await button('Show 4,601 earlier steps').waitFor();
  });

  it('keeps an answer to choose in the view, however long its words are', async () => {
    const long = 'refund_of_a_delivered_order_'.repeat(4);
    const args = { request_id: 'q1', input_type: 'choice', message: 'Which?', options: [long, 'None'] };
    await open({ width: 300 });
    await desk.chat.tell(
      state({ busy: 'running' }),
      conversation(asks('Refund it.'), happens({ type: 'input_request', args })),
    );
    const box = await button(long).boundingBox();
    assert.ok(box && box.x + box.width < 300, JSON.stringify(box));
  });

  it('keeps the end of the conversation in sight while the message box grows', async () => {
    const turns = Array.from({ length: 20 }, (_, index) => [
      asks(`Question ${index}`),
      happens({ type: 'response', content: `Answer ${index}` }),
      happens({ type: 'done' }),
    ]).flat();
    await open({ height: 400 });
    await desk.chat.tell(state(), conversation(...turns));
    await desk.box().fill('A line.\n'.repeat(6));
    const log = desk.chat.page.getByRole('log');
    const fromEnd = () => log.evaluate((one) => one.scrollHeight - one.scrollTop - one.clientHeight);
    await desk.chat.settled();
    assert.ok((await fromEnd()) < 2, `${await fromEnd()} px from the end`);
    // What waits to be sent takes room from it as well, in the very moment in which it is told more.
    await desk.chat.tell(state({ busy: 'running', queue: ['And then?', 'And then?'] }), {
      type: 'entries',
      entries: [asks('One more')],
    });
    await desk.chat.settled();
    assert.ok((await fromEnd()) < 2, `${await fromEnd()} px from the end`);
    assert.equal(await button('Go to the end').count(), 0);
  });

  it('follows the conversation until a person scrolls up, and comes back on request', async () => {
    await open({ height: 400 });
    const turns = Array.from({ length: 20 }, (_, index) => [
      asks(`Question ${index}`),
      happens({ type: 'response', content: `Answer ${index}` }),
      happens({ type: 'done' }),
    ]).flat();
    await desk.chat.tell(state(), conversation(...turns));
    const log = desk.chat.page.getByRole('log');
    const fromEnd = () => log.evaluate((one) => one.scrollHeight - one.scrollTop - one.clientHeight);
    assert.ok((await fromEnd()) < 2);
    await log.evaluate((one) => one.scrollTo(0, 100));
    await button('Go to the end').waitFor();
    await desk.chat.tell({ type: 'entries', entries: [asks('One more')] });
    assert.ok((await fromEnd()) > 100);
    await button('Go to the end').click();
    await desk.chat.page.waitForFunction(() => {
      const one = document.querySelector('.log');
      return one && one.scrollHeight - one.scrollTop - one.clientHeight < 2;
    });
  });
});
