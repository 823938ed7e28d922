import assert from 'node:assert/strict';
import { studioDesk } from './studio-desk';
import { analysis, check, session } from './studio-scenes';

describe('the studio page with an analysis', () => {
  const desk = studioDesk();
  const { show, button, row, grid } = desk;

  describe('the analysis', () => {
    it('is asked for the marked steps and the expectation', async () => {
      await show([session()]);
      await grid().focus();
      await desk.studio.page.keyboard.press('ArrowDown');
      await desk.studio.page.keyboard.press('Space');
      await desk.studio.page.getByRole('checkbox', { name: 'Mark step 4 for the analysis' }).check();
      assert.ok(await button('Analyse').isDisabled());
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
