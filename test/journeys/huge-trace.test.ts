import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { step, trace } from '../pages/studio-scenes';
import { journey } from './journey';

const count = 10_000;
const name = 'long-run.tavora-trace.json';

/** A trace as the studio saves it: a run that looked up an order, again and again. */
function longTrace() {
  const steps = Array.from({ length: count }, (_, index) => {
    if (index === 0) return step(0, 'message', 'Look up every order.');
    if (index === count - 1) return step(index, 'response', 'All orders are looked up.');
    return index % 2
      ? step(index, 'execute_js', `require('lookup-order')({ orderId: 'A-${index}' })`)
      : step(index, 'execute_js_result', `{ id: 'A-${index - 1}', status: 'shipped' }`);
  });
  return { format: 'tavora-trace', version: 1, exported_at: '2026-01-15T10:00:00Z', trace: trace({}, steps) };
}

describe('a trace of 10,000 steps', () => {
  const here = journey();
  const studio = () => here.workbench.webview('main.studio [role=grid]');

  it('opens from a file that a colleague has saved', async () => {
    writeFileSync(here.sample.file(name), JSON.stringify(longTrace()));
    const { page } = here.workbench;
    await page.keyboard.press('Control+P');
    await page.locator('.quick-input-widget input').filter({ visible: true }).first().fill(name);
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first().click();
    const grid = (await studio()).getByRole('grid');
    await grid.getByRole('row').first().filter({ hasText: 'Look up every order.' }).waitFor();
    assert.equal(await grid.getAttribute('aria-rowcount'), String(count));
    assert.ok((await grid.getByRole('row').count()) < 200, 'only what is on the screen is drawn');
    await here.workbench.picture('huge-trace');
  });

  it('goes to its end at once', async () => {
    const grid = (await studio()).getByRole('grid');
    await grid.focus();
    await here.workbench.page.keyboard.press('End');
    await grid.getByRole('row').last().filter({ hasText: 'All orders are looked up.' }).waitFor();
  });

  it('finds the steps that hold a text', async () => {
    const frame = await studio();
    await frame.getByRole('searchbox', { name: 'Text in steps' }).fill('A-7777');
    await frame.getByText('2 of 10,000').waitFor();
    await frame.getByRole('row').first().filter({ hasText: 'A-7777' }).click();
    await here.workbench.picture('huge-trace-found');
  });

  it('leads from a step to the skill that it ran', async () => {
    await (await studio()).getByRole('button', { name: 'lookup-order' }).first().click();
    await here.workbench.tab('lookup-order.js').waitFor();
  });
});
