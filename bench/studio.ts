import path from 'node:path';
import type { Page } from 'playwright-core';
import type { ChatNotification, ChatRequest } from '../src/webviews/chat/messages';
import type { StudioNotification, StudioRequest } from '../src/webviews/studio/messages';
import { asks, conversation, state } from '../test/pages/chat-scenes';
import { OpenPage, PageServer } from '../test/pages/page';
import { session } from '../test/pages/studio-scenes';
import { extensionFolder } from './extension';
import { type Bench, type Figure, median, p95 } from './figure';
import { bareFrames, framesWhile, scrolled } from './frames';
import { liveStudio } from './studio-live';
import { madeSteps } from './studio-steps';

const steps = 10_000;
/** Characters of a step, so that the whole trace has about 50 MB. */
const stepSize = 5_000;
const eventsPerSecond = 2_000;
const secondsLive = 3;
const framesScrolled = 180;
/** More than is seen at once, so that every row is another one in each frame. */
const pixelsAFrame = 900;
/** How often a page is opened anew. */
const rounds = 7;

/** What the pages cost with a huge trace and a fast run, in a browser that draws in software. */
export const studio: Bench = {
  name: 'studio',
  async measure(): Promise<Figure[]> {
    const server = await PageServer.start(path.join(extensionFolder, 'dist/webviews'));
    try {
      return [...(await hugeTrace(server)), ...(await liveStudio(server)), ...(await liveChat(server))];
    } finally {
      await server.stop();
    }
  },
};

async function hugeTrace({ browser, origin }: PageServer): Promise<Figure[]> {
  const open = await OpenPage.open<StudioRequest, StudioNotification>(browser, origin, 'studio', {
    width: 1100,
    height: 800,
  });
  const { page } = open;
  // The page stands, with all that it loads, before the data comes.
  await page.waitForLoadState('networkidle');
  // Made in the page: what is measured is drawing it, not how it came there.
  const made = await page.evaluateHandle(madeSteps, { count: steps, size: stepSize });
  const paint = await page.evaluate(
    async ({ message, made }) => {
      const { trace } = (message as { session: { trace: { count: number; steps: unknown } } }).session;
      trace.count = made.length;
      // As they come in a message: texts that were put together here would share their parts.
      trace.steps = structuredClone(made.map((step, place) => ({ place, step })));
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      await frame();
      const began = performance.now();
      window.dispatchEvent(new MessageEvent('message', { data: message }));
      while (document.querySelectorAll('[role=row]').length === 0) {
        await frame();
      }
      await frame();
      return performance.now() - began;
    },
    { message: session() as unknown as Record<string, unknown>, made },
  );
  await made.dispose();
  const list = await scrolled(page, '.grid', pixelsAFrame, framesScrolled);
  const empty = await emptyScroller(page);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('Performance.enable');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0;
  await open.close();
  return [
    { figure: 'studio: 10,000 steps, 50 MB, to first paint', unit: 'ms', value: paint, budget: 300 },
    {
      figure: 'studio: a frame while scrolling them, p95',
      unit: 'ms',
      value: p95(list.frames),
      baseline: { what: 'an empty list of that size', value: p95(empty.frames) },
      budget: 20,
    },
    {
      figure: 'studio: work of the page for such a frame',
      unit: 'ms',
      value: list.workMs,
      baseline: { what: 'the same', value: empty.workMs },
      budget: 16.7,
    },
    { figure: 'studio: memory of the page with them', unit: 'MB', value: heap / 1_000_000, budget: 200 },
  ];
}

/** What the browser alone takes to scroll: an element with nothing in it, as large as the list and in its place. */
async function emptyScroller(page: Page): ReturnType<typeof scrolled> {
  await page.evaluate(() => {
    const list = document.querySelector<HTMLElement>('.grid');
    const root = document.getElementById('root');
    if (!list || !root) throw new Error('The page has no list.');
    const { left, top, width, height } = list.getBoundingClientRect();
    const scroller = document.createElement('div');
    scroller.id = 'empty';
    scroller.style.cssText = `position:fixed;left:${left}px;top:${top}px;width:${width}px;height:${height}px;overflow-y:auto`;
    const inner = document.createElement('div');
    inner.style.height = `${list.scrollHeight}px`;
    scroller.append(inner);
    root.hidden = true;
    document.body.append(scroller);
  });
  return await scrolled(page, '#empty', pixelsAFrame, framesScrolled);
}

/** What the browser notes of a page's drawing, in milliseconds from the navigation, the middle of several windows. */
async function paintsOf(
  { browser, origin }: PageServer,
  name: 'first-paint' | 'first-contentful-paint',
): Promise<number> {
  const paints: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const open = await OpenPage.open<ChatRequest, ChatNotification>(browser, origin, 'chat', {
      width: 400,
      told: [state(), conversation(asks('Where is order A-1002?'))],
    });
    const paint = await open.page.evaluate(
      (wanted) =>
        new Promise<number>((done) => {
          const observer = new PerformanceObserver((list) => {
            for (const { startTime } of list.getEntriesByName(wanted)) done(startTime);
          });
          observer.observe({ type: 'paint', buffered: true });
        }),
      name,
    );
    paints.push(paint);
    await open.close();
  }
  return median(paints);
}

async function liveChat(server: PageServer): Promise<Figure[]> {
  const first = await paintsOf(server, 'first-paint');
  const content = await paintsOf(server, 'first-contentful-paint');
  const { browser, origin } = server;
  const open = await OpenPage.open<ChatRequest, ChatNotification>(browser, origin, 'chat', { width: 400 });
  const { page } = open;
  await open.tell(state({ busy: 'running' }), {
    type: 'conversation',
    entries: [{ kind: 'message', text: 'Where is order A-1002?', at: 1 }],
  });
  const bare = await bareFrames(page);
  const frames = await framesWhile(page, () =>
    page.evaluate(
      async ({ perSecond, seconds }) => {
        const start = performance.now();
        let sent = 0;
        while (sent < perSecond * seconds) {
          const due = Math.min(perSecond * seconds, ((performance.now() - start) / 1000) * perSecond);
          const entries = [];
          for (; sent < due; sent++) {
            const kind = sent % 2 === 0 ? 'execute_js' : 'execute_js_result';
            entries.push({
              kind: 'event',
              at: start,
              event: { type: kind, content: `search("${sent}")`, result: sent },
            });
          }
          window.dispatchEvent(new MessageEvent('message', { data: { type: 'entries', entries } }));
          await new Promise((done) => requestAnimationFrame(done));
        }
      },
      { perSecond: eventsPerSecond, seconds: secondsLive },
    ),
  );
  await open.close();
  return [
    { figure: 'chat: page to first paint, median', unit: 'ms', value: first, budget: 200 },
    { figure: 'chat: page to first content, told at once, median', unit: 'ms', value: content },
    {
      figure: 'chat: longest frame at 2,000 events a second',
      unit: 'ms',
      value: Math.max(...frames.slice(2)),
      baseline: { what: 'an empty frame', value: median(bare) },
      budget: 50,
    },
  ];
}
