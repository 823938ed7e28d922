import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { launchBrowser } from '../../scripts/lib/browser.mjs';
import type { PageName } from '../../src/workbench/shared/webview';
import { webviewHtml } from '../../src/workbench/shared/webview-html';
import { Tab } from './tab';

/** The kinds of theme that the editor has, and the classes by which it tells a page. */
const themeClasses = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  contrast: 'vscode-high-contrast',
  'contrast-light': 'vscode-high-contrast-light vscode-high-contrast',
};

export type ThemeName = keyof typeof themeClasses;
export const themeNames = Object.keys(themeClasses) as readonly ThemeName[];

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
};

/** A page in a browser, under the policy it has in the editor, with a host that is the test. */
export class OpenPage<Request extends { type: string }, Notification> {
  #figures: CDPSession | undefined;

  private constructor(
    private readonly tab: Tab,
    private readonly idle: Tab[] | undefined,
    /** What broke the page's policy or threw in it; a test ends with none. */
    readonly problems: readonly string[],
  ) {}

  static async open<Request extends { type: string }, Notification>(
    browser: Browser,
    origin: string,
    name: PageName,
    options: {
      theme?: ThemeName;
      width?: number;
      height?: number;
      kept?: unknown;
      /** What the page is told as soon as it asks. */
      told?: readonly unknown[];
      /** Tabs that other pages have left: one of them is taken, and given back in the end. */
      idle?: Tab[];
    } = {},
  ): Promise<OpenPage<Request, Notification>> {
    const { theme = 'dark', width = 400, height = 700, kept, told = [], idle } = options;
    const fixtures = path.join(process.cwd(), 'test/fixtures/themes');
    const variables = JSON.parse(await readFile(path.join(fixtures, `${theme}.json`), 'utf8')) as Record<
      string,
      string
    >;
    const defaults = await readFile(path.join(fixtures, 'editor-defaults.css'), 'utf8');
    const tab = idle?.pop() ?? (await Tab.open(browser));
    const given = { variables, classes: themeClasses[theme], defaults, kept, told };
    await tab.show(
      new URL(`${name}.html`, origin),
      { width, height },
      `(${standIn})(${JSON.stringify(given)})`,
    );
    const opened = new OpenPage<Request, Notification>(tab, idle, tab.problems);
    await opened.asked('ready');
    return opened;
  }

  get page(): Page {
    return this.tab.page;
  }

  /** Tells the page something and waits until it has drawn it, and what was drawn has had its effects. */
  async tell(...notifications: Notification[]): Promise<void> {
    await this.page.evaluate(async (all) => {
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      // It hears of each after the page does: what the page does in its next frame is then done before what is here.
      const heard = new Promise<void>((done) => {
        let missing = all.length;
        const hear = () => {
          missing -= 1;
          if (missing > 0) return;
          window.removeEventListener('message', hear);
          done();
        };
        if (missing === 0) done();
        else window.addEventListener('message', hear);
      });
      for (const one of all) {
        window.postMessage(one, '*');
      }
      await heard;
      do {
        await frame();
      } while (document.querySelector('#root[aria-busy]'));
      // Effects come after a frame, however late that is; what they draw may have effects as well.
      for (const _ of ['of what was told', 'of those effects']) {
        await frame();
        await new Promise((done) => setTimeout(done, 0));
      }
    }, notifications);
  }

  /** Waits until what was drawn has had its effects. */
  async settled(): Promise<void> {
    await this.tell();
  }

  /** Milliseconds that the page has computed so far. A busy machine adds nothing to them, as to the time of day. */
  async computedMs(): Promise<number> {
    if (!this.#figures) {
      this.#figures = await this.page.context().newCDPSession(this.page);
      await this.#figures.send('Performance.enable', { timeDomain: 'threadTicks' });
    }
    const { metrics } = await this.#figures.send('Performance.getMetrics');
    const duration = metrics.find(({ name }) => name === 'TaskDuration');
    if (!duration) throw new Error('The browser does not tell how long a page has computed.');
    return duration.value * 1_000;
  }

  /** Waits until the page has made a request of this type. @returns the last one */
  async asked<T extends Request['type']>(type: T): Promise<Extract<Request, { type: T }>> {
    const found = await this.page.waitForFunction(
      (wanted) => window.requests.findLast((request) => request.type === wanted),
      type,
    );
    return (await found.jsonValue()) as unknown as Extract<Request, { type: T }>;
  }

  /** All requests so far. */
  async requests(): Promise<Request[]> {
    return (await this.page.evaluate(() => window.requests)) as unknown as Request[];
  }

  /** What the page has kept with `setState`. */
  async kept(): Promise<unknown> {
    return await this.page.evaluate(() => window.keptState);
  }

  async close(): Promise<void> {
    await this.#figures?.detach();
    this.#figures = undefined;
    if (!this.idle) {
      await this.tab.close();
    } else if (!this.idle.includes(this.tab)) {
      await this.tab.leave();
      this.idle.push(this.tab);
    }
  }
}

declare global {
  interface Window {
    requests: { type: string }[];
    keptState: unknown;
  }
}

/** Runs in the browser before the page: the editor's API and theme. Must not reach outside itself. */
function standIn(given: {
  variables: Record<string, string>;
  classes: string;
  defaults: string;
  kept: unknown;
  told: readonly unknown[];
}): void {
  window.requests = [];
  window.keptState = given.kept;
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      postMessage: (message: { type: string }) => {
        window.requests.push(message);
        if (message.type === 'ready') for (const one of given.told) window.postMessage(one, '*');
      },
      getState: () => window.keptState,
      setState: (state: unknown) => {
        window.keptState = state;
      },
    }),
  });
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error(`Policy broken: ${event.violatedDirective} ${event.blockedURI}`);
  });
  document.addEventListener('DOMContentLoaded', () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(given.defaults);
    document.adoptedStyleSheets.push(sheet);
    for (const [name, value] of Object.entries(given.variables)) {
      document.documentElement.style.setProperty(name, value);
    }
    document.body.className = given.classes;
  });
}

/** Serves the built pages as the editor would, and holds the browser. */
export class PageServer {
  /** Tabs that pages have left, for the next ones. */
  readonly idle: Tab[] = [];

  private constructor(
    readonly browser: Browser,
    private readonly server: Server,
    readonly origin: string,
  ) {}

  /** @param folder with the built pages */
  static async start(folder = path.join(process.cwd(), 'dist/webviews')): Promise<PageServer> {
    const server = createServer(async (request, response) => {
      const file = new URL(request.url ?? '/', 'http://pages').pathname.slice(1);
      const body = file.endsWith('.html')
        ? documentOf(path.basename(file, '.html'), origin)
        : await readFile(path.join(folder, path.basename(file))).catch(() => undefined);
      response.writeHead(body === undefined ? 404 : 200, {
        'content-type': contentTypes[path.extname(file)] ?? 'application/octet-stream',
        // A browser keeps what it has compiled of a script for as long as it keeps the script.
        ...(file.endsWith('.html') ? {} : { 'cache-control': 'max-age=3600' }),
      });
      response.end(body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new PageServer(await launchBrowser(), server, origin);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await new Promise((done) => this.server.close(done));
  }
}

function documentOf(name: string, origin: string): string {
  return webviewHtml({
    title: name,
    nonce: 'c3RhbmQtaW4tbm9uY2U=',
    cspSource: origin,
    script: `${origin}/${name}.js`,
    styles: [`${origin}/codicon.css`, `${origin}/${name}.css`],
  });
}
