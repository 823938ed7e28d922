import assert from 'node:assert/strict';
import type { ChatKept, ChatNotification, ChatRequest } from '../../src/webviews/chat/messages';
import { assertAccessible } from './axe';
import { asks, conversation, ends, happens, scenes, state } from './chat-scenes';
import { OpenPage, PageServer, themeNames } from './page';
import { takePicture } from './picture';

type Chat = OpenPage<ChatRequest, ChatNotification>;

describe('the chat page', () => {
  let server: PageServer;
  let chat: Chat;
  const open = async (options: Parameters<typeof OpenPage.open>[3] = {}): Promise<Chat> => {
    chat = await OpenPage.open<ChatRequest, ChatNotification>(server.browser, server.origin, 'chat', options);
    return chat;
  };
  const show = async (scene: string, options?: Parameters<typeof OpenPage.open>[3]): Promise<Chat> => {
    await open(options);
    await chat.tell(...(scenes[scene] ?? []));
    return chat;
  };
  const button = (name: string | RegExp) =>
    chat.page.getByRole('button', { name, exact: typeof name === 'string' });
  const openAll = async () => {
    const closed = chat.page.locator('.step-head[aria-expanded="false"]');
    while ((await closed.count()) > 0) {
      await closed.first().click();
    }
  };
  const box = () => chat.page.getByRole('textbox', { name: 'Message to Support' });

  before(async () => {
    server = await PageServer.start();
  });
  after(() => server.stop());
  afterEach(async () => {
    const { problems } = chat;
    await chat.close();
    assert.deepEqual(problems, []);
  });

  describe('before the first message', () => {
    it('says that it is loading until the host has spoken', async () => {
      await open();
      await chat.page.getByRole('progressbar', { name: 'Loading the chat' }).waitFor();
    });

    it('names the agent and offers its evals as opening messages', async () => {
      await show('empty');
      await chat.page.getByRole('heading', { name: 'Support' }).waitFor();
      await button('Where is order 1002?').click();
      assert.equal((await chat.asked('send')).text, 'Where is order 1002?');
    });

    it('offers a sample and a new project where there is no agent', async () => {
      await show('no-agent');
      await button('Open a Sample').click();
      assert.equal((await chat.asked('open')).what, 'sample');
      assert.ok(await chat.page.getByRole('combobox', { name: 'Agent' }).isDisabled());
    });

    it('sends nothing in Restricted Mode and leads to trust', async () => {
      await show('restricted');
      assert.ok(await chat.page.getByRole('textbox').isDisabled());
      await button('Manage Trust').click();
      assert.equal((await chat.asked('open')).what, 'trust');
    });

    it('says why the server cannot be reached, and leads on', async () => {
      await show('offline');
      await chat.page.getByText('api.tavora.ai refused the key.').waitFor();
      await button('Connect…').click();
      assert.equal((await chat.asked('open')).what, 'connect');
    });
  });

  describe('the message box', () => {
    it('sends with Enter and empties, breaks the line with Shift+Enter', async () => {
      await show('empty');
      await box().fill('first');
      await box().press('Shift+Enter');
      await box().pressSequentially('second');
      await box().press('Enter');
      assert.equal((await chat.asked('send')).text, 'first\nsecond');
      assert.equal(await box().inputValue(), '');
    });

    it('does not send blanks', async () => {
      await show('empty');
      await box().fill('   ');
      await box().press('Enter');
      assert.deepEqual(
        (await chat.requests()).map(({ type }) => type),
        ['ready'],
      );
    });

    it('sends during a run what is to be said after it, and shows what waits', async () => {
      await show('waiting');
      await box().fill('And thank them.');
      await button('Send after this run (Enter)').click();
      assert.equal((await chat.asked('send')).text, 'And thank them.');
      const waiting = chat.page.getByRole('list', { name: 'Waiting to be sent' }).getByRole('listitem');
      assert.equal(await waiting.count(), 2);
      await waiting.nth(1).getByRole('button', { name: 'Take it back into the box' }).click();
      assert.equal((await chat.asked('unqueue')).index, 1);
      await chat.tell({ type: 'write', text: 'Then write to the customer.' });
      await box().and(chat.page.locator(':focus')).waitFor();
      assert.equal(await box().inputValue(), 'Then write to the customer.');
    });

    it('offers to send what waits where nothing sends it by itself', async () => {
      await show('waiting');
      assert.equal(await button('Send it now').count(), 0);
      await chat.tell(state({ queue: ['And of order 1003?'] }));
      await button('Send it now').click();
      await chat.asked('send-queued');
    });

    it('shows what goes along, and lets it go', async () => {
      await show('waiting');
      const attached = chat.page.getByRole('list', { name: 'Attached' });
      await attached.getByText('lookup-order.js, lines 3–9').waitFor();
      await button('Detach notes.md').click();
      assert.equal((await chat.asked('detach')).id, 5);
      await button('Attach a file or the selection').click();
      await chat.asked('attach');
    });

    it('brings the last message back with the arrow up', async () => {
      await show('done');
      await box().press('ArrowUp');
      assert.equal(await box().inputValue(), 'Where is order 1002?');
    });
  });

  describe('commands', () => {
    const options = () => chat.page.getByRole('listbox', { name: 'Commands' }).getByRole('option');

    it('are listed after a slash, found by a part of their name, and chosen by key', async () => {
      await show('priced');
      await box().pressSequentially('/');
      assert.equal(await options().count(), 5);
      await box().pressSequentially('order');
      assert.deepEqual(await chat.page.locator('.command-name').allTextContents(), [
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
      assert.equal((await chat.asked('send')).text, '/refund-order A-1');
    });

    it('put a template into the box, and do at once what the chat does itself', async () => {
      await show('priced');
      await box().fill('/comp');
      await options().first().click();
      assert.equal(await box().inputValue(), 'A customer complains about {{what}}.');
      await box().fill('/hist');
      await box().press('Tab');
      await chat.asked('history');
      assert.equal(await box().inputValue(), '');
    });

    it('go away with Escape, and what was typed can be sent', async () => {
      await show('priced');
      await box().fill('/new');
      await box().press('Escape');
      assert.equal(await options().count(), 0);
      await box().press('Enter');
      assert.equal((await chat.asked('send')).text, '/new');
    });
  });

  describe('an earlier message', () => {
    it('is changed and asked again in its place', async () => {
      await show('priced');
      const first = chat.page.getByRole('article').first();
      await first.getByRole('button', { name: 'Edit and ask again, in a fork' }).click();
      const editor = first.getByRole('textbox', { name: 'Message' });
      assert.equal(await editor.inputValue(), 'Where is order 1002?');
      await editor.fill('Where is order 1003?');
      await editor.press('Enter');
      const { turn, text } = await chat.asked('resend');
      assert.deepEqual([turn, text], [0, 'Where is order 1003?']);
    });

    it('is asked again as it was', async () => {
      await show('priced');
      await chat.page
        .getByRole('article')
        .nth(1)
        .getByRole('button', { name: 'Ask again from here, in a fork' })
        .click();
      const { turn, text } = await chat.asked('resend');
      assert.deepEqual([turn, text], [1, 'Where is order 1002?']);
    });

    it('is left alone when the edit is given up', async () => {
      await show('priced');
      await button('Edit and ask again, in a fork').first().click();
      await chat.page.getByRole('textbox', { name: 'Message', exact: true }).press('Escape');
      await chat.page.getByText('Where is order 1002?').first().waitFor();
      assert.deepEqual(
        (await chat.requests()).map(({ type }) => type),
        ['ready'],
      );
    });

    it('cannot be asked again during a run', async () => {
      await show('live');
      assert.equal(await button('Edit and ask again, in a fork').count(), 0);
    });

    it('is shown in part when it is long', async () => {
      await open();
      const text = Array.from({ length: 40 }, (_, line) => `line ${line + 1}`).join('\n');
      await chat.tell(state(), conversation(asks(text), ends({ kind: 'stopped' })));
      assert.equal(await chat.page.getByText('line 40').count(), 0);
      await button('Show all 40 lines').click();
      await chat.page.getByText('line 40').waitFor();
    });
  });

  describe('what it cost', () => {
    it('is told for each turn and in total, where the price is known', async () => {
      await show('priced');
      await chat.page.getByText('1.4 s · 1,276 tokens · $0.0024 · openai/gpt-5').first().waitFor();
      await chat.page.getByText('In total: 2 turns · 2.8 s · 2,552 tokens · $0.0049').waitFor();
    });

    it('is not guessed where it is not', async () => {
      await show('done');
      await chat.page.getByText('1,276 tokens').waitFor();
      assert.equal(await chat.page.getByText('$').count(), 0);
    });
  });

  describe('a block', () => {
    it('leads to the line that failed, to its skills, and into an editor', async () => {
      await show('skills');
      await button('Go to refunds.js:14').click();
      const { name, line, column } = await chat.asked('skill');
      assert.deepEqual([name, line, column], ['agents/support/skills/refunds.js', 14, 11]);
      await button('orders').click();
      await button('Open the code in an editor').click();
      assert.equal((await chat.asked('show')).language, 'javascript');
      await button('Copy the code').click();
      assert.match((await chat.asked('copy')).text, /require\('refunds'\)/);
    });
  });

  describe('a limit', () => {
    it('says what was spent, and lets the run go on', async () => {
      await show('limited');
      await chat.page.getByRole('alert').filter({ hasText: '210,432 tokens' }).waitFor();
      await button('Change the Limit').click();
      assert.equal((await chat.asked('open')).what, 'limits');
      await button('Go On').click();
      await chat.asked('go-on');
    });
  });

  describe('the message box, further', () => {
    it('stops a run by its button and by Escape', async () => {
      await show('live');
      await button('Stop (Escape)').click();
      await box().press('Escape');
      assert.deepEqual(
        (await chat.requests()).map(({ type }) => type),
        ['ready', 'stop', 'stop'],
      );
    });

    it('keeps what is typed over hiding and reload', async () => {
      await show('empty');
      await box().fill('half a thought');
      const kept = (await chat.kept()) as ChatKept;
      await chat.close();
      await show('empty', { kept });
      assert.equal(await box().inputValue(), 'half a thought');
    });

    it('chooses agent and version', async () => {
      await show('empty');
      await chat.page.getByRole('combobox', { name: 'Agent' }).selectOption('Triage');
      assert.equal((await chat.asked('agent')).key, 'support/triage');
      await chat.page.getByRole('combobox', { name: 'Which version answers' }).selectOption('Live');
      assert.equal((await chat.asked('target')).target, 'live');
    });

    it('takes the cursor when the host asks for it', async () => {
      await show('empty');
      await chat.tell({ type: 'focus' });
      assert.ok(await box().evaluate((one) => one === document.activeElement));
    });
  });

  describe('a run', () => {
    it('shows each step as it comes', async () => {
      await show('live');
      await chat.page.getByText('I look the order up and check its parcels.').waitFor();
      await chat.page.getByText('search "order 1002": 3 rows').waitFor();
      await button(/^JavaScript running/).waitFor();
      await chat.tell({
        type: 'entries',
        entries: [happens({ type: 'execute_js_result', content: '{ id: 1002 }', result: { id: 1002 } }, 420)],
      });
      await button(/^JavaScript ran .*340 ms/).waitFor();
    });

    it('opens a block to its coloured source and its result, formatted and as JSON', async () => {
      await show('done');
      await button(/^JavaScript ran/).click();
      const code = chat.page.getByRole('region', { name: 'Source: JavaScript' });
      assert.ok((await code.locator('.hljs-keyword').count()) > 2);
      await chat.page.getByRole('region', { name: 'Result' }).getByText("status: 'shipped'").waitFor();
      await button('JSON').click();
      await chat.page.getByRole('list', { name: 'Result' }).getByText('"shipped"').waitFor();
    });

    it('shows the answer as Markdown, with time, tokens and model under it', async () => {
      await show('done');
      assert.equal(await chat.page.getByRole('table').getByRole('row').count(), 3);
      await chat.page.getByText('1.4 s · 1,276 tokens · local/rehearsal').waitFor();
    });

    it('opens links and the trace through the host', async () => {
      await show('done');
      await chat.page.getByRole('link', { name: 'on the carrier’s page' }).click();
      assert.equal((await chat.asked('link')).href, 'https://example.com/track/1002');
      await button('Open the trace').click();
      await chat.asked('trace');
    });

    it('is saved as an eval by keyboard, at its place in the conversation', async () => {
      await show('done');
      await button('Copy the answer').focus();
      await chat.page.keyboard.press('Tab');
      await chat.page.keyboard.press('Enter');
      assert.equal((await chat.asked('save-eval')).turn, 0);
    });

    it('opens a failed block by itself, with the error and where it was thrown', async () => {
      await show('failed');
      await chat.page.locator('pre').getByText('at refund (skills/refunds.js:14:11)').waitFor();
    });

    it('keeps what a person opened', async () => {
      await show('done');
      await button(/^JavaScript ran/).click();
      const kept = (await chat.kept()) as ChatKept;
      await chat.close();
      await show('done', { kept });
      await chat.page.getByRole('region', { name: 'Source: JavaScript' }).waitFor();
    });

    it('shows an unknown event as it came', async () => {
      await show('opaque');
      await button(/^telepathy/).click();
      await chat.page.getByRole('region', { name: 'Event telepathy' }).getByText('"strength"').waitFor();
    });
  });

  describe('a question', () => {
    it('is answered by a button: yes or no', async () => {
      await show('confirm');
      await chat.page.getByText('Waiting for your answer').waitFor();
      await button('No').click();
      assert.deepEqual(await chat.asked('answer'), { type: 'answer', requestId: 'q1', value: false });
    });

    it('is answered by one of its options', async () => {
      await show('choice');
      await button('The whole order').click();
      assert.equal((await chat.asked('answer')).value, 'The whole order');
    });

    it('is answered with text, and shows what to type', async () => {
      await show('text');
      const field = chat.page.getByRole('textbox', { name: 'What is the reason?' });
      assert.equal(await field.getAttribute('placeholder'), 'For example: broken');
      await field.fill('cracked');
      await field.press('Enter');
      assert.equal((await chat.asked('answer')).value, 'cracked');
    });

    it('shows the answer once it is settled, and no buttons', async () => {
      await show('settled');
      await chat.page.locator('.question-answer').getByText('Yes', { exact: true }).waitFor();
      assert.equal(await button('Yes').count(), 0);
    });
  });

  describe('an ending', () => {
    const cases: [string, string, string, ChatRequest][] = [
      ['failed', 'The run failed.', 'Retry', { type: 'send', text: 'Refund order 77.' }],
      ['cut', 'The connection broke during the run.', 'Reread Session', { type: 'reread' }],
      ['silent', 'No sign of life for 1 min 0 s.', 'Reread Session', { type: 'reread' }],
      ['interrupted', 'This run has no end on record.', 'Reread Session', { type: 'reread' }],
      ['unread', 'The conversation could not be read back.', 'Reread Session', { type: 'reread' }],
      ['stopped', 'Stopped.', 'Retry', { type: 'send', text: 'Where is order 1002?' }],
      ['refused', 'Not sent.', 'Show Problems', { type: 'offer', id: 1 }],
      ['undeployed', 'Not sent.', 'Deploy', { type: 'offer', id: 2 }],
    ];
    for (const [scene, title, remedy, request] of cases) {
      it(`“${scene}” says so and offers ${remedy}`, async () => {
        await show(scene);
        await chat.page.getByText(title, { exact: true }).waitFor();
        await button(remedy).click();
        assert.deepEqual(await chat.asked(request.type), request);
      });
    }

    it('that refused a message gives it back to the box', async () => {
      await show('refused');
      await button('Edit Message').click();
      assert.equal(await box().inputValue(), 'Where is order 1002?');
    });

    it('of an earlier turn offers nothing any more', async () => {
      await open();
      await chat.tell(
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
    await chat.tell(
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
    assert.equal(await chat.page.evaluate(() => 'broken' in window), false);
    assert.equal(await chat.page.locator('#root :is(img, script, style, svg, iframe)').count(), 0);
    assert.equal(await chat.page.locator('#root a[href^="javascript" i]').count(), 0);
    assert.ok(await chat.page.getByRole('log').isVisible());
  });

  it('draws 10,000 steps and stays quick', async () => {
    await open();
    const steps = Array.from({ length: 10_000 }, (_, index) =>
      index % 2 === 0
        ? happens({ type: 'execute_js', content: `return ${index};` }, index)
        : happens({ type: 'execute_js_result', content: `${index}`, result: index }, index),
    );
    const took = await chat.tell(
      state(),
      conversation(asks('Count.'), ...steps, happens({ type: 'response', content: 'Counted.' }, 10_000)),
    );
    await chat.page.getByText('Counted.').waitFor();
    assert.ok(took < 3000, `took ${took} ms`);
    await button('Show 4,801 earlier steps').click();
    await button('Show 4,601 earlier steps').waitFor();
  });

  it('follows the conversation until a person scrolls up, and comes back on request', async () => {
    await open({ height: 400 });
    const turns = Array.from({ length: 20 }, (_, index) => [
      asks(`Question ${index}`),
      happens({ type: 'response', content: `Answer ${index}` }),
      happens({ type: 'done' }),
    ]).flat();
    await chat.tell(state(), conversation(...turns));
    const log = chat.page.getByRole('log');
    const fromEnd = () => log.evaluate((one) => one.scrollHeight - one.scrollTop - one.clientHeight);
    assert.ok((await fromEnd()) < 2);
    await log.evaluate((one) => one.scrollTo(0, 100));
    await button('Go to the end').waitFor();
    await chat.tell({ type: 'entries', entries: [asks('One more')] });
    assert.ok((await fromEnd()) > 100);
    await button('Go to the end').click();
    await chat.page.waitForFunction(() => {
      const one = document.querySelector('.log');
      return one && one.scrollHeight - one.scrollTop - one.clientHeight < 2;
    });
  });

  describe('can be used by everybody', () => {
    for (const theme of themeNames) {
      for (const scene of ['empty', 'done', 'confirm', 'failed', 'refused', 'waiting', 'priced', 'limited']) {
        it(`${scene} in the ${theme} theme`, async () => {
          await show(scene, { theme, width: 320 });
          await openAll();
          await assertAccessible(chat.page);
        });
      }
    }

    it('says what happens to a screen reader, politely', async () => {
      await show('live');
      assert.equal(await chat.page.getByRole('log', { name: 'Conversation' }).count(), 1);
    });
  });

  describe('looks right', () => {
    for (const theme of themeNames) {
      for (const [scene, width] of [
        ['empty', 280],
        ['done', 280],
        ['done', 480],
        ['confirm', 320],
        ['failed', 320],
        ['waiting', 300],
        ['priced', 340],
        ['limited', 300],
      ] as const) {
        it(`${scene}, ${width} px wide, in the ${theme} theme`, async () => {
          await show(scene, { theme, width });
          if (scene === 'priced') {
            await box().fill('/');
          }
          const wider = await chat.page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          assert.ok(wider <= 0, `${wider} px wider than the view`);
          await takePicture(chat.page, `chat-${scene}-${width}-${theme}`);
        });
      }
    }
  });
});
