import type { StudioNotification, StudioRequest, TraceNews } from '../src/webviews/studio/messages';
import { OpenPage, type PageServer } from '../test/pages/page';
import { session } from '../test/pages/studio-scenes';
import { type Figure, median, p95 } from './figure';
import { bareFrames, framesWhile } from './frames';
import { LiveRun } from './live-run';
import { madeSteps } from './studio-steps';

const before = 8_000;
const eventsPerSecond = 2_000;
const secondsLive = 5;
const made = { count: before + eventsPerSecond * secondsLive, size: 5_000 };

/** What a run costs the page of a session that is long already, while its end is followed. */
export async function liveStudio(server: PageServer): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { of, find } of [
    { of: 'after 8,000 steps', find: '' },
    { of: 'of which those with a text are shown', find: '99' },
  ]) {
    const { bare, frames } = await live(server, find);
    const baseline = { what: 'an empty frame', value: median(bare) };
    const run = `2,000 events a second, ${of}`;
    figures.push(
      {
        figure: `studio: longest frame at ${run}`,
        unit: 'ms',
        value: Math.max(...frames),
        baseline,
        budget: 50,
      },
      { figure: `studio: a frame at ${run}, p95`, unit: 'ms', value: p95(frames), baseline },
    );
  }
  return figures;
}

/** @param find the text that steps are looked for by; "" for none */
async function live(
  { browser, origin }: PageServer,
  find: string,
): Promise<{ bare: number[]; frames: number[] }> {
  const size = { width: 1100, height: 800 };
  const open = await OpenPage.open<StudioRequest, StudioNotification>(browser, origin, 'studio', size);
  const { page } = open;
  await page.waitForLoadState('networkidle');
  // Made in the page: what is measured is to take and draw them, not how they came to the browser.
  const steps = await page.evaluateHandle(madeSteps, made);
  const sent: Promise<void>[] = [];
  const tell = (news: TraceNews) => {
    const message = session({}, { ...news, steps: [] }) as unknown as Record<string, unknown>;
    const places = news.steps.map(({ place }) => place);
    sent.push(
      page.evaluate(
        ({ message, steps, places }) => {
          const { trace } = (message as { session: { trace: Record<string, unknown> } }).session;
          trace.steps = places.map((place) => ({ place, step: steps[place] }));
          window.postMessage(message, '*');
        },
        { message, steps, places },
      ),
    );
  };
  const run = new LiveRun(made, before, tell);
  await run.begin();
  const list = page.getByRole('grid', { name: 'Steps' });
  await list.waitFor();
  await page.getByRole('searchbox', { name: 'Text in steps' }).fill(find);
  await list.press('End');
  const bare = await bareFrames(page);
  const frames = await framesWhile(page, async () => {
    await run.goOn(eventsPerSecond);
    await Promise.all(sent);
  });
  await page.getByRole('tab', { name: `Steps ${made.count.toLocaleString('en')}` }).waitFor();
  await open.close();
  return { bare, frames };
}
