import assert from 'node:assert/strict';
import type { StudioKept, StudioNotification, StudioRequest } from '../../src/webviews/studio/messages';
import { assertAccessible } from './axe';
import { OpenPage, PageServer, themeNames } from './page';
import { takePicture } from './picture';
import { analysis, check, question, replay, session, step, steps, trace } from './studio-scenes';

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

  describe('finding steps', () => {
    const found = () => grid().getByRole('row');

    it('goes by text in anything that a step holds', async () => {
      await show([session()]);
      await studio.page.getByRole('searchbox', { name: 'Text in steps' }).fill('PARCELS');
      await studio.page.getByText('4 of 7').waitFor();
      await row(0).getByText('I look the order up').waitFor();
    });

    it('goes by kind, and keeps the chosen step or the nearest before it', async () => {
      await show([session()]);
      await row(3).click();
      await studio.page.getByRole('combobox', { name: 'Which steps' }).selectOption('Code');
      assert.equal(await found().count(), 2);
      await detail().getByText('step 2').waitFor();
      await studio.page.getByRole('combobox', { name: 'Which steps' }).selectOption('All steps');
      await detail().getByText('step 3').waitFor();
    });

    it('says when there is none', async () => {
      await show([session()]);
      await studio.page.getByRole('combobox', { name: 'Which steps' }).selectOption('Failed');
      await studio.page.getByText('No step is like that.').waitFor();
      await studio.page.getByText('0 of 7').waitFor();
    });
  });

  describe('the timeline', () => {
    it('draws when each step ran, as long as it took, and can be put away', async () => {
      await show([session()]);
      const bars = studio.page.locator('.bar');
      assert.equal(await bars.count(), 7);
      const width = async (index: number) => (await bars.nth(index).boundingBox())?.width ?? 0;
      assert.ok((await width(6)) > 5 * (await width(4)), 'the answer took longest');
      await button('Show when each step ran').click();
      assert.equal(await bars.count(), 0);
      const kept = (await studio.kept()) as StudioKept;
      assert.equal(kept.showsTime, false);
    });
  });

  describe('a step', () => {
    it('shows what the model was told before it', async () => {
      await show([session()]);
      await row(6).click();
      await button('Show what the model was told').click();
      const told = studio.page.getByRole('list', { name: 'What the model was told' }).getByRole('listitem');
      assert.equal(await told.count(), 3);
      await told.nth(0).getByText('Where is order A-1002?').waitFor();
      await told.nth(2).getByText("status: 'shipped'").waitFor();
    });

    it('shows what a block did to the data, before and after', async () => {
      const again = [
        ...steps,
        step(7, 'execute_js', 'data.order = 7; data.seen = true'),
        step(8, 'execute_js_result', 'true', {
          tool_args: { ok: true, result: true, data: { order: 7, seen: true } },
        }),
      ];
      await show([session({ trace: trace({}, again) })]);
      await row(8).click();
      const cells = await detail().locator('.data-diff td').allTextContents();
      assert.deepEqual(cells, ['A-1002', '7', 'not there', 'true']);
    });

    it('leads to the skills that it names, and to the line that failed', async () => {
      const error = { message: 'no', file: 'agents/support/skills/refund.js', line: 14, column: 3 };
      const failed = step(7, 'execute_js_result', 'Error: no', { tool_args: { ok: false, error } });
      await show([session({ trace: trace({}, [...steps, failed]) })]);
      await row(2).click();
      await button('lookup-order').click();
      assert.equal((await studio.asked('skill')).name, 'lookup-order');
      await row(7).click();
      await button('Go to refund.js:14').click();
      await studio.page.waitForFunction(() => true);
      const last = (await studio.requests()).findLast(({ type }) => type === 'skill');
      assert.deepEqual(last, { type: 'skill', name: error.file, line: 14, column: 3 });
    });
  });

  describe('around a session', () => {
    it('is its family of replays, looked for when it is opened', async () => {
      const family = [
        {
          id: 'session-0',
          title: 'Where is order A-1002?',
          status: 'completed',
          depth: 0,
          fromStep: undefined,
        },
        { id: 'session-1', title: 'Where is order A-1002?', status: 'completed', depth: 1, fromStep: 2 },
      ];
      await show([session()]);
      await studio.page.getByText('Family of replays').click();
      await studio.asked('family');
      await studio.tell(session({ family }));
      const list = studio.page.getByRole('list', { name: 'Family of replays' });
      assert.equal(await list.getByRole('listitem').count(), 2);
      await list.getByRole('button', { name: 'Compare' }).click();
      assert.deepEqual(await studio.asked('open'), {
        type: 'open',
        sessionId: 'session-1',
        beside: 'session-0',
      });
    });

    it('is a file to export to, and none of it for a trace that came from one', async () => {
      await show([session()]);
      await button('Export the trace as a file').click();
      await studio.asked('export');
      await studio.tell(session({ fromFile: true, canChangeAll: false }));
      await studio.page.getByText('from a file').waitFor();
      for (const name of ['Export the trace as a file', 'Refresh', 'Replay from Here', 'Save as Eval']) {
        assert.equal(await button(name).count(), 0, name);
      }
    });
  });

  it('saves the message that led to a step as an eval, by keyboard too', async () => {
    await show([session()]);
    await row(4).click();
    await button('Save as Eval').focus();
    await studio.page.keyboard.press('Enter');
    assert.equal((await studio.asked('save-eval')).step, 4);
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
        ...Array.from({ length: 6 }, () => 'different'),
      ]);
      await row(3).click();
      assert.equal(await studio.page.locator('.detail').count(), 2);
      await detail().getByText("return require('refund-order')").first().waitFor();
      await row(2).click();
      await detail().getByText('Refund it, please.').waitFor();
      await row(1).click();
      assert.equal(await studio.page.locator('.detail').count(), 1);
      await detail().getByText('Taken over').waitFor();
    });

    it('says where it differs first, what was recorded, and the totals of both', async () => {
      const answers = steps.map((one) =>
        one.step_type === 'response'
          ? { ...one, content: 'In one parcel.' }
          : { ...one, tool_args: { ...(one.tool_args as object), recorded_from: one.step_index } },
      );
      await show([session(), replay({ trace: trace({ id: 'session-2' }, answers), fromStep: 2 })]);
      await studio.page.getByText('6 answers from the record').waitFor();
      await studio.page.getByText('7 steps, 1,847 tokens, 1.0 s → 7 steps, 1,847 tokens, 1.0 s').waitFor();
      await button('First different at step 6: Answer').click();
      await detail().getByText('In one parcel.').waitFor();
    });

    it('says that nothing came out differently', async () => {
      await show([session(), replay({ fromStep: 0, trace: trace({ id: 'session-2' }) })]);
      await studio.page.getByText('No step came out differently.').waitFor();
    });

    it('puts any other session beside it, step by step of a kind', async () => {
      const other = trace({ id: 'session-9', title: 'Where is order A-7?' }, [
        step(0, 'message', 'Where is order A-7?'),
        step(1, 'response', 'I do not know.'),
      ]);
      await show([session(), replay({ id: 'session-9', trace: other, fromStep: 0, isReplay: false })]);
      await studio.page.getByRole('heading', { name: 'Where is order A-7?' }).waitFor();
      assert.equal(await grid().getByRole('row').count(), 7);
      await row(6).click();
      await detail().getByText('I do not know.').waitFor();
      await detail().getByText('has been shipped in two parcels').waitFor();
    });

    it('changes what a step gave, the model, the files and what is asked anew', async () => {
      await show([session()]);
      await row(4).click();
      await button('Change What It Gave').click();
      const form = studio.page.getByRole('form', { name: 'Replay from step 5' });
      await form.getByLabel('What step 4 gave').fill('{"status":"lost"}');
      await form.getByLabel('Model').fill('openai/gpt-5');
      await form.getByLabel('Run the skills and files as they are saved now').check();
      await form.getByLabel('When the new run asks').selectOption('all');
      await form.getByText('Choose for each of 1 later call').click();
      await form.getByLabel('Step 6').selectOption('live');
      await button('Run Replay').click();
      assert.deepEqual((await studio.asked('replay')).change, {
        fromStep: 5,
        model: 'openai/gpt-5',
        workingTree: true,
        edit: { step: 4, value: { status: 'lost' } },
        reuse: 'all',
        live: [6],
      });
    });

    it('puts text for text, and keeps to what a server can do', async () => {
      await show([session({ canChangeAll: false })]);
      await row(4).click();
      assert.equal(await button('Change What It Gave').count(), 0);
      await button('Replay from Here').click();
      assert.equal(await studio.page.getByLabel('Model').count(), 0);
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

    it('is tried, and checked, before it is offered as a fix', async () => {
      await show([session(), analysis]);
      await row(4).click();
      await studio.page.keyboard.press('Space');
      assert.equal(await studio.page.getByRole('button', { name: /^Apply/ }).count(), 0);
      await button('Try It').click();
      const tried = await studio.asked('try-fix');
      assert.deepEqual([tried.step, tried.changes.slice(0, 20)], [4, 'Look at every parcel']);
      await button('Check It').click();
      const checked = await studio.asked('check-fix');
      assert.deepEqual([checked.changes, checked.evalCase?.name], [tried.changes, 'two-parcels']);
    });

    it('is stopped while it is checked', async () => {
      await show([session(), analysis, check({ phase: 'running', now: undefined, verdict: undefined })]);
      await studio.page.getByText('2 of 2 compared').waitFor();
      await studio.page.getByRole('cell', { name: 'running…' }).waitFor();
      assert.equal(await studio.page.getByRole('button', { name: /^Apply|^Check/ }).count(), 0);
      await button('Stop the Check').click();
      await studio.asked('stop-check');
    });

    it('is offered as a fix with what it does', async () => {
      await show([session(), analysis, check()]);
      await studio.page.getByRole('status').getByText('Better: 1 eval passed that failed before.').waitFor();
      const of = (name: string) => studio.page.getByRole('row', { name });
      await of('two-parcels').getByText('3.2 failed').waitFor();
      await of('two-parcels').getByText('8.6 passed').waitFor();
      await of('The failing message').getByText('1 failed step').waitFor();
      await button('Trace of two-parcels, with the suggestion').click();
      assert.equal((await studio.asked('open')).sessionId, 'e4');
      await button('Apply to the Project…').click();
      assert.equal((await studio.asked('apply-fix')).evalCase?.criteria, 'Names both parcels.');
    });

    it('is no fix when it makes things worse, or when that is not known', async () => {
      const worse = { kind: 'worse', text: 'Worse: 1 eval failed that passed before.' } as const;
      await show([session(), analysis, check({ verdict: worse })]);
      await button('Apply Anyway…').waitFor();
      assert.equal(await button('Apply to the Project…').count(), 0);
      const unknown = { kind: 'unknown', text: 'Not known whether it is better.' } as const;
      const problems = ['The evals were not run: no such path'];
      await studio.tell(check({ verdict: unknown, cases: [], now: undefined, problems }));
      await studio.page.getByText('The evals were not run: no such path').waitFor();
      await studio.page.getByRole('cell', { name: 'no result' }).waitFor();
      await button('Apply Anyway…').waitFor();
      await button('Check Again').waitFor();
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
        await show([session(), analysis, check()], { theme, width: 900, height: 900 });
        await row(4).click();
        await assertAccessible(studio.page);
        await studio.tell(replay());
        await row(3).click();
        await button('Replay from Here').click();
        await assertAccessible(studio.page);
      });

      for (const [name, width, notifications] of [
        ['trace', 1100, [session()]],
        ['trace', 320, [session()]],
        ['replay', 1100, [session(), replay()]],
        ['replay', 400, [session(), replay({ phase: 'running' })]],
        ['analysis', 800, [session(), analysis]],
        ['check', 800, [session(), analysis, check()]],
        ['check', 360, [session(), analysis, check()]],
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
