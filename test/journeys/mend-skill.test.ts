import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Sample } from './sample';
import { Workbench } from './workbench';

describe('breaking and mending a skill', () => {
  const sample = new Sample();
  const lines = readFileSync(sample.file('tavora/agents/support/skills/lookup-order.js'), 'utf8').split('\n');
  /** The line of the skill's first statement, counted from 1. */
  const line = lines.findIndex((text) => text.includes('const id =')) + 1;
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.open(sample.folder);
  });
  after(async () => {
    await workbench?.close();
    sample.remove();
  });

  it('underlines what the sandbox does not have, with code and hint', async () => {
    const { page } = workbench;
    await workbench.openFile('lookup-order.js');
    await workbench.goTo(line, 3);
    await page.keyboard.type('setTimeout(log, 10); ');

    const squiggle = page.locator('.squiggly-error').first();
    await squiggle.waitFor();
    const word = page.locator('.view-line span > span').filter({ hasText: /^setTimeout$/ });
    const [under, over] = [await squiggle.boundingBox(), await word.boundingBox()];
    assert.ok(under && over);
    assert.ok(Math.abs(under.x - over.x) < 2, `squiggle at ${under.x}, word at ${over.x}`);
    assert.ok(Math.abs(under.width - over.width) < 2, `squiggle ${under.width} wide, word ${over.width}`);

    await page.mouse.move(over.x + over.width / 2, over.y + over.height / 2);
    const hover = page.locator('.monaco-hover').filter({ hasText: 'sandbox-missing-global' });
    await hover.waitFor();
    assert.match(await hover.innerText(), /setTimeout/);
    await workbench.picture('squiggle');
  });

  it('lists the problem where it is', async () => {
    const problems = await workbench.problems();
    const row = problems.filter({ hasText: 'sandbox-missing-global' });
    await row.waitFor();
    assert.match(await row.innerText(), new RegExp(`\\[Ln ${line}, Col 3\\]`));
  });

  it('forgets it when the skill is mended', async () => {
    const { page } = workbench;
    await workbench.tab('lookup-order.js').click();
    await page.keyboard.press('Control+Z');
    await page.locator('.squiggly-error').first().waitFor({ state: 'detached' });
    await page
      .locator('.markers-panel')
      .getByText('No problems have been detected in the workspace.')
      .waitFor();
  });
});
