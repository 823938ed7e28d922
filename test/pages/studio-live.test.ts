import assert from 'node:assert/strict';
import type { AgentStep, Trace } from '../../src/protocol';
import type { TraceNews } from '../../src/webviews/studio/messages';
import { studioDesk } from './studio-desk';
import { session, step, trace, whole } from './studio-scenes';

/** Steps of a long run, with something of every kind. */
const long: AgentStep[] = Array.from({ length: 400 }, (_, index) => {
  const spent = { prompt_tokens: 900 + index, completion_tokens: 20, duration_ms: 40 };
  const at = (after: number) => ({ created_at: new Date(1_768_000_000_000 + after).toISOString() });
  switch (index % 8) {
    case 0:
      // A person thinks for minutes before the next message.
      return step(index, 'message', `Where is order A-${index}?`, at(index * 60_000));
    case 1: {
      const skill = index < 200 ? 'lookup-order' : 'refund-order';
      const source = `return require('${skill}')({ id: ${index} })`;
      return step(index, 'execute_js', source, { ...spent, ...at(index * 60_000) });
    }
    case 2: {
      const call = index % 16 === 2 ? 'search' : 'mcp';
      const tool_args = { kind: call, call, args: [index] };
      return step(index, 'sandbox_event', `${call} ${index}`, {
        duration_ms: 300,
        tool_args,
        ...at(index * 60_000),
      });
    }
    case 3:
      return step(index, 'data_update', 'order', { tool_args: { order: index }, ...at(index * 60_000) });
    case 4: {
      const failed = index % 24 === 4;
      const tool_args = failed ? { ok: false } : { ok: true, result: index };
      const content = failed ? 'Error: no such order' : String(index);
      return step(index, 'execute_js_result', content, {
        tool_args,
        duration_ms: 1_200,
        ...at(index * 60_000),
      });
    }
    case 5:
      return step(index, 'sandbox_event', `Text ${index}`, {
        tool_args: { kind: 'text' },
        ...at(index * 60_000),
      });
    default:
      return step(index, 'response', `Answer ${index}`, { ...spent, ...at(index * 60_000) });
  }
});

describe('the studio page while a run goes on', () => {
  const desk = studioDesk();
  const prices = { 'local/rehearsal': { prompt: 1, completion: 2 } };
  const tell = (all: Trace, news: TraceNews) => session({ trace: all, prices }, news);
  const at = (count: number): Trace => trace({ status: 'running' }, long.slice(0, count));

  /** Opens a page that is told the run in parts of some steps, as a host reads it. */
  const live = async (part: number): Promise<void> => {
    const first = whole(at(part));
    await desk.show([tell(at(part), first)]);
    await grow(part, part);
  };
  /** Tells the rest of the run. */
  const grow = async (from: number, part: number, version = 1): Promise<void> => {
    let since = version;
    for (let told = from; told < long.length; told += part, since += 1) {
      const all = whole(at(Math.min(long.length, told + part)));
      await desk.studio.tell(
        tell(at(all.count), { ...all, version: since + 1, since, steps: all.steps.slice(told) }),
      );
    }
  };
  /** All that a person sees of the run. */
  const seen = async () => {
    const { page } = desk.studio;
    await page.locator('.grid').waitFor();
    await desk.studio.settled();
    return {
      facts: await page.locator('.header .facts').textContent(),
      legend: await page.getByRole('list', { name: 'What took the time' }).allInnerTexts(),
      picture: await page
        .locator('.overview canvas')
        .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL()),
      rows: await desk.grid().getByRole('row').allInnerTexts(),
      bars: await page.locator('.bar').evaluateAll((bars) => bars.map((bar) => bar.getAttribute('style'))),
      shows: await page.getByRole('combobox', { name: 'Which steps' }).getByRole('option').allInnerTexts(),
    };
  };
  const toEnd = async () => {
    await desk.grid().press('End');
    await desk.row(long.length - 1).waitFor();
  };

  it('shows in the end what a page shows that was told all of it at once', async () => {
    await live(37);
    await toEnd();
    const grown = await seen();
    await desk.studio.close();
    await desk.show([tell(at(long.length), whole(at(long.length)))]);
    await toEnd();
    assert.deepEqual(grown, await seen());
    assert.match(grown.facts ?? '', /400 steps/);
    assert.ok(grown.shows.includes('Skill refund-order'), grown.shows.join());
  });

  for (const [what, show, text] of [
    ['failed steps', 'Failed', ''],
    ['slow steps', 'Slow', ''],
    ['calls of tools', 'MCP calls', ''],
    ['a skill', 'Skill lookup-order', ''],
    ['a text', 'All steps', 'a-1'],
    ['a kind with a text', 'Model', 'answer 3'],
  ] as const) {
    it(`goes on finding ${what} in what comes`, async () => {
      const filter = async () => {
        await desk.studio.page.getByRole('combobox', { name: 'Which steps' }).selectOption(show);
        await desk.studio.page.getByRole('searchbox', { name: 'Text in steps' }).fill(text);
      };
      const found = async () => {
        await desk.grid().press('End');
        // Rows that leave the view come back at its other end.
        const last = (await desk.grid().getAttribute('aria-rowcount')) ?? '';
        await desk.grid().locator(`[aria-rowindex="${last}"]`).waitFor();
        return {
          count: await desk.studio.page.locator('.filter-count').textContent(),
          rows: await desk.grid().getByRole('row').allInnerTexts(),
        };
      };
      await desk.show([tell(at(50), whole(at(50)))]);
      await filter();
      const before = await found();
      await grow(50, 61);
      const after = await found();
      assert.notEqual(after.count, before.count);
      await desk.studio.close();
      await desk.show([tell(at(long.length), whole(at(long.length)))]);
      await filter();
      assert.deepEqual(after, await found());
    });
  }

  it('draws what comes at the end at once, and not first what was seen before', async () => {
    await desk.show([tell(at(100), whole(at(100)))]);
    await desk.grid().evaluate((grid) => grid.scrollTo(0, grid.scrollHeight));
    await desk.row(99).waitFor();
    const all = whole(at(300));
    const isSeen = await desk.studio.page.evaluate(
      async (news) => {
        const grid = document.querySelector('.grid');
        const drawn = new Promise<void>((done) => {
          if (grid) new MutationObserver(() => done()).observe(grid, { attributeFilter: ['aria-rowcount'] });
        });
        window.postMessage(news, '*');
        // Before the frame in which it is drawn is shown.
        await drawn;
        const last = document.querySelector('#step-299')?.getBoundingClientRect();
        return last && grid && last.bottom <= grid.getBoundingClientRect().bottom + 1;
      },
      tell(at(300), { ...all, version: 2, since: 1, steps: all.steps.slice(100) }),
    );
    assert.equal(isSeen, true);
  });
});
