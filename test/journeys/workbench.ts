import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Browser, errors, type Frame, type Locator, type Page } from 'playwright-core';
import { launchBrowser } from '../../scripts/lib/browser.mjs';
import { type EditorHost, type EditorOptions, startEditor } from '../../scripts/lib/editor-host.mjs';

/** Where something is drawn, in pixels of the page. */
export type Box = { x: number; y: number; width: number; height: number };

/** VS Code as a person sees it: what can be read and done by eye, mouse and keyboard, and nothing of its inside. */
export class Workbench {
  private constructor(
    readonly host: EditorHost,
    private readonly browser: Browser,
    readonly page: Page,
  ) {}

  /** Starts an editor with the extension in it and opens a folder. */
  static async open(folder: string, options: EditorOptions = {}): Promise<Workbench> {
    const host = await startEditor(options);
    try {
      const browser = await launchBrowser();
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const page = await context.newPage();
      const workbench = new Workbench(host, browser, page);
      await workbench.load(folder);
      return workbench;
    } catch (error) {
      await host.stop();
      throw error;
    }
  }

  /** Opens another window of the same editor, as a second tab of the person's browser; it closes with this one. */
  async another(folder: string): Promise<Workbench> {
    const page = await this.page.context().newPage();
    const workbench = new Workbench(this.host, this.browser, page);
    await workbench.load(folder);
    return workbench;
  }

  private async load(folder: string): Promise<void> {
    this.page.setDefaultTimeout(60_000);
    await this.page.goto(this.host.address(folder));
    await this.page.locator('.monaco-workbench .part.sidebar').waitFor();
  }

  /** Loads the window anew, as the person's browser does on reload. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.locator('.monaco-workbench .part.sidebar').waitFor();
  }

  /** Has the window behind another one until a task is done, as the browser tells it: one without a screen never does. */
  async away(task: () => Promise<void>): Promise<void> {
    await this.page.evaluate(() => {
      document.hasFocus = () => false;
      window.dispatchEvent(new Event('blur'));
    });
    await task();
    await this.page.evaluate(() => {
      Reflect.deleteProperty(document, 'hasFocus');
      window.dispatchEvent(new Event('focus'));
    });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.host.stop();
  }

  /** Saves what is on the screen as out/pictures/<name>.png, or in docs/pictures when TAVORA_PICTURES says so. */
  async picture(name: string): Promise<void> {
    const folder = path.join(process.env.TAVORA_PICTURES === 'docs' ? 'docs' : 'out', 'pictures');
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
  }

  /** Saves the screen and the end of the log of a test that failed. */
  async failed(title: string): Promise<void> {
    const name = title.replace(/\W+/g, '-');
    mkdirSync('out/pictures', { recursive: true });
    await this.page.screenshot({ path: path.join('out/pictures', `failed-${name}.png`) });
    console.log(
      `The screen: out/pictures/failed-${name}.png. The end of the editor's log:\n${this.host.logTail(15)}`,
    );
  }

