import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench';

/** Where the skill's first statement stands, counted from 1: the line that is broken and mended. */
const brokenLine =
  readFileSync('examples/support/tavora/agents/support/skills/lookup-order.js', 'utf8')
    .split('\n')
    .findIndex((text) => text.includes('const id =')) + 1;

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
  // A line of its own above this one, indented alike.
  await page.keyboard.press('Control+Shift+Enter');
  await page.keyboard.type('setTimeout(log, 10);');

  const squiggle = page.locator('.squiggly-error').first();
  await squiggle.waitFor();
  const word = page.locator('.view-line span > span').filter({ hasText: /^setTimeout$/ });
  const [under, over] = [await squiggle.boundingBox(), await word.boundingBox()];
  assert.ok(under && over);
  assert.ok(Math.abs(under.x - over.x) < 2, `squiggle at ${under.x}, word at ${over.x}`);
  assert.ok(Math.abs(under.width - over.width) < 2, `squiggle ${under.width} wide, word ${over.width}`);

  const problems = await workbench.problems();
  await problems
    .filter({ hasText: 'sandbox-missing-global' })
    .filter({ hasText: `[Ln ${brokenLine}, Col 3]` })
    .waitFor();
  await page.mouse.move(over.x + over.width / 2, over.y + over.height / 2);
  const hover = page.locator('.monaco-hover').filter({ hasText: 'sandbox-missing-global' });
  await hover.filter({ hasText: 'setTimeout' }).waitFor();
  await workbench.picture(picture);
}

/** Takes the broken line out, and sees that nothing is underlined or listed any more. */
export async function mendSkill(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await workbench.tab('lookup-order.js').click();
  await workbench.goTo(brokenLine, 3);
  await page.keyboard.press('Control+Shift+K');
  await page.locator('.squiggly-error').first().waitFor({ state: 'detached' });
  await workbench.problems();
  await page
    .locator('.markers-panel')
    .getByText('No problems have been detected in the workspace.')
    .waitFor();
}

/** Deploys with the button in the title of the view "Agents", and sees the version and the agent's new badge. */
export async function deployByButton(workbench: Workbench): Promise<void> {
  await workbench.container('Tavora');
  const agents = workbench.view('Agents');
  const agent = agents.row(/^Support/).first();
  await agent.filter({ hasText: /not synced|draft/ }).waitFor();
  await agents.press('Deploy');
  await workbench.notification(/Deployed support: support v\S+ \(new\)\./).waitFor();
  await agent.filter({ hasText: /deployed v\S/ }).waitFor();
  assert.equal(await badge(agent), '●');
  await workbench.statusItem(/deployed/).waitFor();
}

/** What the editor draws at the end of a row; it is no text of the page but a style's. */
function badge(row: Locator): Promise<string> {
  return row
    .locator('[class*="itemBadge"]')
    .evaluate((element) => getComputedStyle(element, '::after').content.replaceAll('"', ''));
}
