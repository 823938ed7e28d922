import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { journey } from './journey';
import { seeAgent } from './steps';

/** Where the sample's skill gives the order it has found, counted from 1. */
const line =
  readFileSync('examples/support/tavora/agents/support/skills/lookup-order.js', 'utf8')
    .split('\n')
    .findIndex((text) => text.includes('return Object.assign')) + 1;

describe('debugging an agent', () => {
  const here = journey();

  const frames = () => here.workbench.page.locator('.debug-call-stack .monaco-list-row');
  const variables = () => here.workbench.page.locator('.debug-variables .monaco-list-row');
  const toolbar = (name: RegExp) =>
    here.workbench.page.locator('.debug-toolbar').getByRole('button', { name }).first();

  it('stops at a breakpoint in a skill after F5 has asked what to say', async () => {
    const { workbench } = here;
    const { page } = workbench;
    await seeAgent(workbench);
    await workbench.openFile('lookup-order.js');
    await workbench.goTo(line, 3);
    await page.keyboard.press('F9');
    await page.locator('.codicon-debug-breakpoint').first().waitFor();
    await page.keyboard.press('F5');
    const input = page.locator('.quick-input-widget input').first();
    await input.fill('Where is order A-1001?');
    await page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'Where is order A-1001?' })
      .first()
      .waitFor();
    await input.press('Enter');

    await frames().filter({ hasText: 'lookupOrder' }).waitFor();
    await frames().filter({ hasText: 'Turn 1: Model' }).waitFor();
    const locals = variables().filter({ hasText: 'Locals' });
    await locals.waitFor();
    if ((await locals.getAttribute('aria-expanded')) === 'false') await locals.click();
    await variables().filter({ hasText: 'orderId' }).first().waitFor();
    await page.locator('.codicon-debug-stackframe, .debug-top-stack-frame-line').first().waitFor();
    await workbench.picture('debugger-breakpoint');
  });

  it('steps back in time', async () => {
    await toolbar(/Step Back/).click();
    await frames()
      .filter({ hasText: `${line - 1}:` })
      .waitFor();
    await here.workbench.picture('debugger-step-back');
  });

  it('evaluates in the Debug Console with the names of that step', async () => {
    const { workbench } = here;
    const { page } = workbench;
    await workbench.command('Debug Console: Focus on Debug Console View');
    await page.keyboard.type('args.orderId.toLowerCase()');
    await page.keyboard.press('Enter');
    const answer = page.locator('.repl .monaco-list-row').filter({ hasText: 'a-1001' });
    await answer.last().waitFor();
    await workbench.picture('debugger-evaluate');
  });

  it('runs a frame again, as a session of its own', async () => {
    const { workbench } = here;
    const { page } = workbench;
    const row = frames().filter({ hasText: 'lookupOrder' });
    await row.hover();
    await row.getByRole('button', { name: /Restart Frame/ }).click();
    // Until the frame is gone, the stack on the screen is still the old one.
    await frames().filter({ hasText: 'lookupOrder' }).waitFor({ state: 'detached' });
    await frames().filter({ hasText: 'block' }).first().waitFor();
    await toolbar(/^Continue/).click();
    await frames().filter({ hasText: 'lookupOrder' }).waitFor();
    await workbench.picture('debugger-restart-frame');
    await toolbar(/^Continue/).click();
    await frames().filter({ hasText: 'Answer' }).waitFor();
    assert.equal(await frames().filter({ hasText: 'lookupOrder' }).count(), 0);
    await toolbar(/^Stop/).click();
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  });
});
