import assert from 'node:assert/strict';
import type { GateNotification, GateRequest } from '../../src/webviews/gate/messages';
import { assertAccessible } from './axe';
import { assertFits } from './fits';
import { gateCase, refund, scenes, state } from './gate-scenes';
import { OpenPage, PageServer, themeNames } from './page';
import { takePicture } from './picture';

describe('the page of the evals that decide on a deployment', () => {
  let server: PageServer;
  let gate: OpenPage<GateRequest, GateNotification>;
  const show = async (
    notification?: GateNotification,
    options: Parameters<typeof OpenPage.open>[3] = {},
  ): Promise<void> => {
    gate = await OpenPage.open<GateRequest, GateNotification>(server.browser, server.origin, 'gate', {
      width: 480,
      height: 800,
      idle: server.idle,
      ...options,
    });
    if (notification) await gate.tell(notification);
  };
  const button = (name: string) => gate.page.getByRole('button', { name, exact: true });
  const buttons = () => gate.page.locator('.buttons button').allTextContents();
  const cases = () => gate.page.getByRole('listitem').filter({ visible: true });
  const case_ = (name: string) => gate.page.getByRole('listitem').filter({ hasText: name });
  const words = async (locator: ReturnType<typeof case_>) =>
    ((await locator.textContent()) ?? '').replace(/\s+/g, ' ').trim();

  before(async () => {
    server = await PageServer.start();
  });
  after(() => server.stop());
  afterEach(async () => {
    const { problems } = gate;
    await gate.close();
    assert.deepEqual(problems, []);
  });

  it('says that it is being read', async () => {
    await show();
    await gate.page.getByRole('progressbar', { name: 'Reading the evals' }).waitFor();
    await gate.tell(scenes.reading);
    await gate.page.getByRole('progressbar', { name: 'Reading' }).waitFor();
    // Nobody knows yet what was run.
    assert.equal(await cases().count(), 0);
    assert.deepEqual(await buttons(), []);
  });

  it('lists what has no result on these files, and runs all of it', async () => {
    await show(scenes.unrun);
    await gate.page.getByRole('status').getByText('3 without a result on these files').waitFor();
    assert.equal(await words(case_('Where is my order')), 'Where is my orderno result on these files');
    assert.deepEqual(await buttons(), ['Run All (3)']);
    await button('Run All (3)').click();
    assert.equal((await gate.asked('run')).which, 'all');
  });

  it('says how far a run is, and stops it', async () => {
    await show(scenes.running);
    await gate.page.getByRole('status').getByText('Running: 1 of 3 cases done').waitFor();
    assert.deepEqual(await buttons(), ['Stop']);
    assert.ok(await button('Refresh').isDisabled());
    await button('Stop').click();
    await gate.asked('stop');
    assert.ok(scenes.running.type === 'state');
    await gate.tell(state(scenes.running.state.agents, { running: { done: 1, total: 3, stopping: true } }));
    await gate.page.getByText('Stopping the run…').waitFor();
    assert.ok(await button('Stop').isDisabled());
  });

  it('shows first what stands in the way, open, with score, threshold and reasons', async () => {
    await show(scenes.failed);
    await gate.page
      .getByRole('status')
      .getByText(
        '1 failed, 1 not judged, 1 stopped before its end, 1 without a result on these files, 1 passed',
      )
      .waitFor();
    const shown = await gate.page.locator('.case-name').allTextContents();
    assert.deepEqual(shown, [
      'Refund a delivered order',
      'A question about opening hours',
      'Cancel an order',
      'Explain the refund policy',
      'Where is my order',
    ]);
    await case_(refund.name).getByText('failed, 4.0 of 10, 7 needed').waitFor();
    assert.ok(await gate.page.getByText(refund.reasoning).isVisible());
    assert.ok(await gate.page.getByText('The judge gave no score.').isVisible());
    const passed = case_('Where is my order');
    await passed.getByText('passed, 8.4 of 10, 7 needed, 4 of 5 passed').waitFor();
    const reasons = passed.getByText('It says what goes back');
    assert.equal(await reasons.isVisible(), false);
    await passed.getByText('The judge’s reasons').click();
    assert.ok(await reasons.isVisible());
  });

  it('runs only what is missing or failed, when that is wanted', async () => {
    await show(scenes.failed);
    assert.deepEqual(await buttons(), ['Run Missing and Failed (4)', 'Run All (5)']);
    await button('Run Missing and Failed (4)').click();
    assert.equal((await gate.asked('run')).which, 'open');
  });

  it('opens a case and its trace with one click each, and no trace where there is none', async () => {
    await show(scenes.failed);
    await button(refund.name).click();
    assert.deepEqual(await gate.asked('open'), { type: 'open', agent: 'support', path: refund.path });
    await button(`Open the trace of ${refund.name}`).click();
    assert.equal((await gate.asked('trace')).sessionId, refund.sessionId);
    assert.equal(await case_('Explain the refund policy').getByRole('button').count(), 1);
  });

  it('of many shows the first failures, and the rest only when asked', async () => {
    await show(scenes.many);
    await gate.page.getByText('370 passed', { exact: true }).waitFor();
    assert.equal(await cases().count(), 10);
    await button('Show 20 more').click();
    await gate.page.getByText('Case 29', { exact: true }).waitFor();
    assert.equal(await cases().count(), 30);
    await gate.page.locator('summary').getByText('370 passed').click();
    await gate.page.getByText('Case 399', { exact: true }).waitFor();
    assert.equal(await cases().count(), 400);
  });

  it('stays as it was unfolded when results come', async () => {
    await show(scenes.many);
    await gate.page.locator('summary').getByText('370 passed').click();
    await gate.page.getByText('Case 399', { exact: true }).waitFor();
    assert.ok(scenes.many.type === 'state');
    await gate.tell(state(scenes.many.state.agents, { running: { done: 1, total: 3, stopping: false } }));
    assert.ok(await gate.page.getByText('Case 399', { exact: true }).isVisible());
  });

  it('says why a promotion runs nothing from here', async () => {
    await show(scenes.promotion);
    await gate.page.getByText('The promotion runs them on Production').waitFor();
    assert.deepEqual(await buttons(), []);
  });

  it('shows the cases of another agent’s suite without a file to open', async () => {
    assert.ok(scenes.passed.type === 'state');
    const [agent] = scenes.passed.state.agents;
    assert.ok(agent);
    await show(state([{ ...agent, cases: [gateCase('Elsewhere', { path: '' })] }]));
    await gate.page.getByText('Elsewhere').waitFor();
    assert.equal(await button('Elsewhere').count(), 0);
    assert.deepEqual(await buttons(), []);
  });

  it('says what went wrong', async () => {
    await show(scenes.problem);
    await gate.page.getByRole('alert').getByText('so nothing was run').waitFor();
  });

  it('stays inert whatever a result holds', async () => {
    const payload = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>';
    const all = {
      name: payload,
      path: payload,
      reasoning: payload,
      sessionId: payload,
      repetitions: payload,
    };
    await show(
      state(
        [
          {
            id: payload,
            name: payload,
            kind: 'failed',
            sentence: payload,
            note: payload,
            cases: [gateCase(payload, { ...all, kind: 'failed' })],
          },
        ],
        { title: payload, place: payload, problem: payload },
      ),
    );
    await gate.page.getByRole('alert').waitFor();
    assert.equal(await gate.page.evaluate(() => 'broken' in window), false);
    assert.equal(await gate.page.locator('#root :is(img, script)').count(), 0);
  });

  describe('in every theme', () => {
    for (const theme of themeNames) {
      for (const [name, scene] of Object.entries(scenes)) {
        for (const width of name === 'failed' ? [480, 280] : [480]) {
          it(`looks right, and can be used by everybody: ${name}, ${width} px wide, ${theme}`, async () => {
            await show(scene, { theme, width });
            await assertFits(gate.page);
            await assertAccessible(gate.page);
            await takePicture(gate.page, `gate-${name}-${width}-${theme}`);
          });
        }
      }
    }
  });
});
