import path from 'node:path';
import type { ChatNotification, ChatRequest } from '../src/webviews/chat/messages';
import type { StudioNotification, StudioRequest } from '../src/webviews/studio/messages';
import { state } from '../test/pages/chat-scenes';
import { OpenPage, PageServer } from '../test/pages/page';
import { session } from '../test/pages/studio-scenes';
import { extensionFolder } from './extension';
import { type Bench, type Figure, median, p95 } from './figure';

const steps = 10_000;
/** Characters of a step, so that the whole trace has about 50 MB. */
const stepSize = 5_000;
const eventsPerSecond = 2_000;
const secondsLive = 3;
const framesScrolled = 180;

/** What the pages cost with a huge trace and a fast run, in a browser that draws in software. */
export const studio: Bench = {
  name: 'studio',
  async measure(): Promise<Figure[]> {
    const server = await PageServer.start(path.join(extensionFolder, 'dist/webviews'));
    try {
      return [...(await hugeTrace(server)), ...(await liveChat(server))];
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
  // Made in the page: what is measured is drawing it, not how it came there.
  const paint = await page.evaluate(
    async ({ message, steps, stepSize }) => {
      const text = 'The parcel of order A-1002 has left the harbour. '.repeat(Math.ceil(stepSize / 50));
      const kinds = ['execute_js', 'sandbox_event', 'execute_js_result', 'response'];
      const made = Array.from({ length: steps }, (_, index) => ({
        id: `step-${index}`,
        session_id: 'session-1',
        step_index: index,
        step_type: kinds[index % kinds.length],
        content: `${index} ${text}`.slice(0, stepSize),
        tool_args: { call: index % 4 === 1 ? 'search' : undefined, ok: true, result: index },
        duration_ms: 1 + (index % 90),
        prompt_tokens: 10,
        completion_tokens: 5,
        created_at: new Date(1_700_000_000_000 + index * 50).toISOString(),
      }));
      const trace = (message as { session: { trace: { steps: unknown } } }).session.trace;
      trace.steps = made;
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
    { message: session() as unknown as Record<string, unknown>, steps, stepSize },
  );
  const frames = await page.evaluate(async (count) => {
    const grid = document.querySelector('.grid');
    const deltas: number[] = [];
    let before = performance.now();
    for (let index = 0; index < count; index++) {
      grid?.scrollBy(0, 900);
      await new Promise((done) => requestAnimationFrame(done));
      const now = performance.now();
      deltas.push(now - before);
      before = now;
    }
    return deltas;
  }, framesScrolled);
  const bare = await bareFrames(page);
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
      value: p95(frames.slice(10)),
      baseline: { what: 'an empty frame', value: median(bare) },
      budget: 20,
    },
    { figure: 'studio: memory of the page with them', unit: 'MB', value: heap / 1_000_000, budget: 200 },
  ];
}

async function liveChat({ browser, origin }: PageServer): Promise<Figure[]> {
  const open = await OpenPage.open<ChatRequest, ChatNotification>(browser, origin, 'chat', { width: 400 });
  const { page } = open;
  // The page's own clock starts with its navigation; it has asked for its state by now, which it does when drawn.
  const paint = await page.evaluate(
    () => new Promise<number>((done) => requestAnimationFrame(() => done(performance.now()))),
  );
  await open.tell(state({ busy: 'running' }), {
    type: 'conversation',
    entries: [{ kind: 'message', text: 'Where is order A-1002?', at: 1 }],
  });
  const bare = await bareFrames(page);
  const frames = await page.evaluate(
    async ({ perSecond, seconds }) => {
      const deltas: number[] = [];
      const start = performance.now();
      let [before, sent] = [start, 0];
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
        const now = performance.now();
        deltas.push(now - before);
        before = now;
      }
      return deltas;
    },
    { perSecond: eventsPerSecond, seconds: secondsLive },
  );
  await open.close();
  return [
    { figure: 'chat: page to first paint', unit: 'ms', value: paint, budget: 200 },
    {
      figure: 'chat: longest frame at 2,000 events a second',
      unit: 'ms',
      value: Math.max(...frames.slice(2)),
      baseline: { what: 'an empty frame', value: median(bare) },
      budget: 50,
    },
  ];
}

/** How long frames take in which nothing happens. */
async function bareFrames(page: OpenPage<ChatRequest, ChatNotification>['page']): Promise<number[]> {
  return await page.evaluate(async () => {
    const deltas: number[] = [];
    let before = performance.now();
    for (let index = 0; index < 30; index++) {
      await new Promise((done) => requestAnimationFrame(done));
      const now = performance.now();
      deltas.push(now - before);
      before = now;
    }
    return deltas.slice(5);
  });
}
