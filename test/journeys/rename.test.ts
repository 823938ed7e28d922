import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { journey } from './journey';
import { deployByButton, onDisk } from './steps';

const agent = ['tavora', 'agents', 'support'];

describe('renaming', () => {
  const here = journey();
  const read = (...file: string[]) => readFileSync(here.sample.file(...agent, ...file), 'utf8');

  /** Puts the cursor into the first occurrence of a word in the open file. */
  const goToWord = async (text: string, word: string) => {
    const before = text.slice(0, text.indexOf(word)).split('\n');
    await here.workbench.goTo(before.length, (before.at(-1)?.length ?? 0) + 2);
  };

  it('shows over a skill’s name in code what the skill is', async () => {
    const { workbench } = here;
    await workbench.openFile('main.js');
    // The name is a link as soon as the extension knows it.
    const name = workbench.page.locator('.view-line .detected-link').filter({ hasText: 'lookup-order' });
    await name.waitFor();
    const hover = workbench.page
      .locator('.monaco-hover')
      .filter({ hasText: 'Looks up an order by its number' });
    await workbench.hover(() => name.boundingBox(), hover.first());
    await workbench.picture('skill-hover');
    await workbench.page.keyboard.press('Escape');
  });

  it('names what stands in the way of a new name', async () => {
    const { page } = here.workbench;
    await here.workbench.editor().click();
    await goToWord(read('skills', 'refund-order', 'main.js'), 'lookup-order');
    await page.keyboard.press('F2');
    const box = page.locator('.rename-box input');
    await box.waitFor();
    assert.equal(await box.inputValue(), 'lookup-order');
    await box.fill('refund-policy');
    await here.workbench.picture('rename');
    await box.press('Enter');
    await page.getByText('Support has a skill "refund-policy" already').first().waitFor();
    await page.keyboard.press('Escape');
  });

  it('renames the skill, its file and every name of it by F2', async () => {
    const { page } = here.workbench;
    await goToWord(read('skills', 'refund-order', 'main.js'), 'lookup-order');
    await page.keyboard.press('F2');
    const box = page.locator('.rename-box input');
    await box.waitFor();
    await box.fill('find-order');
    await box.press('Enter');
    await page.locator('.view-lines').filter({ hasText: "require('find-order')" }).first().waitFor();
    await onDisk(() => existsSync(here.sample.file(...agent, 'skills', 'find-order.js')));
    await onDisk(() => read('agent.jsonc').includes('"skills/find-order.js"'));
    // Each file is emptied before it is written: what is read in between says nothing.
    await onDisk(() => read('skills', 'refund-order', 'main.js').includes("require('find-order')"));
    await onDisk(() => !existsSync(here.sample.file(...agent, 'skills', 'lookup-order.js')));
    await here.workbench.problems();
    await page
      .locator('.markers-panel')
      .getByText('No problems have been detected in the workspace.')
      .waitFor();
  });

  it('renames a deployed agent on the server too, after asking', async () => {
    const { workbench } = here;
    const { page } = workbench;
    await deployByButton(workbench);
    await workbench.command('Tavora: Rename Agent…');
    const input = page.locator('.quick-input-widget input').first();
    await page.getByText('The new id, unique in the project').waitFor();
    await input.fill('care');
    await input.press('Enter');
    const dialog = page
      .locator('.monaco-dialog-box')
      .filter({ hasText: 'Rename the agent "support" to "care"' });
    await dialog.waitFor();
    await workbench.picture('rename-agent');
    await dialog.getByRole('button', { name: 'Rename' }).click();
    await dialog.waitFor({ state: 'detached' });
    await onDisk(() => read('agent.jsonc').includes('"id": "care"'));
    // It is the same agent to the server: its version has not gone, its source has changed.
    await workbench
      .view('Agents')
      .row(/^Support/)
      .first()
      .filter({ hasText: /changed since v|draft, v/ })
      .waitFor();
  });
});
