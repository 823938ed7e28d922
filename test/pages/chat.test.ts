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

    it('sends neither blanks nor during a run', async () => {
      await show('live');
      await box().fill('again');
      await box().press('Enter');
      await chat.tell(state());
      await box().fill('   ');
      await box().press('Enter');
      assert.deepEqual(
        (await chat.requests()).map(({ type }) => type),
        ['ready'],
      );
    });

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
      for (const scene of ['empty', 'done', 'confirm', 'failed', 'refused']) {
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
      ] as const) {
        it(`${scene}, ${width} px wide, in the ${theme} theme`, async () => {
          await show(scene, { theme, width });
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
