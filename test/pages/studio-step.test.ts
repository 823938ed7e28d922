import assert from 'node:assert/strict';
import { studioDesk } from './studio-desk';
import { session, step, steps, trace } from './studio-scenes';

describe('the studio page', () => {
  const desk = studioDesk();
  const { show, button, row, detail } = desk;

  describe('a step', () => {
    it('shows what the model was told before it', async () => {
      await show([session()]);
      await row(6).click();
      await button('Show what the model was told').click();
      const told = desk.studio.page
        .getByRole('list', { name: 'What the model was told' })
        .getByRole('listitem');
      assert.equal(await told.count(), 3);
      await told.nth(0).getByText('Where is order A-1002?').waitFor();
      await told.nth(2).getByText("status: 'shipped'").waitFor();
    });

    it('shows what a block did to the data, before and after', async () => {
      const again = [
        ...steps,
        step(7, 'execute_js', 'data.order = 7; data.seen = true'),
        step(8, 'execute_js_result', 'true', {
          tool_args: { ok: true, result: true, data: { order: 7, seen: true } },
        }),
      ];
      await show([session({ trace: trace({}, again) })]);
      await row(8).click();
      const cells = await detail().locator('.data-diff td').allTextContents();
      assert.deepEqual(cells, ['A-1002', '7', 'not there', 'true']);
    });

    it('shows where a large value of the data differs, and the whole of it unfolded', async () => {
      const rows = Array.from({ length: 300 }, (_, id) => ({ id, name: `Row ${id}` }));
      const text = 'All the same. '.repeat(60);
      const data = (index: number, value: object) =>
        step(index, 'execute_js_result', 'true', { tool_args: { ok: true, result: true, data: value } });
      const said = [
        step(0, 'message', 'Add a row'),
        data(1, { rows, text }),
        data(2, { rows: [...rows, { id: 300, name: 'The new one' }], text: `${text}But not this.` }),
      ];
      await show([session({ trace: trace({}, said) })]);
      await row(2).click();
      const diff = detail().locator('.data-diff');
      assert.deepEqual(await diff.locator('tbody th').allTextContents(), ['rows[300]', 'text']);
      await diff.getByText('{"id":300,"name":"The new one"}').waitFor();
      await diff.getByText(/^….*But not this\.$/).click();
      await diff.getByText(`${text}But not this.`).waitFor();
    });

    it('leads to the line of the skill that asked', async () => {
      const place = { file: 'agents/support/skills/refund.js', line: 9, column: 5 };
      const args = { request_id: 'q', input_type: 'confirm', message: 'Sure?', called_from: place };
      await show([
        session({ trace: trace({}, [...steps, step(7, 'input_request', 'Sure?', { tool_args: args })]) }),
      ]);
      await row(7).click();
      await button('Go to refund.js:9').click();
      const { name, line, column } = await desk.studio.asked('skill');
      assert.deepEqual([name, line, column], [place.file, 9, 5]);
    });

    it('leads to the skills that it names, and to the line that failed', async () => {
      const error = { message: 'no', file: 'agents/support/skills/refund.js', line: 14, column: 3 };
      const failed = step(7, 'execute_js_result', 'Error: no', { tool_args: { ok: false, error } });
      await show([session({ trace: trace({}, [...steps, failed]) })]);
      await row(2).click();
      await button('lookup-order').click();
      assert.equal((await desk.studio.asked('skill')).name, 'lookup-order');
      await row(7).click();
      await button('Go to refund.js:14').click();
      await desk.studio.page.waitForFunction(() => true);
      const last = (await desk.studio.requests()).findLast(({ type }) => type === 'skill');
      assert.deepEqual(last, { type: 'skill', name: error.file, line: 14, column: 3 });
    });
  });
});
