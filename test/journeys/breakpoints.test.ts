import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { journey } from './journey';
import { seeAgent } from './steps';

const skill = readFileSync('examples/support/tavora/agents/support/skills/lookup-order.js', 'utf8').split(
  '\n',
);
/** Where a piece of the sample's skill stands, counted from 1. */
const lineOf = (text: string) => skill.findIndex((line) => line.includes(text)) + 1;
const found = lineOf('return Object.assign');
const looked = lineOf('const order = orders[id]');

describe('stopping an agent where something holds', () => {
  const here = journey();
  const page = () => here.workbench.page;
  const rows = (view: string) => page().locator(`.${view} .monaco-list-row`);
  const frames = () => rows('debug-call-stack');
  const turn = () => frames().filter({ hasText: /Turn \d+: / });
  const toolbar = (name: RegExp) => page().locator('.debug-toolbar').getByRole('button', { name }).first();

  /** Sets a breakpoint of a kind on a line, with the text that its box asks for. */
  async function set(kind: string, line: number, text: string): Promise<void> {
    const { workbench } = here;
    await workbench.openFile('lookup-order.js');
    await workbench.goTo(line, 3);
    await workbench.command(`Debug: Add ${kind}...`);
    const box = page().locator('.breakpoint-widget .monaco-editor');
    await box.click();
    await page().keyboard.type(text);
    await page().keyboard.press('Enter');
    await box.waitFor({ state: 'detached' });
  }

  /** Starts with F5, says something to the agent, and waits until it stands still. */
  async function say(message: string): Promise<void> {
    await page().locator('.debug-toolbar').waitFor({ state: 'hidden' });
    await here.workbench.openFile('lookup-order.js');
    await page().keyboard.press('F5');
    const input = page().locator('.quick-input-widget input').first();
    await input.fill(message);
    await page().locator('.quick-input-list .monaco-list-row').filter({ hasText: message }).first().waitFor();
    await input.press('Enter');
    await here.workbench.container('Run and Debug');
    await turn().waitFor();
  }

  async function stop(): Promise<void> {
    await toolbar(/^Stop/).click();
    await page().locator('.debug-toolbar').waitFor({ state: 'hidden' });
  }

  it('passes a line whose condition does not hold, and says what its logpoint says', async () => {
    const { workbench } = here;
    await seeAgent(workbench);
    await set('Conditional Breakpoint', found, 'order.id === "A-1005"');
    await page().locator('.codicon-debug-breakpoint-conditional').first().waitFor();
    await set('Logpoint', looked, 'looks for {id}');
    await page().locator('.codicon-debug-breakpoint-log').first().waitFor();
    await say('Where is order A-1001?');
    await turn().filter({ hasText: 'Answer' }).waitFor();
    await workbench.command('Debug Console: Focus on Debug Console View');
    await rows('repl').filter({ hasText: 'looks for A-1001' }).first().waitFor();
    await stop();
  });

  it('stops there when it holds, where a watched expression has its value of that step', async () => {
    const { workbench } = here;
    await say('Where is order A-1005?');
    await frames().filter({ hasText: 'lookupOrder' }).waitFor();
    await workbench.view('Watch').press('Add Expression');
    await page().keyboard.type('order.items[0]');
    await page().keyboard.press('Enter');
    await rows('debug-watch').filter({ hasText: 'Head lamp' }).waitFor();
    await workbench.picture('debugger-condition');
  });

  it('goes back to the beginning, and to the breakpoint again', async () => {
    await toolbar(/^Reverse/).click();
    await turn().filter({ hasText: 'Message' }).waitFor();
    await rows('debug-watch').filter({ hasText: 'order is not defined' }).waitFor();
    await toolbar(/^Continue/).click();
    await frames()
      .filter({ hasText: `${found}:` })
      .waitFor();
    await rows('debug-watch').filter({ hasText: 'Head lamp' }).waitFor();
  });

  it('opens a text that is too long for its row as a document, by a click on it', async () => {
    const { workbench } = here;
    await turn().click();
    const scope = rows('debug-variables').filter({ hasText: /^Turn$/ });
    await scope.waitFor();
    if ((await scope.getAttribute('aria-expanded')) === 'false') await scope.click();
    const prompt = rows('debug-variables').filter({ hasText: /^prompt =/ });
    await prompt
      .locator('.link')
      .first()
      .click({ modifiers: ['Control'] });
    await workbench.tab('prompt.md').waitFor();
    await page().locator('.view-lines').getByText('You are the support agent').first().waitFor();
    await workbench.picture('debugger-long-text');
    await stop();
  });

  it('stops at a primitive by its name, and before a question', async () => {
    const { workbench } = here;
    await workbench.view('Breakpoints').press('Add Function Breakpoint');
    const name = rows('debug-breakpoints').locator('input:not([type=checkbox])');
    await name.fill('confirm');
    await name.press('Enter');
    await say('Please refund order A-1002');
    await frames().filter({ hasText: 'confirm("Refund order A-1002' }).waitFor();
    assert.equal(await page().locator('.quick-input-widget:visible').count(), 0, 'nobody is asked yet');
    await workbench.picture('debugger-function-breakpoint');
    await stop();
    await workbench.view('Breakpoints').press('Remove All Breakpoints');
    const filter = rows('debug-breakpoints').filter({ hasText: 'Input requests' });
    await filter.getByRole('checkbox').first().click();
    await say('Please refund order A-1002');
    await frames().filter({ hasText: 'confirm("Refund order A-1002' }).waitFor();
    await page().getByText('Paused at the input request').first().waitFor();
    await workbench.picture('debugger-input-request');
    await stop();
  });
});
