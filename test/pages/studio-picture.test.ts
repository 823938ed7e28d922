import assert from 'node:assert/strict';
import { studioDesk } from './studio-desk';
import { session, step, trace } from './studio-scenes';

/** A run of a thousand rounds of 200 ms: the model thinks, then a tool of an MCP server is called. */
const rounds = Array.from({ length: 1_000 }, (_, at) => [
  step(2 * at, 'execute_js', `round(${at})`, { duration_ms: 100 }),
  step(2 * at + 1, 'sandbox_event', `desk.look: round ${at}`, {
    tool_args: { kind: 'mcp', call: 'mcp', args: ['desk', 'look', { id: at }] },
    duration_ms: 100,
  }),
])
  .flat()
  .map((one, index) => ({ ...one, created_at: new Date(Date.UTC(2026, 0, 5) + index * 100).toISOString() }));

describe('the picture of a run and its list of steps', () => {
  const desk = studioDesk();
  const picture = () => desk.studio.page.getByRole('img', { name: /^The whole run of / });
  const chosen = () => desk.grid().locator('[aria-selected=true]');
  const chosenStep = async () => Number((await chosen().getAttribute('id'))?.replace('step-', ''));

  /**
   * Waits until the frame around the chosen bar lies at a moment of the run. It is all that is drawn on the topmost row
   * of pixels. @param part of the run, from 0 to 1
   */
  const framed = async (part: number) => {
    const canvas = await picture().elementHandle();
    assert.ok(canvas);
    await desk.studio.page.waitForFunction(
      ({ canvas, part }) => {
        const { width } = canvas as HTMLCanvasElement;
        const pen = (canvas as HTMLCanvasElement).getContext('2d');
        const { data } = pen?.getImageData(0, 0, width, 1) ?? { data: [] };
        const drawn = Array.from({ length: width }, (_, x) => x).filter((x) => data[4 * x + 3]);
        const [first = -1, last = -1] = [drawn[0], drawn.at(-1)];
        return first <= part * width && part * width <= last + 1 && last - first < 20;
      },
      { canvas, part },
    );
  };
  /** Clicks a lane of the picture at a moment of the run. @param lane from the top @returns the step chosen by it */
  const click = async (part: number, lane: number) => {
    const box = await picture().boundingBox();
    assert.ok(box);
    const before = await chosenStep();
    await desk.studio.page.mouse.click(box.x + part * box.width, box.y + lane * 10 + 5);
    await desk.studio.page.locator(`#step-${before}[aria-selected=true]`).waitFor({ state: 'detached' });
    return await chosenStep();
  };
  const isInView = (index: number) =>
    desk.row(index).evaluate((row) => {
      const grid = row.closest('.grid')?.getBoundingClientRect();
      const { top, bottom } = row.getBoundingClientRect();
      return grid !== undefined && top >= grid.top - 1 && bottom <= grid.bottom + 1;
    });

  beforeEach(() => desk.show([session({ trace: trace({}, rounds) })]));

  it('frames in the picture what is chosen in the list, by mouse and by key', async () => {
    await framed(0);
    await desk.row(8).click();
    await framed(8.5 / 2_000);
    await desk.grid().focus();
    await desk.studio.page.keyboard.press('End');
    await framed(1_999.5 / 2_000);
    await desk.studio.page.keyboard.press('Home');
    await framed(0.5 / 2_000);
  });

  it('frames in the picture what the host wants shown', async () => {
    await desk.studio.tell({ type: 'choose', step: 1_000 });
    await framed(1_000.5 / 2_000);
  });

  it('shows in the list, and in full, what is chosen in the picture, of the lane that was clicked', async () => {
    const model = await click(1_000.5 / 2_000, 0);
    await chosen().getByText('round(').waitFor();
    assert.equal(model % 2, 0, 'the model’s lane');
    assert.ok(Math.abs(model - 1_000) <= 4, `step ${model}`);
    assert.ok(await isInView(model));
    await desk.detail().getByText(`step ${model}`, { exact: false }).first().waitFor();
    await framed((model + 0.5) / 2_000);
    const call = await click(1_000.5 / 2_000, 1);
    await chosen().getByText('desk.look').waitFor();
    assert.equal(call % 2, 1, 'the lane of MCP calls');
    assert.ok(Math.abs(call - 1_001) <= 4, `step ${call}`);
    assert.ok(await isInView(call));
  });

  it('goes on by key from what was chosen in the picture', async () => {
    const from = await click(0.75, 0);
    await desk.grid().focus();
    await desk.studio.page.keyboard.press('ArrowDown');
    await desk.studio.page.locator(`#step-${from + 1}[aria-selected=true]`).waitFor();
    await framed((from + 1.5) / 2_000);
  });
});
