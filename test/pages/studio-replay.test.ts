import assert from 'node:assert/strict';
import { studioDesk } from './studio-desk';
import { question, replay, session, step, steps, trace } from './studio-scenes';

describe('the studio page with a replay', () => {
  const desk = studioDesk();
  const { show, button, row, grid, detail } = desk;

  describe('a replay', () => {
    it('is asked for with what was changed, and nothing else', async () => {
      await show([session()]);
      await row(2).click();
      await button('Replay from Here').click();
      await desk.studio.page.getByRole('textbox', { name: 'Message' }).fill('Refund it, please.');
      await button('Run Replay').click();
      assert.deepEqual(await desk.studio.asked('replay'), {
        type: 'replay',
        change: { fromStep: 2, message: 'Refund it, please.' },
      });
    });

    it('offers the message that stood there, and the prompt', async () => {
      await show([session()]);
      await row(0).click();
      await button('Replay from Here').click();
      assert.equal(
        await desk.studio.page.getByRole('textbox', { name: 'Message' }).inputValue(),
        'Where is order A-1002?',
      );
      await desk.studio.page.getByRole('textbox', { name: 'System prompt' }).fill('Be brief.');
      await button('Run Replay').click();
      assert.deepEqual((await desk.studio.asked('replay')).change, {
        fromStep: 0,
        systemPrompt: 'Be brief.',
      });
    });

    it('stands beside the original: shared steps taken over, later ones compared', async () => {
      await show([session(), replay()]);
      const relations = await desk.studio.page.locator('.row-relation .hidden-text').allInnerTexts();
      assert.deepEqual(relations, [
        'taken over',
        'taken over',
        ...Array.from({ length: 6 }, () => 'different'),
      ]);
      await row(3).click();
      assert.equal(await desk.studio.page.locator('.detail').count(), 2);
      await detail().getByText("return require('refund-order')").first().waitFor();
      await row(2).click();
      await detail().getByText('Refund it, please.').waitFor();
      await row(1).click();
      assert.equal(await desk.studio.page.locator('.detail').count(), 1);
      await detail().getByText('Taken over').waitFor();
    });

    it('says where it differs first, what was recorded, and the totals of both', async () => {
      const answers = steps.map((one) =>
        one.step_type === 'response'
          ? { ...one, content: 'In one parcel.' }
          : { ...one, tool_args: { ...(one.tool_args as object), recorded_from: one.step_index } },
      );
      await show([session(), replay({ trace: trace({ id: 'session-2' }, answers), fromStep: 2 })]);
      await desk.studio.page.getByText('6 answers from the record').waitFor();
      await desk.studio.page
        .getByText('7 steps, 1,847 tokens, 1.0 s → 7 steps, 1,847 tokens, 1.0 s')
        .waitFor();
      await button('First different at step 6: Answer').click();
      await detail().getByText('In one parcel.').waitFor();
    });

    it('says that nothing came out differently', async () => {
      await show([session(), replay({ fromStep: 0, trace: trace({ id: 'session-2' }) })]);
      await desk.studio.page.getByText('No step came out differently.').waitFor();
    });

    it('puts any other session beside it, step by step of a kind', async () => {
      const other = trace({ id: 'session-9', title: 'Where is order A-7?' }, [
        step(0, 'message', 'Where is order A-7?'),
        step(1, 'response', 'I do not know.'),
      ]);
      await show([session(), replay({ id: 'session-9', trace: other, fromStep: 0, isReplay: false })]);
      await desk.studio.page.getByRole('heading', { name: 'Where is order A-7?' }).waitFor();
      assert.equal(await grid().getByRole('row').count(), 7);
      await row(6).click();
      await detail().getByText('I do not know.').waitFor();
      await detail().getByText('has been shipped in two parcels').waitFor();
    });

    it('changes what a step gave, the model, the files and what is asked anew', async () => {
      await show([session()]);
      await row(4).click();
      await button('Change What It Gave').click();
      const form = desk.studio.page.getByRole('form', { name: 'Replay from step 5' });
      await form.getByLabel('What step 4 gave').fill('{"status":"lost"}');
      await form.getByLabel('Model').fill('openai/gpt-5');
      await form.getByLabel('Run the skills and files as they are saved now').check();
      await form.getByLabel('When the new run asks').selectOption('all');
      await form.getByText('Choose for each of 1 later call').click();
      await form.getByLabel('Step 6').selectOption('live');
      await button('Run Replay').click();
      assert.deepEqual((await desk.studio.asked('replay')).change, {
        fromStep: 5,
        model: 'openai/gpt-5',
        workingTree: true,
        edit: { step: 4, value: { status: 'lost' } },
        reuse: 'all',
        live: [6],
      });
    });

    it('puts text for text, and keeps to what a server can do', async () => {
      await show([session({ canChangeAll: false })]);
      await row(4).click();
      assert.equal(await button('Change What It Gave').count(), 0);
      await button('Replay from Here').click();
      assert.equal(await desk.studio.page.getByLabel('Model').count(), 0);
    });

    it('says that a step came out the same', async () => {
      await show([session(), replay({ fromStep: 0, trace: trace({ id: 'session-2' }) })]);
      assert.deepEqual(
        new Set(await desk.studio.page.locator('.row-relation .hidden-text').allInnerTexts()),
        new Set(['same']),
      );
    });

    it('can be stopped while it runs, and closed and opened on its own after', async () => {
      await show([session(), replay({ phase: 'running' })]);
      await button('Stop the replay').click();
      await desk.studio.asked('stop-replay');
      await desk.studio.tell(replay());
      assert.equal(await button('Stop the replay').count(), 0);
      await button('Open the replay on its own').click();
      assert.equal((await desk.studio.asked('open')).sessionId, 'session-2');
      await button('Close the comparison').click();
      await desk.studio.asked('close-replay');
    });

    it('that could not begin says why', async () => {
      const problem = 'Nothing leads on from this step; send a "message" to go on with.';
      await show([session(), replay({ id: undefined, trace: undefined, problem })]);
      await desk.studio.page.getByRole('alert').getByText(problem).waitFor();
    });

    it('knows its original', async () => {
      const metadata = { parent_session_id: 'session-0', from_step: 3 };
      await show([session({ trace: trace({ metadata }) })]);
      await desk.studio.page.getByText('Replay from step 3 of').waitFor();
      await button('Compare').click();
      assert.deepEqual(await desk.studio.asked('open'), {
        type: 'open',
        sessionId: 'session-0',
        beside: 'session-1',
      });
    });
  });

  describe('a question that a run waits on', () => {
    const waiting = session({ trace: trace({ status: 'waiting' }, [...steps.slice(0, 3), question]) });

    it('is answered in place', async () => {
      await show([waiting]);
      await button('Yes').click();
      assert.deepEqual(await desk.studio.asked('answer'), {
        type: 'answer',
        sessionId: 'session-1',
        requestId: 'q1',
        value: true,
      });
    });

    it('is open again when the server refuses the answer', async () => {
      await show([waiting]);
      await button('Yes').click();
      await desk.studio.tell({
        type: 'answer-failed',
        requestId: 'q1',
        message: 'This question has been settled.',
      });
      await desk.studio.page.getByText('This question has been settled.').waitFor();
      await button('No').waitFor();
    });
  });
});
