import assert from 'node:assert/strict';
import type { StudioKept, StudioNotification, StudioRequest } from '../../src/webviews/studio/messages';
import { assertAccessible } from './axe';
import { OpenPage, PageServer, themeNames } from './page';
import { takePicture } from './picture';
import { analysis, question, replay, session, step, steps, trace } from './studio-scenes';

type Studio = OpenPage<StudioRequest, StudioNotification>;

describe('the studio page', () => {
  let server: PageServer;
  let studio: Studio;
  const open = async (options: Parameters<typeof OpenPage.open>[3] = {}): Promise<Studio> => {
    const wide = { width: 1000, height: 700, ...options };
    studio = await OpenPage.open<StudioRequest, StudioNotification>(
      server.browser,
      server.origin,
      'studio',
      wide,
    );
    return studio;
  };
  const show = async (
    notifications: StudioNotification[],
    options?: Parameters<typeof OpenPage.open>[3],
  ): Promise<Studio> => {
    await open(options);
    await studio.tell(...notifications);
    return studio;
  };
  const button = (name: string) => studio.page.getByRole('button', { name, exact: true });
  const row = (index: number) => studio.page.locator(`#step-${index}`);
  const grid = () => studio.page.getByRole('grid', { name: 'Steps' });
  const detail = () => studio.page.getByRole('region', { name: 'Step', exact: true });

  before(async () => {
    server = await PageServer.start();
  });
  after(() => server.stop());
  afterEach(async () => {
    const { problems } = studio;
    await studio.close();
    assert.deepEqual(problems, []);
  });

  describe('the trace', () => {
    it('says that it is being read', async () => {
      await open();
      await studio.page.getByRole('progressbar', { name: 'Reading the session' }).waitFor();
    });

    it('says why it could not be read, and tries again', async () => {
      await show([session({ trace: undefined, problem: 'The session “x” was not found.' })]);
      await studio.page.getByText('The session “x” was not found.').waitFor();
      await button('Try Again').click();
      await studio.asked('refresh');
    });

    it('stays on the screen when a later reading fails', async () => {
      await show([session({ problem: 'The runtime is not running.' })]);
      await studio.page.getByRole('alert').getByText('The runtime is not running.').waitFor();
      await row(6).waitFor();
    });

    it('has a header with title, status and totals', async () => {
      await show([session()]);
      await studio.page.getByRole('heading', { name: 'Where is order A-1002?', level: 1 }).waitFor();
      await studio.page
        .locator('.header .facts')
        .getByText('Support · draft · local/rehearsal · 7 steps · 1,847 tokens · 1.0 s')
        .waitFor();
    });

    it('lists each step with kind, summary, tokens and time', async () => {
      await show([session()]);
      assert.equal(await grid().getByRole('row').count(), 7);
      assert.match(
        (await row(2).innerText()).replace(/\s+/g, ' '),
        /^2 JavaScript const order = .* 876 tok 31 ms$/,
      );
      assert.match(
        (await row(3).innerText()).replace(/\s+/g, ' '),
        /^3 search search "order A-1002": 3 rows 12 ms$/,
      );
    });

    it('says so when nothing has happened yet', async () => {
      await show([session({ trace: trace({}, []) })]);
      await studio.page.getByText('Nothing has happened in this session yet.').waitFor();
    });

    it('is walked with the keyboard', async () => {
      await show([session()]);
      await grid().focus();
      await studio.page.keyboard.press('ArrowDown');
      await studio.page.keyboard.press('ArrowDown');
      assert.equal(await grid().getAttribute('aria-activedescendant'), 'step-2');
      await detail().getByRole('region', { name: 'Source' }).getByText('require').waitFor();
      await studio.page.keyboard.press('End');
      assert.equal(await row(6).getAttribute('aria-selected'), 'true');
      await detail().getByText('has been shipped in two parcels').waitFor();
    });

    it('shows a result formatted, and as a tree of JSON that opens', async () => {
      await show([session()]);
      await row(4).click();
      await detail().getByRole('region', { name: 'Result' }).getByText("status: 'shipped'").waitFor();
      await button('JSON').click();
      await detail().getByRole('list', { name: 'Result' }).getByText('"shipped"').waitFor();
    });

    it('shows what a primitive was called with, and gave', async () => {
      await show([session()]);
      await row(3).click();
      await detail().getByRole('list', { name: 'Called with' }).getByText('"order A-1002"').waitFor();
      await detail().getByRole('list', { name: 'Gave' }).waitFor();
    });

    it('shows a step of an unknown kind, and every step as it came', async () => {
      await show([
        session({ trace: trace({}, [step(0, 'telepathy', 'from afar', { tool_args: { strength: 7 } })]) }),
      ]);
      await detail().getByText('from afar', { exact: true }).waitFor();
      await button('Show the raw step').click();
      await detail().getByRole('list', { name: 'Raw step' }).getByText('"telepathy"').waitFor();
    });

    it('opens source in an editor', async () => {
      await show([session()]);
      await row(2).click();
      await button('Open in Editor').click();
      assert.equal((await studio.asked('show')).language, 'javascript');
    });

    it('shows the system prompt and the tools, by tab and arrow key', async () => {
      await show([session()]);
      await studio.page.getByRole('tab', { name: 'Steps' }).focus();
      await studio.page.keyboard.press('ArrowRight');
      await studio.page.getByText('You are the support agent of Harbour Goods.').waitFor();
      await studio.page.keyboard.press('ArrowRight');
      await studio.page.getByText('search(query, options?)').waitFor();
      await studio.page.getByText('Looks an order up.').waitFor();
    });

    it('shows the names of the tools where the server says no more', async () => {
      await show([session({ trace: { ...trace(), tools: ['search', 'ai'], tool_details: undefined } })]);
      await studio.page.getByRole('tab', { name: 'Tools' }).click();
      const tools = studio.page.getByRole('list', { name: 'Tools' }).getByRole('listitem');
      assert.deepEqual(await tools.allTextContents(), ['search', 'ai']);
    });

    it('draws only what is seen of 10,000 steps, and reaches the last', async () => {
      const many = Array.from({ length: 10_000 }, (_, index) => step(index, 'response', `Answer ${index}`));
      await open();
      const took = await studio.tell(session({ trace: trace({}, many) }));
      await row(0).waitFor();
      assert.ok(took < 3000, `took ${took} ms`);
      assert.ok((await grid().getByRole('row').count()) < 80);
      await grid().focus();
      await studio.page.keyboard.press('End');
      await row(9999).getByText('Answer 9999').waitFor();
    });

    it('is where it was after a reload', async () => {
      await show([session()]);
      await row(5).click();
      const kept = (await studio.kept()) as StudioKept;
      assert.equal(kept.sessionId, 'session-1');
      await studio.close();
      await show([session()], { kept });
      assert.equal(await row(5).getAttribute('aria-selected'), 'true');
    });
  });

  describe('a replay', () => {
    it('is asked for with what was changed, and nothing else', async () => {
      await show([session()]);
      await row(2).click();
      await button('Replay from Here').click();
      await studio.page.getByRole('textbox', { name: 'Message' }).fill('Refund it, please.');
      await button('Run Replay').click();
      assert.deepEqual(await studio.asked('replay'), {
        type: 'replay',
        change: { fromStep: 2, message: 'Refund it, please.' },
      });
    });

    it('offers the message that stood there, and the prompt', async () => {
      await show([session()]);
      await row(0).click();
      await button('Replay from Here').click();
      assert.equal(
        await studio.page.getByRole('textbox', { name: 'Message' }).inputValue(),
        'Where is order A-1002?',
      );
      await studio.page.getByRole('textbox', { name: 'System prompt' }).fill('Be brief.');
      await button('Run Replay').click();
      assert.deepEqual((await studio.asked('replay')).change, { fromStep: 0, systemPrompt: 'Be brief.' });
    });

    it('stands beside the original: shared steps taken over, later ones compared', async () => {
      await show([session(), replay()]);
      const relations = await studio.page.locator('.row-relation .hidden-text').allInnerTexts();
      assert.deepEqual(relations, [
        'taken over',
        'taken over',
        'different',
        'different',
        'different',
        'different',
        'different',
      ]);
      await row(2).click();
      assert.equal(await studio.page.locator('.detail').count(), 2);
      await detail().getByText('Refund it, please.').waitFor();
      await row(1).click();
      assert.equal(await studio.page.locator('.detail').count(), 1);
      await detail().getByText('Taken over').waitFor();
    });

    it('says that a step came out the same', async () => {
      await show([session(), replay({ fromStep: 0, trace: trace({ id: 'session-2' }) })]);
      assert.deepEqual(
        new Set(await studio.page.locator('.row-relation .hidden-text').allInnerTexts()),
        new Set(['same']),
      );
    });

    it('can be stopped while it runs, and closed and opened on its own after', async () => {
      await show([session(), replay({ phase: 'running' })]);
      await button('Stop the replay').click();
      await studio.asked('stop-replay');
      await studio.tell(replay());
      assert.equal(await button('Stop the replay').count(), 0);
      await button('Open the replay on its own').click();
      assert.equal((await studio.asked('open')).sessionId, 'session-2');
      await button('Close the comparison').click();
      await studio.asked('close-replay');
    });

    it('that could not begin says why', async () => {
      const problem = 'Nothing leads on from this step; send a "message" to go on with.';
      await show([session(), replay({ id: undefined, trace: undefined, problem })]);
      await studio.page.getByRole('alert').getByText(problem).waitFor();
    });

    it('knows its original', async () => {
      const metadata = { parent_session_id: 'session-0', from_step: 3 };
      await show([session({ trace: trace({ metadata }) })]);
      await studio.page.getByText('Replay from step 3 of').waitFor();
      await button('Compare').click();
      assert.deepEqual(await studio.asked('open'), {
        type: 'open',
        sessionId: 'session-0',
        beside: 'session-1',
      });
    });
  });

  describe('a question that a run waits on', () => {
    const waiting = session({ trace: trace({ status: 'waiting' }, [...steps.slice(0, 3), question]) });

    it('is answered in place', async () => {
      await show([waiting]);
      await button('Yes').click();
      assert.deepEqual(await studio.asked('answer'), {
        type: 'answer',
        sessionId: 'session-1',
        requestId: 'q1',
        value: true,
      });
    });

    it('is open again when the server refuses the answer', async () => {
      await show([waiting]);
      await button('Yes').click();
      await studio.tell({
        type: 'answer-failed',
        requestId: 'q1',
        message: 'This question has been settled.',
      });
      await studio.page.getByText('This question has been settled.').waitFor();
      await button('No').waitFor();
    });
  });

  describe('the analysis', () => {
    it('is asked for the marked steps and the expectation', async () => {
      await show([session()]);
      await grid().focus();
      await studio.page.keyboard.press('ArrowDown');
      await studio.page.keyboard.press('Space');
      await studio.page.getByRole('checkbox', { name: 'Mark step 4 for the analysis' }).check();
      assert.ok(await button('Analyse').isDisabled());
      await studio.page.getByRole('textbox', { name: /2 steps marked: 1, 4/ }).fill('both parcels are named');
      await button('Analyse').click();
      assert.deepEqual(await studio.asked('analyze'), {
        type: 'analyze',
        steps: [1, 4],
        expected: 'both parcels are named',
      });
    });

    it('shows why, what to change and an eval case to take away', async () => {
      await show([session(), analysis]);
      await studio.page.getByText('The agent answered before it had looked at').waitFor();
      await studio.page
        .getByRole('region', { name: 'Analysis' })
        .getByRole('button', { name: 'Copy' })
        .last()
        .click();
      assert.deepEqual(JSON.parse((await studio.asked('copy')).text), {
        name: 'two-parcels',
        input: 'Where is order A-1002?',
        criteria: 'Names both parcels.',
      });
    });

    it('says why it failed', async () => {
      await show([
        session(),
        { type: 'analysis', analysis: { phase: 'failed', message: 'The model did not answer.' } },
      ]);
      await studio.page.getByText('The model did not answer.').waitFor();
    });
  });

  it('stays inert whatever a session holds', async () => {
    const payload =
      '<img src=x onerror="window.broken=1"><script>window.broken=1</script>[a](javascript:window.broken=1)';
    const kinds = [
      'message',
      'sandbox_event',
      'execute_js',
      'execute_js_result',
      'data_update',
      'response',
      'error',
      payload,
    ];
    const all = kinds.map((kind, index) =>
      step(index, kind, payload, { tool_args: { kind: payload, [payload]: payload } }),
    );
    await show([
      session({
        agent: payload,
        trace: {
          ...trace({ title: payload, status: payload }, all),
          system_prompt: payload,
          tools: [payload],
          tool_details: undefined,
        },
      }),
    ]);
    for (let index = 0; index < kinds.length; index += 1) {
      await row(index).click();
    }
    for (const name of ['System Prompt', 'Tools']) {
      await studio.page.getByRole('tab', { name }).click();
    }
    assert.equal(await studio.page.evaluate(() => 'broken' in window), false);
    assert.equal(await studio.page.locator('#root :is(img, script)').count(), 0);
  });

  describe('in every theme', () => {
    for (const theme of themeNames) {
      it(`can be used by everybody: ${theme}`, async () => {
        await show([session(), analysis], { theme, width: 900, height: 900 });
        await row(4).click();
        await assertAccessible(studio.page);
        await studio.tell(replay());
        await row(2).click();
        await button('Replay from Here').click();
        await assertAccessible(studio.page);
      });

      for (const [name, width, notifications] of [
        ['trace', 1100, [session()]],
        ['trace', 320, [session()]],
        ['replay', 1100, [session(), replay()]],
        ['replay', 400, [session(), replay({ phase: 'running' })]],
        ['analysis', 800, [session(), analysis]],
      ] as const) {
        it(`looks right: ${name}, ${width} px wide, ${theme}`, async () => {
          await show([...notifications], { theme, width });
          await row(4).click();
          const wider = await studio.page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          assert.ok(wider <= 0, `${wider} px wider than the panel`);
          await takePicture(studio.page, `studio-${name}-${width}-${theme}`);
        });
      }
    }
  });
});
