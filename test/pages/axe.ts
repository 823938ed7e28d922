import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';

// Half as long as what `axe.source` gives: to read it takes a page longer than to run it.
const file = createRequire(path.join(process.cwd(), 'package.json')).resolve('axe-core/axe.min.js');
const source = readFile(file, 'utf8');

/** Fails with what a person with an aid would stumble over: axe's serious and critical findings. */
export async function assertAccessible(page: Page): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) {
    // Evaluated over the debugger, so the page's policy need not allow it.
    await page.evaluate(await source);
  }
  const findings = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, {
      resultTypes: ['violations'],
      // No rule needs the style sheets of other hosts, or sounds: a page may have neither.
      preload: false,
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
  assert.deepEqual(findings, []);
}