  /** Runs a command from the palette by its title, such as "Tavora: Deploy". */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input').filter({ visible: true }).first();
    await input.fill(`>${title}`);
    await this.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ has: this.page.getByText(title, { exact: true }) })
      .first()
      .click();
  }

  /** Chooses an entry of the context menu that is open. By its key: a menu takes no click in its first moment. */
  async choose(entry: string): Promise<void> {
    const item = this.page.getByRole('menuitem', { name: entry });
    await item.hover();
    await this.page.keyboard.press('Enter');
    await item.waitFor({ state: 'hidden' });
  }

  /** Opens a view container by its name in the activity bar. */
  async container(name: string): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name, exact: false });
    await tab.waitFor();
    if ((await tab.getAttribute('aria-selected')) !== 'true') {
      await tab.click();
      // Off the bar, whose hints cover what is beside them.
      await this.page.mouse.move(800, 400);
    }
  }

  /** A view of the side bar, by its title. */
  view(title: string): View {
    return new View(this.page, title);
  }

  /** Opens a file of the workspace by typing its name. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.page.locator('.quick-input-widget input').filter({ visible: true }).first().fill(name);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first().click();
    await this.tab(name).waitFor();
    await this.editor().waitFor();
  }

  /** The tab of an open editor. */
  tab(name: string | RegExp): Locator {
    return this.page.locator('.tabs-container .tab').filter({ hasText: name });
  }

  /** The text editor that has, or had last, the focus. */
  editor(): Locator {
    return this.page.locator('.editor-instance .monaco-editor').first();
  }

  /** Puts the cursor into the text, both counted from 1. */
  async goTo(line: number, column: number): Promise<void> {
    await this.page.keyboard.press('Control+G');
    const input = this.page.locator('.quick-input-widget input').filter({ visible: true }).first();
    await input.fill(`:${line}:${column}`);
    await input.press('Enter');
    await this.statusItem(`Ln ${line}, Col ${column}`).waitFor();
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
    await this.page.locator('.tabs-container .tab.active:not(.dirty)').first().waitFor();
  }

  /** An entry of the status bar by a piece of its text. */
  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text });
  }

  /**
   * Rests the mouse on a place until what it brings up is there, as a person who moves it anew when nothing came:
   * the editor closes a hover when it draws anew what is below, as on an answer of a language service.
   * @param where the place is now, in pixels of the page; null while it is not drawn
   */
  async hover(where: () => Promise<Box | null>, shown: Locator): Promise<void> {
    const end = Date.now() + 60_000;
    for (;;) {
      const place = await where();
      if (!place) {
        assert.ok(Date.now() < end, 'What the mouse is to rest on is not drawn.');
        continue;
      }
      await this.page.mouse.move(place.x + place.width / 2, place.y + place.height / 2, { steps: 3 });
      try {
        await shown.waitFor({ timeout: 5_000 });
        return;
      } catch (error) {
        if (!(error instanceof errors.TimeoutError) || Date.now() > end) throw error;
      }
      await this.page.mouse.move(place.x + place.width / 2, place.y + 10 * place.height);
    }
  }

  /** A notification by a piece of its text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-toast').filter({ hasText: text });
  }

  /**
   * Sees a message that asks nothing: on its own, or in the editor's list of messages, where those end up that come
   * in a burst with others.
   */
  async told(text: RegExp): Promise<void> {
    const end = Date.now() + 60_000;
    const listed = this.page.locator('.notifications-center').getByText(text).first();
    for (;;) {
      try {
        await this.notification(text).first().waitFor({ timeout: 5_000 });
        return;
      } catch (error) {
        if (!(error instanceof errors.TimeoutError)) throw error;
      }
      // Looked into and closed again: while the list is open, a message that comes late is shown in it alone.
      await this.command('Notifications: Show Notifications');
      try {
        await listed.waitFor({ timeout: 1_000 });
        await this.page.keyboard.press('Escape');
        return;
      } catch (error) {
        if (!(error instanceof errors.TimeoutError) || Date.now() > end) throw error;
        await this.command('Notifications: Hide Notifications');
      }
    }
  }

  /** Opens the Problems panel and gives its rows. */
  async problems(): Promise<Locator> {
    await this.command('Problems: Focus on Problems View');
    return this.page.locator('.markers-panel .monaco-list-row');
  }

  /** The page of the webview that shows, or comes to show, something that fits a selector. */
  async webview(selector: string): Promise<Frame> {
    const end = Date.now() + 60_000;
    while (Date.now() < end) {
      for (const frame of this.page.frames()) {
        if (await shows(frame, selector)) {
          return frame;
        }
      }
      await this.page.waitForTimeout(100);
    }
    throw new Error(`No webview came to show ${selector}.`);
  }
}

/** True where a page shows something that fits; a page that goes away while it is asked shows nothing. */
async function shows(frame: Frame, selector: string): Promise<boolean> {
  try {
    return (await frame.locator(selector).count()) > 0;
  } catch (error) {
    if (frame.isDetached()) return false;
    throw error;
  }
}

/** A tree or a page in the side bar. */
export class View {
  private readonly pane: Locator;

  constructor(
    private readonly page: Page,
    title: string,
  ) {
    this.pane = page.locator('.pane').filter({
      has: page
        .locator('.pane-header')
        .filter({ has: page.locator('.title', { hasText: new RegExp(`^${title}$`) }) }),
    });
  }

  /** The rows that are on the screen. */
  rows(): Locator {
    return this.pane.locator('.monaco-list-row');
  }

  /** A row by a piece of its text. */
  row(text: string | RegExp): Locator {
    return this.rows().filter({ hasText: text });
  }

  /** Opens a closed row. */
  async expand(text: string | RegExp): Promise<void> {
    const row = this.row(text).first();
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false') {
      await row.locator('.monaco-tl-twistie').click();
      await this.page.waitForFunction(
        (element) => element?.getAttribute('aria-expanded') === 'true',
        await row.elementHandle(),
      );
    }
  }

  /** Presses a button in the view's title. */
  async press(name: string): Promise<void> {
    await this.pane.locator('.pane-header').hover();
    await this.pane.locator('.pane-header').getByRole('button', { name }).click();
  }

  /** Opens the view where it is folded to its title. */
  unfold(): Promise<void> {
    return this.toggle('true');
  }

  /** Folds the view to its title, which leaves the others its room. */
  fold(): Promise<void> {
    return this.toggle('false');
  }

  private async toggle(expanded: 'true' | 'false'): Promise<void> {
    const header = this.pane.locator('.pane-header');
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) !== expanded) {
      await header.locator('.title').click();
    }
  }
}
