import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { RuntimeProcess } from '../contract/support/process';
import { journey } from './journey';
import { addServer, ask, openChat } from './steps';
import type { Workbench } from './workbench';

const key = 'tvr_journey_of_two_windows_0123456789abcdef';
const question = /Refund order A-1002 \(41\.50 €\) to Jonas\?/;

describe('two windows on one session', () => {
  const data = mkdtempSync(path.join(os.tmpdir(), 'tavora-windows-'));
  let runtime: RuntimeProcess;
  let url: string;
  let second: Workbench;

  const here = journey(async () => {
    runtime = new RuntimeProcess(data, ['--port', '0', '--api-key', key]);
    url = (await runtime.ready()).url;
    return {};
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await second?.failed(`second-${this.currentTest.title}`);
  });
  after(async () => {
    await runtime.kill();
    rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  const chatOf = (workbench: Workbench) => workbench.webview('main.chat form');

  /** What a chat shows, turn by turn: what was said and what was answered. */
  const shown = (chat: Frame) =>
    chat
      .getByRole('article')
      .evaluateAll((turns) =>
        turns.map((turn) => [turn.ariaLabel, turn.querySelector('.answer')?.textContent?.trim()]),
      );

  /** Goes to another view and comes back, as a person does who looks in again. */
  async function lookAgain(workbench: Workbench): Promise<void> {
    await workbench.container('Explorer');
    await workbench.page.locator('.explorer-folders-view').waitFor();
    await workbench.container('Tavora');
  }

  it('begins in the first, where the agent asks', async () => {
    await addServer(here.workbench, url, key);
    const chat = await openChat(here.workbench);
    await ask(chat, 'Please refund order A-1002');
    await chat.getByRole('group', { name: question }).waitFor();
  });

  it('is found in the history of the second, which shows the question and answers it', async () => {
    second = await here.workbench.another(here.sample.folder);
    // As the first window was left.
    await second.container('Tavora');
    await second.view('Agents').unfold();
    // An editor in a browser keeps keys for one window.
    await addServer(second, url, key);
    await openChat(second);
    const rows = second.page.locator('.quick-input-list .monaco-list-row');
    await second.command('Tavora: Chat History…');
    await rows.filter({ hasText: 'Please refund order A-1002' }).first().click();
    const chat = await chatOf(second);
    const asked = chat.getByRole('group', { name: question });
    await asked.waitFor();
    await second.picture('two-windows-question');
    await asked.getByRole('button', { name: 'No' }).click();
    await chat.locator('.answer').filter({ hasText: 'Nobody was paid' }).waitFor();
  });

  it('comes to its answer in the first as well, with nothing left to answer', async () => {
    const chat = await chatOf(here.workbench);
    await chat.locator('.answer').filter({ hasText: 'Nobody was paid' }).waitFor();
    assert.equal(await chat.getByRole('button', { name: 'Yes' }).count(), 0);
    const [first, other] = [await shown(chat), await shown(await chatOf(second))];
    assert.deepEqual(
      first.map(([said]) => said),
      ['You: Please refund order A-1002'],
    );
    assert.deepEqual(other, first);
  });

  it('goes on in the second, and in the first once it is looked at again', async () => {
    await ask(await chatOf(second), 'Where is order A-1001?');
    await (await chatOf(second)).locator('.answer').filter({ hasText: 'Friday' }).waitFor();
    await lookAgain(here.workbench);
    const chat = await chatOf(here.workbench);
    await chat.locator('.answer').filter({ hasText: 'Friday' }).waitFor();
    await here.workbench.picture('two-windows-agree');
    await ask(chat, 'Where is order A-1005?');
    await chat.locator('.answer').filter({ hasText: 'A-1005' }).waitFor();
    await lookAgain(second);
    const other = await chatOf(second);
    await other.locator('.answer').filter({ hasText: 'A-1005' }).waitFor();
    const turns = await shown(chat);
    assert.equal(turns.length, 3);
    assert.deepEqual(await shown(other), turns);
  });
});
