import type { Browser, ConsoleMessage, Page, Request } from 'playwright-core';

/**
 * A tab of the browser, for one page after another. A page finds what the one before it has loaded and compiled; in
 * a tab of its own that takes it longer than most tests.
 */
export class Tab {
  /** What the shown page has thrown or complained of, and what it asked of another host. */
  problems: string[] = [];
  #origin = '';

  private constructor(readonly page: Page) {
    page.on('pageerror', (error) => this.problems.push(String(error)));
    page.on('console', (message: ConsoleMessage) => {
      if (message.type() === 'error') {
        this.problems.push(message.text());
      }
    });
    page.on('request', (request: Request) => {
      if (!request.url().startsWith(this.#origin)) {
        this.problems.push(`asked for ${request.url()}`);
      }
    });
  }

  static async open(browser: Browser): Promise<Tab> {
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    return new Tab(await context.newPage());
  }

  /**
   * Shows a document in the place of what was shown.
   * @param script runs in it before its own
   */
  async show(url: URL, size: { width: number; height: number }, script: string): Promise<void> {
    // Of another address it keeps neither what was typed nor where it was scrolled to.
    url.searchParams.set('shown', String(shown++));
    this.#origin = url.origin;
    this.problems = [];
    await this.page.setViewportSize(size);
    const added = await this.page.addInitScript({ content: script });
    await this.page.goto(url.href);
    await added.dispose();
  }

  /** Leaves the tab to the next page: the pointer rests on nothing. */
  async leave(): Promise<void> {
    await this.page.mouse.move(-1, -1);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

let shown = 0;
