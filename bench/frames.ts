import type { Page } from 'playwright-core';

/** How long frames take in which nothing happens, in milliseconds. */
export async function bareFrames(page: Page): Promise<number[]> {
  const frames = await framesWhile(page, () => page.waitForTimeout(500));
  return frames.slice(5);
}

/**
 * How long a page's frames take while something goes on, in milliseconds, by the browser's own times for them: a frame
 * that is left out makes the one before it twice as long.
 */
export async function framesWhile(page: Page, work: () => Promise<unknown>): Promise<number[]> {
  const handle = await page.evaluateHandle(() => {
    const seen = { times: [] as number[], isOver: false };
    const look = (time: number) => {
      seen.times.push(time);
      if (!seen.isOver) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    return seen;
  });
  await work();
  const times = await handle.evaluate((seen) => {
    seen.isOver = true;
    return seen.times;
  });
  await handle.dispose();
  return times.slice(1).map((time, index) => time - (times[index] ?? time));
}

/**
 * How long a page works for each frame while an element is scrolled, a step a frame, as a wheel does it: between frames.
 * @param selector of what is scrolled
 * @param by pixels a frame
 */
export async function scrolled(
  page: Page,
  selector: string,
  by: number,
  count: number,
): Promise<{ frames: number[]; workMs: number }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const worked = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
  };
  const before = await worked();
  const frames = await framesWhile(page, () =>
    page.evaluate(
      async ({ selector, by, count }) => {
        const scroller = document.querySelector(selector);
        for (let index = 0; index < count; index++) {
          await new Promise((done) => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = done;
            port2.postMessage(undefined);
          });
          scroller?.scrollBy(0, by);
          await new Promise((done) => requestAnimationFrame(done));
        }
      },
      { selector, by, count },
    ),
  );
  const workMs = ((await worked()) - before) / count;
  await cdp.detach();
  return { frames: frames.slice(10), workMs };
}
