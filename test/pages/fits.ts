import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** Fails when the page as a whole can be scrolled: what scrolls in it has bars of its own, and nothing lies beside. */
export async function assertFits(page: Page): Promise<void> {
  const over = await page.evaluate(() => {
    const root = document.documentElement;
    const inner = document.querySelector('main') ?? root;
    return {
      wider: Math.max(root.scrollWidth, inner.scrollWidth) - window.innerWidth,
      higher: Math.max(root.scrollHeight, document.body.scrollHeight) - window.innerHeight,
    };
  });
  assert.ok(over.wider <= 0, `${over.wider} px wider than the view`);
  assert.ok(over.higher <= 0, `${over.higher} px higher than the view`);
}
