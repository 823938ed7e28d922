import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../scripts/lib/browser.mjs';
import { openApiRoutes } from '../../src/runtime/routes/openapi';
import { assertAccessible } from './axe';
import { takePicture } from './picture';

describe('the page of the API', () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  const problems: string[] = [];

  before(async () => {
    browser = await launchBrowser();
    server = createServer(getRequestListener(openApiRoutes().fetch));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  after(async () => {
    await browser.close();
    await new Promise((done) => server.close(done));
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    describe(`in ${colorScheme}`, () => {
      before(async () => {
        const context = await browser.newContext({ colorScheme, viewport: { width: 900, height: 700 } });
        page = await context.newPage();
        page.on('console', (message) => {
          if (message.type() === 'error') problems.push(message.text());
        });
        await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/docs`);
      });
      after(() => page.context().close());

      it('shows an operation, and leads from it to its schema', async () => {
        const row = page.locator('details', { hasText: '/api/sdk/chat/completions' }).first();
        await row.locator('summary').press('Enter');
        await row.getByText('OpenAI’s chat completions').waitFor();
        await row.getByRole('link', { name: 'ChatRequest' }).click();
        await page.waitForURL(/#schema-ChatRequest$/);
        await page.locator('#schema-ChatRequest').getByText('"index_id"').waitFor();
        await takePicture(page, `reference-${colorScheme}`);
      });

      it('can be used by everybody', async () => {
        await assertAccessible(page);
      });

      it('fits a narrow window', async () => {
        await page.setViewportSize({ width: 320, height: 600 });
        const [content, window] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        assert.ok(Number(content) <= Number(window), `${content} > ${window}`);
      });

      it('keeps its policy', () => {
        assert.deepEqual(problems, []);
      });
    });
  }
});
