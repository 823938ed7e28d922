import assert from 'node:assert/strict';
import type { StudioKept } from '../../src/webviews/studio/messages';
import { assertFits } from './fits';
import { studioDesk } from './studio-desk';
import { more, question, session, step, steps, trace } from './studio-scenes';

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

    it('says that its run is not followed any more, and looks again', async () => {
      const quiet = 'Nothing came from the server for 120 seconds.';
      await show([session({ trace: trace({ status: 'running' }), unfollowed: quiet })]);
      const said = desk.studio.page.getByRole('alert').filter({ hasText: quiet });
      await said.getByRole('button', { name: 'Refresh' }).click();
      await desk.studio.asked('refresh');
      await desk.studio.tell(session({ trace: trace({ status: 'running' }) }));
      await said.waitFor({ state: 'detached' });
    });

    it('stops a run under way, and offers it for no other', async () => {
      await show([session({ trace: trace({ status: 'waiting' }) })]);
      await button('Stop the run').click();
      await desk.studio.asked('stop-run');
      await desk.studio.tell(session({ trace: trace({ status: 'cancelled' }) }));
      await button('Stop the run').waitFor({ state: 'detached' });
      await desk.studio.tell(session({ trace: trace({ status: 'running' }), fromFile: true }));
      await desk.studio.page.getByText('from a file').waitFor();
      assert.equal(await button('Stop the run').count(), 0);
    });

    it('has a header with title, status and totals', async () => {
      await show([session()]);
      await desk.studio.page.getByRole('heading', { name: 'Where is order A-1002?', level: 1 }).waitFor();
      await desk.studio.page
        .locator('.header .facts')
        .getByText('Support · draft · local/rehearsal · 7 steps · 1,847 tokens · 1.0 s')
        .waitFor();
    });

    it('shows the prompt that each turn was asked under', async () => {
      const under = (index: number, hash: string, text?: string) =>
        step(index, 'response', `Answer ${hash}`, {
          tool_args: { prompt_hash: hash, ...(text ? { system_prompt: text } : {}) },
        });
      const said = [
        step(0, 'message', 'One'),
        under(1, 'a', 'You are slow.'),
        step(2, 'message', 'Two'),
        under(3, 'b', 'You are fast.'),
      ];
      await show([session({ trace: trace({}, said) })]);
      await row(1).click();
      await button('Show what the model was told').click();
      await detail().getByText('You are slow.').waitFor();
      await desk.studio.page.getByRole('tab', { name: /System prompt/i }).click();
      const { page } = desk.studio;
      await page.getByRole('heading', { name: 'from step 3 on' }).waitFor();
      assert.deepEqual(await page.locator('.text-block h2').allTextContents(), [
        'from step 1 on',
        'from step 3 on',
      ]);
    });

    it('says what it has cost and each step, of what has a price', async () => {
      await show([session({ prices: { 'local/': { prompt: 1, completion: 10 } } })]);
      await desk.studio.page.getByText('7 steps · 1,847 tokens · $0.0028 · 1.0 s').waitFor();
      await row(6).click();
      await detail().getByText('930 tokens in, 41 out · $0.0013').waitFor();
      await row(3).click();
      assert.equal(await detail().getByText('$').count(), 0);
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
        /^3 search "order A-1002": 3 rows 12 ms$/,
      );
    });

    it('grows by the steps that come, and leaves those alone that were there', async () => {
      await show([session()]);
      await desk.studio.page.evaluate(() => document.getElementById('step-0')?.setAttribute('data-old', ''));
      const longer = trace({}, [...steps, step(7, 'response', 'The second parcel comes on Friday.')]);
      await desk.studio.tell(session({ trace: longer }, more(longer)));
      assert.equal(await grid().getByRole('row').count(), 8);
      await row(7).getByText('The second parcel comes on Friday.').waitFor();
      assert.equal(await row(0).getAttribute('data-old'), '');
      assert.ok((await desk.studio.requests()).every(({ type }) => type !== 'whole'));
    });

    /** True where the whole of a row is in view. */
    const isSeen = (index: number) =>
      row(index).evaluate((one) => {
        const list = one.closest('.grid')?.getBoundingClientRect();
        const { top, bottom } = one.getBoundingClientRect();
        return list !== undefined && top >= list.top - 1 && bottom <= list.bottom + 1;
      });
    const answers = (count: number) =>
      Array.from({ length: count }, (_, index) => step(index, 'response', `Answer ${index}`));

    for (const height of [600, 610, 620]) {
      it(`cuts no row at its top while it follows the end, in a view ${height} pixels high`, async () => {
        const said = answers(40);
        await show([session({ trace: trace({ status: 'running' }, said.slice(0, 5)) })], { height });
        await desk.studio.tell(session({ trace: trace({ status: 'running' }, said) }));
        await row(39).waitFor();
        assert.ok(await isSeen(39), 'the end is seen');
        const [list, tops] = await grid().evaluate((one) => [
          one.getBoundingClientRect().top,
          [...one.querySelectorAll('[role=row]')].map((each) => each.getBoundingClientRect().top),
        ]);
        assert.ok(
          tops.some((top) => Math.abs(top - list) < 1),
          `a row begins at ${list}: ${tops.join()}`,
        );
      });
    }

    it('keeps the chosen step in sight where the view becomes too small for all', async () => {
      await show([session({ trace: trace({}, answers(40)) })]);
      await row(15).click();
      assert.ok(await isSeen(15));
      await desk.studio.page.setViewportSize({ width: 500, height: 600 });
      await desk.studio.page.waitForFunction(() => {
        const one = document.querySelector('#step-15')?.getBoundingClientRect();
        const list = document.querySelector('.grid')?.getBoundingClientRect();
        return one && list && list.height < 300 && one.top >= list.top && one.bottom <= list.bottom + 1;
      });
    });

    it('shows what comes after a step that is far away, when it is wanted', async () => {
      await show([session({ trace: trace({}, answers(400)) }), { type: 'choose', step: 200 }]);
      await row(200).waitFor();
      await row(203).waitFor();
      assert.ok((await isSeen(200)) && (await isSeen(203)));
    });

    it('follows the end of a run under way until a person scrolls away', async () => {
      const said = answers(60);
      const grown = async (count: number, status = 'running') => {
        const now = trace({ status }, said.slice(0, count));
        await desk.studio.tell(session({ trace: now }));
        await desk.studio.page.locator(`.grid[aria-rowcount="${count}"]`).waitFor();
      };
      await show([session({ trace: trace({ status: 'running' }, said.slice(0, 5)) })]);
      await grown(40);
      assert.ok(await isSeen(39), 'it follows');
      await row(39).click();
      await grown(45);
      assert.ok(await isSeen(44), 'it follows with the last row chosen');
      await detail().getByText('Answer 39').waitFor();
      await grid().evaluate((list) => list.scrollTo(0, 0));
      await row(0).waitFor();
      await grown(50);
      assert.ok(await isSeen(0), 'it stays where a person looks');
      await grid().focus();
      await desk.studio.page.keyboard.press('End');
      await row(49).waitFor();
      await grown(55, 'completed');
      assert.ok(await isSeen(54), 'it follows again');
      await desk.studio.page.getByRole('searchbox').fill('Answer 1');
      await row(10).waitFor();
      await row(0).click();
      await desk.studio.page.getByRole('searchbox').fill('');
      await row(1).getByTitle('Answer 1', { exact: true }).waitFor();
      assert.ok(await isSeen(1), 'another filter does not move it');
    });

    it('asks once for the whole where something was missed, and shows what it has until then', async () => {
      await show([session()]);
      const longer = trace({ status: 'running' }, [...steps, step(7, 'message', 'And now?')]);
      await desk.studio.tell(session({ trace: longer }, more(longer, 4)));
      await desk.studio.tell(session({ trace: longer }, more(longer, 5)));
      assert.equal(await grid().getByRole('row').count(), 7);
      const asked = (await desk.studio.requests()).filter(({ type }) => type === 'whole');
      assert.equal(asked.length, 1);
      await desk.studio.tell(session({ trace: longer }));
      await row(7).getByText('And now?').waitFor();
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

    it('says what the picture of the run shows under the pointer, and when a step ran', async () => {
      await show([session()]);
      const picture = desk.studio.page.getByRole('img', { name: /^The whole run of / });
      const box = await picture.boundingBox();
      assert.ok(box);
      await desk.studio.page.mouse.move(box.x + box.width * 0.1, box.y + 4);
      assert.match((await picture.getAttribute('title')) ?? '', /^Step 6, Answer: 940 ms, from \d+ ms on$/);
      assert.match((await row(4).locator('.time').getAttribute('title')) ?? '', /^58 ms, from \d+ ms on$/);
    });

    it('has room for its tabs in a narrow view, and for many steps', async () => {
      const many = Array.from({ length: 10_000 }, (_, index) => step(index, 'response', `Answer ${index}`));
      await show([session({ trace: trace({}, many) })], { width: 300 });
      await desk.studio.page.getByRole('tab', { name: 'Steps 10,000' }).waitFor();
      await assertFits(desk.studio.page);
    });

    it('draws only what is seen of 10,000 steps, and reaches the last', async () => {
      const many = Array.from({ length: 10_000 }, (_, index) => step(index, 'response', `Answer ${index}`));
      await open();
      const before = await desk.studio.computedMs();
      await desk.studio.tell(session({ trace: trace({}, many) }));
      await row(0).waitFor();
      const took = (await desk.studio.computedMs()) - before;
      assert.ok(took > 0 && took < 3000, `took ${took} ms`);
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
      assert.equal(await desk.studio.page.locator('.overview').count(), 0);
    });

    it('shows the whole run as a picture over the list, and leads to a step in it', async () => {
      await show([session()]);
      const { page } = desk.studio;
      const legend = page.getByRole('list', { name: 'What took the time' });
      assert.deepEqual(await legend.getByRole('listitem').allInnerTexts(), [
        'Model 971 ms',
        'Code 58 ms',
        'Calls 12 ms',
      ]);
      const picture = page.getByRole('img', { name: /^The whole run of/ });
      const box = await picture.boundingBox();
      // The answer took the end of the run, in the first lane.
      await picture.click({ position: { x: (box?.width ?? 0) - 4, y: 5 } });
      await detail().getByText('step 6').waitFor();
      const painted = await picture.evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const pen = (canvas as HTMLCanvasElement).getContext('2d');
        return pen?.getImageData(0, 0, width, height).data.some((part) => part > 0);
      });
      assert.equal(painted, true);
    });

    it('keeps what was looked for while the page is hidden, by skill as well', async () => {
      await show([session()]);
      const { page } = desk.studio;
      await page.getByRole('combobox', { name: 'Which steps' }).selectOption('Skill lookup-order');
      await page.getByRole('searchbox', { name: 'Text in steps' }).fill('a-1002');
      await page.getByText('4 of 7').waitFor();
      const kept = (await desk.studio.kept()) as StudioKept;
      await desk.studio.close();
      await show([session()], { kept });
      await desk.studio.page.getByText('4 of 7').waitFor();
      assert.equal(
        await desk.studio.page.getByRole('combobox', { name: 'Which steps' }).inputValue(),
        'skill:lookup-order',
      );
    });
  });

  describe('around a session', () => {
    it('says that its family is being looked for', async () => {
      await show([session()]);
      await desk.studio.page.getByText('Family of replays').click();
      await desk.studio.asked('family');
      await desk.studio.tell(session({ looksForFamily: true }));
      const looking = desk.studio.page.getByRole('status').getByText('Looking through the sessions');
      await looking.waitFor();
      await desk.studio.tell(session());
      await looking.waitFor({ state: 'detached' });
    });

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

    it('has room for what is done with a session of its family, however long that is called', async () => {
      const long = {
        id: 's',
        title: 'refund_of_an_order_'.repeat(6),
        status: 'completed',
        depth: 2,
        fromStep: 12,
      };
      await show([session({ family: [long] })], { width: 300 });
      await desk.studio.page.getByText('Family of replays').click();
      const family = desk.studio.page.getByRole('list', { name: 'Family of replays' });
      const box = await family.getByRole('button', { name: 'Compare' }).boundingBox();
      assert.ok(box && box.x + box.width <= 300, JSON.stringify(box));
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

  it('asks and marks nothing in a trace that came from a file', async () => {
    const waiting = trace({ status: 'waiting' }, [...steps.slice(0, 3), question]);
    await show([session({ trace: waiting })]);
    await button('Yes').waitFor();
    await desk.studio.tell(session({ trace: waiting, fromFile: true, canChangeAll: false }));
    await button('Yes').waitFor({ state: 'detached' });
    assert.equal(await desk.studio.page.getByRole('checkbox', { name: /^Mark step/ }).count(), 0);
    await row(3).click();
    await detail().getByText('The run waited for the answer when this was saved.').waitFor();
    await grid().focus();
    await desk.studio.page.keyboard.press('Space');
    assert.equal(await desk.studio.page.locator('.row-marked').count(), 0);
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
