import assert from 'node:assert/strict';
import type { StudioKept } from '../../src/webviews/studio/messages';
import { studioDesk } from './studio-desk';
import { session, step, steps, trace } from './studio-scenes';

describe('the studio page', () => {
  const desk = studioDesk();
  const { open, show, button, row, grid, detail } = desk;

  describe('the trace', () => {
    it('says that it is being read', async () => {
      await open();
      await desk.studio.page.getByRole('progressbar', { name: 'Reading the session' }).waitFor();
    });

    it('says why it could not be read, and tries again', async () => {
      await show([session({ trace: undefined, problem: 'The session “x” was not found.' })]);
      await desk.studio.page.getByText('The session “x” was not found.').waitFor();
      await button('Try Again').click();
      await desk.studio.asked('refresh');
    });

    it('stays on the screen when a later reading fails', async () => {
      await show([session({ problem: 'The runtime is not running.' })]);
      await desk.studio.page.getByRole('alert').getByText('The runtime is not running.').waitFor();
      await row(6).waitFor();
    });

    it('has a header with title, status and totals', async () => {
      await show([session()]);
      await desk.studio.page.getByRole('heading', { name: 'Where is order A-1002?', level: 1 }).waitFor();
      await desk.studio.page
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
      await desk.studio.page.getByText('Nothing has happened in this session yet.').waitFor();
    });

    it('is walked with the keyboard', async () => {
      await show([session()]);
      await grid().focus();
      await desk.studio.page.keyboard.press('ArrowDown');
      await desk.studio.page.keyboard.press('ArrowDown');
      assert.equal(await grid().getAttribute('aria-activedescendant'), 'step-2');
      await detail().getByRole('region', { name: 'Source' }).getByText('require').waitFor();
      await desk.studio.page.keyboard.press('End');
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
      assert.equal((await desk.studio.asked('show')).language, 'javascript');
    });

    it('shows the system prompt and the tools, by tab and arrow key', async () => {
      await show([session()]);
      await desk.studio.page.getByRole('tab', { name: 'Steps' }).focus();
      await desk.studio.page.keyboard.press('ArrowRight');
      await desk.studio.page.getByText('You are the support agent of Harbour Goods.').waitFor();
      await desk.studio.page.keyboard.press('ArrowRight');
      await desk.studio.page.getByText('search(query, options?)').waitFor();
      await desk.studio.page.getByText('Looks an order up.').waitFor();
    });

    it('shows the names of the tools where the server says no more', async () => {
      await show([session({ trace: { ...trace(), tools: ['search', 'ai'], tool_details: undefined } })]);
      await desk.studio.page.getByRole('tab', { name: 'Tools' }).click();
      const tools = desk.studio.page.getByRole('list', { name: 'Tools' }).getByRole('listitem');
      assert.deepEqual(await tools.allTextContents(), ['search', 'ai']);
    });

    it('draws only what is seen of 10,000 steps, and reaches the last', async () => {
      const many = Array.from({ length: 10_000 }, (_, index) => step(index, 'response', `Answer ${index}`));
      await open();
      const took = await desk.studio.tell(session({ trace: trace({}, many) }));
      await row(0).waitFor();
      assert.ok(took < 3000, `took ${took} ms`);
      assert.ok((await grid().getByRole('row').count()) < 80);
      await grid().focus();
      await desk.studio.page.keyboard.press('End');
      await row(9999).getByText('Answer 9999').waitFor();
    });

    it('is where it was after a reload', async () => {
      await show([session()]);
      await row(5).click();
      const kept = (await desk.studio.kept()) as StudioKept;
      assert.equal(kept.sessionId, 'session-1');
      await desk.studio.close();
      await show([session()], { kept });
      assert.equal(await row(5).getAttribute('aria-selected'), 'true');
    });
  });

  describe('a step that the host wants shown', () => {
    const chosen = (index: number) => desk.studio.page.locator(`#step-${index}[aria-selected=true]`);

    it('is chosen, also where a search has left it out', async () => {
      await show([session()]);
      await desk.studio.page.getByRole('searchbox', { name: 'Text in steps' }).fill('PARCELS');
      await desk.studio.tell({ type: 'choose', step: 3 });
      await detail().getByText('step 3').waitFor();
      await chosen(3).waitFor();
    });

    it('leaves the choice to the person when the session is read again', async () => {
      await show([session(), { type: 'choose', step: 3 }]);
      await chosen(3).waitFor();
      await row(5).click();
      await desk.studio.tell({ type: 'reading' }, session());
      await desk.studio.page.getByRole('progressbar', { name: 'Working' }).waitFor({ state: 'detached' });
      await chosen(5).waitFor();
    });
  });

  describe('finding steps', () => {
    const found = () => grid().getByRole('row');

    it('goes by text in anything that a step holds', async () => {
      await show([session()]);
      await desk.studio.page.getByRole('searchbox', { name: 'Text in steps' }).fill('PARCELS');
      await desk.studio.page.getByText('4 of 7').waitFor();
      await row(0).getByText('I look the order up').waitFor();
    });

    it('goes by kind, and keeps the chosen step or the nearest before it', async () => {
      await show([session()]);
      await row(3).click();
      await desk.studio.page.getByRole('combobox', { name: 'Which steps' }).selectOption('Code');
      assert.equal(await found().count(), 2);
      await detail().getByText('step 2').waitFor();
      await desk.studio.page.getByRole('combobox', { name: 'Which steps' }).selectOption('All steps');
      await detail().getByText('step 3').waitFor();
    });

    it('says when there is none', async () => {
      await show([session()]);
      await desk.studio.page.getByRole('combobox', { name: 'Which steps' }).selectOption('Failed');
      await desk.studio.page.getByText('No step is like that.').waitFor();
      await desk.studio.page.getByText('0 of 7').waitFor();
    });
  });

  describe('the timeline', () => {
    it('draws when each step ran, as long as it took, and can be put away', async () => {
      await show([session()]);
      const bars = desk.studio.page.locator('.bar');
      assert.equal(await bars.count(), 7);
      const width = async (index: number) => (await bars.nth(index).boundingBox())?.width ?? 0;
      assert.ok((await width(6)) > 5 * (await width(4)), 'the answer took longest');
      await button('Show when each step ran').click();
      assert.equal(await bars.count(), 0);
      const kept = (await desk.studio.kept()) as StudioKept;
      assert.equal(kept.showsTime, false);
    });
  });

  describe('a step', () => {
    it('shows what the model was told before it', async () => {
      await show([session()]);
      await row(6).click();
      await button('Show what the model was told').click();
      const told = desk.studio.page
        .getByRole('list', { name: 'What the model was told' })
        .getByRole('listitem');
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
      assert.equal((await desk.studio.asked('skill')).name, 'lookup-order');
      await row(7).click();
      await button('Go to refund.js:14').click();
      await desk.studio.page.waitForFunction(() => true);
      const last = (await desk.studio.requests()).findLast(({ type }) => type === 'skill');
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
      await desk.studio.page.getByText('Family of replays').click();
      await desk.studio.asked('family');
      await desk.studio.tell(session({ family }));
      const list = desk.studio.page.getByRole('list', { name: 'Family of replays' });
      assert.equal(await list.getByRole('listitem').count(), 2);
      await list.getByRole('button', { name: 'Compare' }).click();
      assert.deepEqual(await desk.studio.asked('open'), {
        type: 'open',
        sessionId: 'session-1',
        beside: 'session-0',
      });
    });

    it('is a file to export to, and none of it for a trace that came from one', async () => {
      await show([session()]);
      await button('Export the trace as a file').click();
      await desk.studio.asked('export');
      await desk.studio.tell(session({ fromFile: true, canChangeAll: false }));
      await desk.studio.page.getByText('from a file').waitFor();
      for (const name of ['Export the trace as a file', 'Refresh', 'Replay from Here', 'Save as Eval']) {
        assert.equal(await button(name).count(), 0, name);
      }
    });
  });

  it('saves the message that led to a step as an eval, by keyboard too', async () => {
    await show([session()]);
    await row(4).click();
    await button('Save as Eval').focus();
    await desk.studio.page.keyboard.press('Enter');
    assert.equal((await desk.studio.asked('save-eval')).step, 4);
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
      await desk.studio.page.getByRole('tab', { name }).click();
    }
    assert.equal(await desk.studio.page.evaluate(() => 'broken' in window), false);
    assert.equal(await desk.studio.page.locator('#root :is(img, script)').count(), 0);
  });
});
