import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Frame, Locator } from 'playwright-core';
import type { Box, Workbench } from './workbench';

/** What the sandbox does not have. */
const broken = 'setTimeout(log, 10); ';

/** Where the skill's first statement stands, counted from 1: the line that is broken and mended. */
const brokenLine =
  readFileSync('examples/support/tavora/agents/support/skills/lookup-order.js', 'utf8')
    .split('\n')
    .findIndex((text) => text.includes('const id =')) + 1;

/** Opens the view of the agents and sees the sample's there. */
export async function seeAgent(workbench: Workbench): Promise<void> {
  await workbench.container('Tavora');
  await workbench
    .view('Agents')
    .row(/^Support/)
    .first()
    .waitFor();
}

/** Opens the tree of the sample and sees everything that its agent is made of. */
export async function seeTree(workbench: Workbench): Promise<void> {
  await workbench.container('Tavora');
  // Room for the whole tree.
  await workbench.view('Chat').fold();
  await workbench.view('Sessions').fold();
  const agents = workbench.view('Agents');
  for (const row of [/^support/, /^Support/, /^Skills/, /^Evals/]) {
    await agents.expand(row);
  }
  const parts = [
    'persona.md',
    'local/rehearsal',
    'lookup-order',
    'refund-order',
    'refund-policy',
    'Where is my order',
  ];
  for (const part of parts) {
    await agents.row(part).first().waitFor();
  }
  await agents.row('lookup-order').filter({ hasText: 'module' }).waitFor();
  await agents.row('refund-policy').filter({ hasText: 'prompt' }).waitFor();
}

/**
 * Types something into a skill that the sandbox does not have, and sees exactly that word underlined, with the code
 * and the hint of the rule on hovering and in the Problems panel.
 */
export async function breakSkill(workbench: Workbench, picture: string): Promise<void> {
  const { page } = workbench;
  await workbench.openFile('lookup-order.js');
  await workbench.goTo(brokenLine, 3);
  await page.keyboard.type(broken);

  const word = page.locator('.view-line span > span').filter({ hasText: /^setTimeout$/ });
  const over = () => samePlace(page.locator('.squiggly-error').first(), word);
  await over();

  const problems = await workbench.problems();
  await problems
    .filter({ hasText: 'sandbox-missing-global' })
    .filter({ hasText: `[Ln ${brokenLine}, Col 3]` })
    .waitFor();
  const hover = page.locator('.monaco-hover').filter({ hasText: 'sandbox-missing-global' });
  await workbench.hover(over, hover.filter({ hasText: 'setTimeout' }));
  await workbench.picture(picture);
}

/**
 * Waits until one thing lies under the whole of another and nothing else, as a squiggle under a word.
 * @returns where that is, in pixels of the page.
 */
async function samePlace(under: Locator, over: Locator): Promise<Box> {
  const end = Date.now() + 60_000;
  for (;;) {
    await under.waitFor();
    await over.waitFor();
    // Either may be drawn anew in between: the editor colours words later than it shows them.
    const [a, b] = [await under.boundingBox(), await over.boundingBox()];
    if (a && b && Math.abs(a.x - b.x) < 2 && Math.abs(a.width - b.width) < 2) {
      return b;
    }
    assert.ok(Date.now() < end, `not the same place: ${JSON.stringify(a)} and ${JSON.stringify(b)}`);
  }
}

/** Takes out what was typed, and sees that nothing is underlined or listed any more. */
export async function mendSkill(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await workbench.tab('lookup-order.js').click();
  await workbench.goTo(brokenLine, 3 + broken.length);
  await page.keyboard.press('Shift+Home');
  await page.keyboard.press('Delete');
  await page.locator('.squiggly-error').first().waitFor({ state: 'detached' });
  await workbench.problems();
  await page
    .locator('.markers-panel')
    .getByText('No problems have been detected in the workspace.')
    .waitFor();
}

/**
 * Sees what a deployment would change, in an editor of its own and in words, and agrees to it.
 * @param title of the editor
 * @param words of the message that asks
 */
export async function agreeToDeploy(workbench: Workbench, title: string, words: RegExp): Promise<void> {
  await workbench.tab(title).waitFor();
  const question = workbench.notification(words);
  await question.getByRole('button', { name: 'Deploy', exact: true }).click();
  await workbench.tab(title).waitFor({ state: 'detached' });
}

/** Deploys with the button in the title of the view "Agents", and sees the version and the agent's new badge. */
export async function deployByButton(workbench: Workbench): Promise<void> {
  await workbench.container('Tavora');
  const agents = workbench.view('Agents');
  const agent = agents.row(/^Support/).first();
  await agent.filter({ hasText: /not synced|draft/ }).waitFor();
  await agents.press('Deploy');
  await agreeToDeploy(
    workbench,
    'Deploy support, first version',
    /support gets its first version, of \d+ files\./,
  );
  await workbench.told(/Deployed support: support v\S+ \(new\)\./);
  await agent.filter({ hasText: /deployed v\S/ }).waitFor();
  assert.equal(await badge(agent), '●');
  await workbench.statusItem(/deployed/).waitFor();
}

/** Connects to a server that the editor does not know yet, by its address and key. */
export async function addServer(workbench: Workbench, url: string, key: string): Promise<void> {
  const { page } = workbench;
  await seeAgent(workbench);
  await workbench.command('Tavora: Choose Server…');
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Add Server…' }).click();
  await page.getByText('Address of the server').waitFor();
  const address = page.locator('.quick-input-widget input').filter({ visible: true }).first();
  await address.fill(url);
  await address.press('Enter');
  const secret = page.locator('.quick-input-widget input[type=password]');
  await secret.fill(key);
  await secret.press('Enter');
  await workbench.statusItem(new URL(url).host).waitFor();
}

/** Gives the chat the side bar, and waits for its message box. */
export async function openChat(workbench: Workbench): Promise<Frame> {
  await workbench.container('Tavora');
  await workbench.view('Agents').fold();
  await workbench.view('Sessions').fold();
  await workbench.view('Chat').unfold();
  return await workbench.webview('main.chat form');
}

/** Sends a message to the sample's agent. */
export async function ask(chat: Frame, message: string): Promise<void> {
  await chat.getByRole('textbox', { name: 'Message to Support' }).fill(message);
  await chat.getByRole('button', { name: 'Send' }).click();
}

/** What the editor draws at the end of a row; it is no text of the page but a style's. */
function badge(row: Locator): Promise<string> {
  return row
    .locator('[class*="itemBadge"]')
    .evaluate((element) => getComputedStyle(element, '::after').content.replaceAll('"', ''));
}

/** Checks a suggestion in the studio. @returns the region that says what came of it, once it does */
export async function checkSuggestion(studio: Frame): Promise<Locator> {
  await studio.getByRole('button', { name: 'Check It' }).click();
  const check = studio.getByRole('region', { name: 'Check of the suggestion' });
  await check
    .getByRole('status')
    .filter({ hasText: /^(Better|No|Worse)/ })
    .waitFor();
  return check;
}

/** Waits until the editor has written what is expected to the disk. */
export async function onDisk(written: () => boolean): Promise<void> {
  const end = Date.now() + 60_000;
  while (!written()) {
    assert.ok(Date.now() < end, `It was not written within a minute: ${written}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
