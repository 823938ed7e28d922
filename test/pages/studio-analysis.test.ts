import assert from 'node:assert/strict';
import { studioDesk } from './studio-desk';
import { analysis, check, session, skillAnalysis } from './studio-scenes';

describe('the studio page with an analysis', () => {
  const desk = studioDesk();
  const { show, button, row, grid } = desk;

  describe('the analysis with a change of a skill', () => {
    const file = 'agents/support/skills/lookup-order.js';
    const diff = () => desk.studio.page.getByRole('region', { name: `Change of ${file}` });
    const use = (name: string) => desk.studio.page.getByRole('checkbox', { name });

    it('shows it line by line, with a sign at what goes and what comes, and the rest folded', async () => {
      await show([session(), skillAnalysis]);
      const row = (kind: string) => diff().locator(`.text-diff-${kind}`);
      const cells = async (kind: string) => await row(kind).getByRole('cell').allTextContents();
      assert.deepEqual(await cells('removed'), [
        ...['14', '', '−', '  const parcel = order.parcels[0];'],
        ...['15', '', '−', '  return { id: order.id, status: parcel.status };'],
      ]);
      assert.deepEqual((await cells('added')).slice(0, 3), ['', '14', '+']);
      assert.equal(await diff().getByText('Looks an order up.').count(), 0);
      await diff().getByRole('button', { name: 'Show 10 unchanged lines' }).click();
      await diff().getByText('Looks an order up.').waitFor();
      const persona = desk.studio.page.getByRole('region', { name: 'Change of agents/support/persona.md' });
      assert.deepEqual(await persona.getByRole('insertion').allTextContents(), [
        '',
        'Look at every parcel of an order before you say where it is.',
      ]);
    });

    it('gives its text to an editor and to the clipboard, and opens the editor’s diff', async () => {
      await show([session(), skillAnalysis]);
      const head = desk.studio.page.locator('.text-head').filter({ hasText: 'Skill: lookup-order' });
      await head.getByRole('button', { name: 'Open in Editor' }).click();
      assert.equal((await desk.studio.asked('show')).language, 'javascript');
      await head.getByRole('button', { name: 'Copy' }).click();
      assert.match((await desk.studio.asked('copy')).text, /order\.parcels\.map/);
      await button('Open Diff').click();
      const shown = await desk.studio.asked('show-fix');
      assert.deepEqual(
        shown.skills.map(({ path }) => path),
        [file],
      );
    });

    it('leaves out what is not to be used', async () => {
      await show([session(), skillAnalysis]);
      await use('Use the text for the persona').uncheck();
      await use('Use the eval case').uncheck();
      await button('Check It').click();
      const checked = await desk.studio.asked('check-fix');
      assert.deepEqual([checked.changes, checked.skills.length, checked.evalCase], ['', 1, undefined]);
      await use('Use the text for the persona').check();
      await use(`Use the change of ${file}`).uncheck();
      await button('Try It').click();
      const tried = await desk.studio.asked('try-fix');
      assert.deepEqual([tried.changes.slice(0, 4), tried.skills], ['Look', []]);
    });

    it('has nothing to check or write when nothing is used, and no check for an eval case', async () => {
      await show([session(), skillAnalysis]);
      await use('Use the text for the persona').uncheck();
      await use(`Use the change of ${file}`).uncheck();
      await button('Apply to the Project…').waitFor();
      assert.equal(await button('Check It').count(), 0);
      await use('Use the eval case').uncheck();
      assert.equal(await button('Apply to the Project…').count(), 0);
    });

    it('is a fix only as long as what was checked is what is chosen', async () => {
      const of = { persona: true, skills: [file], evalCase: true };
      await show([session(), skillAnalysis, check({ of })]);
      await button('Apply to the Project…').waitFor();
      await use('Use the text for the persona').uncheck();
      await button('Apply Anyway…').waitFor();
      await desk.studio.page.getByText('This is of other parts of the suggestion').waitFor();
      await use('Use the text for the persona').check();
      await button('Apply to the Project…').waitFor();
    });

    it('has what was checked chosen when it is shown again', async () => {
      await show([session(), skillAnalysis]);
      await desk.studio.tell({ type: 'analysis', analysis: { phase: 'working' } });
      await desk.studio.tell(
        check({ of: { persona: false, skills: [file], evalCase: true } }),
        skillAnalysis,
      );
      await button('Apply to the Project…').waitFor();
      assert.equal(await use('Use the text for the persona').isChecked(), false);
    });
  });

  describe('the analysis', () => {
    it('is asked for the marked steps and the expectation', async () => {
      await show([session()]);
      await grid().focus();
      await desk.studio.page.keyboard.press('ArrowDown');
      await desk.studio.page.keyboard.press('Space');
      await desk.studio.page.getByRole('checkbox', { name: 'Mark step 4 for the analysis' }).check();
      assert.ok(await button('Analyse').isDisabled());
      const box = await button('Analyse').boundingBox();
      assert.ok(box && box.height < 30, 'its word stands on one line');
      await desk.studio.page
        .getByRole('textbox', { name: /2 steps marked: 1, 4/ })
        .fill('both parcels are named');
      await button('Analyse').click();
      assert.deepEqual(await desk.studio.asked('analyze'), {
        type: 'analyze',
        steps: [1, 4],
        expected: 'both parcels are named',
      });
    });

    it('shows why, what to change and an eval case to take away', async () => {
      await show([session(), analysis]);
      await desk.studio.page.getByText('The agent answered before it had looked at').waitFor();
      await desk.studio.page
        .getByRole('region', { name: 'Analysis' })
        .getByRole('button', { name: 'Copy' })
        .last()
        .click();
      assert.deepEqual(JSON.parse((await desk.studio.asked('copy')).text), {
        name: 'two-parcels',
        input: 'Where is order A-1002?',
        criteria: 'Names both parcels.',
      });
    });

    it('is tried, and checked, before it is offered as a fix', async () => {
      await show([session(), analysis]);
      await row(4).click();
      await desk.studio.page.keyboard.press('Space');
      assert.equal(await desk.studio.page.getByRole('button', { name: /^Apply/ }).count(), 0);
      await button('Try It').click();
      const tried = await desk.studio.asked('try-fix');
      assert.deepEqual([tried.step, tried.changes.slice(0, 20)], [4, 'Look at every parcel']);
      await button('Check It').click();
      const checked = await desk.studio.asked('check-fix');
      assert.deepEqual([checked.changes, checked.evalCase?.name], [tried.changes, 'two-parcels']);
    });

    it('comes into sight with its answer, and has the panel to itself, in a low window', async () => {
      await show([session()], { width: 920, height: 690 });
      await row(4).click();
      await desk.studio.page.keyboard.press('Space');
      await desk.studio.tell({ type: 'analysis', analysis: { phase: 'working' } });
      await button('Analysing…').waitFor();
      await desk.studio.tell(analysis, check());
      const region = desk.studio.page.getByRole('region', { name: 'Analysis' });
      await region.getByRole('region', { name: 'Check of the suggestion' }).waitFor();
      // Nothing of it scrolls by itself, and the table is seen whole.
      assert.ok(await region.evaluate((one) => one.scrollHeight <= one.clientHeight + 1));
      const box = await region.getByRole('table').boundingBox();
      assert.ok(box && box.y >= 0 && box.y + box.height <= 690, JSON.stringify(box));
      const steps = await desk.studio.page.getByRole('grid', { name: 'Steps' }).boundingBox();
      assert.ok(steps && steps.height > 150, JSON.stringify(steps));
    });

    it('is stopped while it is checked', async () => {
      await show([session(), analysis, check({ phase: 'running', now: undefined, verdict: undefined })]);
      await desk.studio.page.getByText('2 of 2 compared').waitFor();
      await desk.studio.page.getByRole('cell', { name: 'running…' }).waitFor();
      assert.equal(await desk.studio.page.getByRole('button', { name: /^Apply|^Check/ }).count(), 0);
      await button('Stop the Check').click();
      await desk.studio.asked('stop-check');
    });

    it('is offered as a fix with what it does', async () => {
      await show([session(), analysis, check()]);
      await desk.studio.page
        .getByRole('status')
        .getByText('Better: 1 eval passed that failed before.')
        .waitFor();
      const of = (name: string) => desk.studio.page.getByRole('row', { name });
      await of('two-parcels').getByText('3.2 failed').waitFor();
      await of('two-parcels').getByText('8.6 passed').waitFor();
      await of('The failing message').getByText('1 failed step').waitFor();
      await button('Trace of two-parcels, with the suggestion').click();
      assert.equal((await desk.studio.asked('open')).sessionId, 'e4');
      await button('Apply to the Project…').click();
      assert.equal((await desk.studio.asked('apply-fix')).evalCase?.criteria, 'Names both parcels.');
    });

    it('is no fix when it makes things worse, or when that is not known', async () => {
      const worse = { kind: 'worse', text: 'Worse: 1 eval failed that passed before.' } as const;
      await show([session(), analysis, check({ verdict: worse })]);
      await button('Apply Anyway…').waitFor();
      assert.equal(await button('Apply to the Project…').count(), 0);
      const unknown = { kind: 'unknown', text: 'Not known whether it is better.' } as const;
      const problems = ['The evals were not run: no such path'];
      await desk.studio.tell(check({ verdict: unknown, cases: [], now: undefined, problems }));
      await desk.studio.page.getByText('The evals were not run: no such path').waitFor();
      await desk.studio.page.getByRole('cell', { name: 'no result' }).waitFor();
      await button('Apply Anyway…').waitFor();
      await button('Check Again').waitFor();
    });

    it('says why it failed', async () => {
      await show([
        session(),
        { type: 'analysis', analysis: { phase: 'failed', message: 'The model did not answer.' } },
      ]);
      await desk.studio.page.getByText('The model did not answer.').waitFor();
    });
  });
});
