import path from 'node:path';
import type { EvalsNotification, EvalsRequest } from '../src/webviews/evals/messages';
import { many, state } from '../test/pages/evals-scenes';
import { OpenPage, PageServer } from '../test/pages/page';
import { extensionFolder } from './extension';
import { type Bench, type Figure, median, p95 } from './figure';

const results = 5_000;
const times = 10;
const points = 40;

/** What the view "Evals" costs with a long history, in a browser that draws in software. */
export const evalHistory: Bench = {
  name: 'evals-history',
  async measure(): Promise<Figure[]> {
    const server = await PageServer.start(path.join(extensionFolder, 'dist/webviews'));
    try {
      const paints: number[] = [];
      const bare: number[] = [];
      for (let nth = 0; nth < times; nth++) {
        const open = await openPage(server);
        bare.push(await firstPaint(open.page, 1));
        await open.close();
        const again = await openPage(server);
        paints.push(await firstPaint(again.page, results));
        await again.close();
      }
      return [...figuresOf(paints, bare), await walk(await openPage(server))];
    } finally {
      await server.stop();
    }
  },
};

type Opened = OpenPage<EvalsRequest, EvalsNotification>;

async function openPage({ browser, origin }: PageServer): Promise<Opened> {
  return await OpenPage.open<EvalsRequest, EvalsNotification>(browser, origin, 'evals', {
    width: 1100,
    height: 800,
  });
}

function figuresOf(paints: readonly number[], bare: readonly number[]): Figure[] {
  const name = 'evals: picture of 5,000 results to first paint';
  return [
    {
      figure: `${name}, median`,
      unit: 'ms',
      value: median(paints),
      baseline: { what: 'one result', value: median(bare) },
      budget: 200,
    },
    { figure: `${name}, p95`, unit: 'ms', value: p95(paints) },
  ];
}

/** From the host's message to the frame after the picture is there, in milliseconds. */
async function firstPaint(page: Opened['page'], count: number): Promise<number> {
  const message = state({ results: many(count), deployments: [], cases: [] });
  return await page.evaluate(
    async (data) => {
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      await frame();
      const began = performance.now();
      window.dispatchEvent(new MessageEvent('message', { data }));
      while (document.querySelectorAll('.chart .mark').length === 0) {
        await frame();
      }
      await frame();
      return performance.now() - began;
    },
    message as unknown as Record<string, unknown>,
  );
}

/** The time from an arrow key to the frame that shows the next point. */
async function walk(open: Opened): Promise<Figure> {
  const { page } = open;
  await firstPaint(page, results);
  const last = page.locator('.chart .mark').last();
  await last.focus();
  const took = await page.evaluate(async (count) => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const found: number[] = [];
    for (let index = 0; index < count; index++) {
      const began = performance.now();
      const key = new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true, cancelable: true });
      document.activeElement?.dispatchEvent(key);
      await frame();
      found.push(performance.now() - began);
    }
    return found;
  }, points);
  await open.close();
  return { figure: 'evals: from a key to the next point, p95', unit: 'ms', value: p95(took), budget: 50 };
}
