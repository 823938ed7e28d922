import assert from 'node:assert/strict';
import type { AgentStep } from '../../src/protocol';
import type { StudioKept } from '../../src/webviews/studio/messages';
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

    it('can be stopped and looked for again where it is not followed any more', async () => {
      const problem = 'The connection to the server broke off in the middle of the run.';
      await show([session(), replay({ problem, trace: trace({ status: 'running' }) })]);
      await button('Stop the replay').click();
      await desk.studio.asked('stop-replay');
      const said = desk.studio.page.getByRole('alert').filter({ hasText: problem });
      await said.getByRole('button', { name: 'Refresh' }).click();
      await desk.studio.asked('refresh');
      await desk.studio.tell(replay());
      await button('Stop the replay').waitFor({ state: 'detached' });
      await said.waitFor({ state: 'detached' });
    });

    it('keeps its form while the page is hidden, until it is run or cancelled', async () => {
      await show([session()]);
      await row(4).click();
      await button('Change What It Gave').click();
      const { page } = desk.studio;
      await page.getByRole('textbox', { name: 'What step 4 gave' }).fill('{"parcels": 3}');
      await page.getByRole('textbox', { name: 'Message' }).fill('And now?');
      await page.getByRole('textbox', { name: 'Model' }).fill('local/other');
      await page.getByRole('checkbox', { name: /as they are saved now/ }).check();
      const kept = (await desk.studio.kept()) as StudioKept;
      await desk.studio.close();
      await show([session()], { kept });
      const form = desk.studio.page.getByRole('form', { name: 'Replay from step 5' });
      const value = (name: string) => form.getByRole('textbox', { name }).inputValue();
      assert.equal(await value('What step 4 gave'), '{"parcels": 3}');
      assert.equal(await value('Message'), 'And now?');
      assert.equal(await value('System prompt'), trace().system_prompt);
      await button('Run Replay').click();
      assert.deepEqual((await desk.studio.asked('replay')).change, {
        fromStep: 5,
        message: 'And now?',
        model: 'local/other',
        workingTree: true,
        edit: { step: 4, value: { parcels: 3 } },
      });
      assert.equal(((await desk.studio.kept()) as StudioKept).draft, undefined);
      // One that begins elsewhere has nothing of it.
      await row(2).click();
      await button('Replay from Here').click();
      const other = desk.studio.page.getByRole('form', { name: 'Replay from step 2' });
      assert.equal(await other.getByRole('textbox', { name: 'Message' }).inputValue(), '');
    });

    it('has no form of a step that is gone', async () => {
      await show([session()], { kept: { draft: { fromStep: 100, edits: 99, message: 'Gone' } } });
      await row(6).waitFor();
      assert.equal(await desk.studio.page.getByRole('form').count(), 0);
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
          : one.step_type === 'execute_js' || one.step_index === 3
            ? { ...one, tool_args: { ...(one.tool_args as object), recorded_from: one.step_index } }
            : one,
      );
      await show([session(), replay({ trace: trace({ id: 'session-2' }, answers), fromStep: 2 })]);
      await desk.studio.page.getByText('2 answers from the record').waitFor();
      await desk.studio.page
        .getByText('7 steps, 1,847 tokens, 1.0 s → 7 steps, 1,847 tokens, 1.0 s')
        .waitFor();
      await button('First different at step 6: Answer').click();
      await detail().getByText('In one parcel.').waitFor();
    });

    it('adds up what each side has cost, by the model of each step', async () => {
      const prices = { 'local/': { prompt: 1, completion: 10 }, 'other/': { prompt: 100, completion: 1000 } };
      const dear = steps.map((one) =>
        one.step_type === 'response' ? { ...one, tool_args: { model: 'other/large' } } : one,
      );
      await show([session({ prices }), replay({ fromStep: 0, trace: trace({ id: 'session-2' }, dear) })]);
      await desk.studio.page
        .getByText('7 steps, 1,847 tokens, $0.0028, 1.0 s → 7 steps, 1,847 tokens, $0.1355, 1.0 s')
        .waitFor();
    });

    it('says that nothing came out differently', async () => {
      await show([session(), replay({ fromStep: 0, trace: trace({ id: 'session-2' }) })]);
      await desk.studio.page.getByText('No step came out differently.').waitFor();
    });

    it('says so of a call that gave something else under the same line, and of a question that was not asked', async () => {
      const confirmed = (value: boolean, more: object = {}) =>
        step(4, 'sandbox_event', 'Answered: yes', {
          tool_args: { kind: 'confirm', call: 'confirm', args: ['Refund?'], value, ...more },
        });
      const asked = trace({}, [...steps.slice(0, 3), question, confirmed(true), steps[6] as AgentStep]);
      const recorded = { ...confirmed(true, { recorded_from: 4 }), step_index: 3 };
      const same = [...steps.slice(0, 3), recorded, steps[6] as AgentStep];
      const beside = (all: AgentStep[]) => replay({ fromStep: 0, trace: trace({ id: 'session-2' }, all) });
      await show([session({ trace: asked }), beside(same)]);
      await desk.studio.page.getByText('No step came out differently.').waitFor();
      await desk.studio.page.getByText('not asked again: the answer is from the record').waitFor();
      same[3] = { ...recorded, tool_args: { ...(recorded.tool_args as object), value: false } };
      await desk.studio.tell(beside([...same]));
      await button('First different at step 3: confirm').waitFor();
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

    describe('another value in the place of what a step gave', () => {
      const gave = (tool_args: object, content = 'Answered') =>
        trace({}, [
          ...steps.slice(0, 3),
          step(3, 'sandbox_event', content, { tool_args }),
          ...steps.slice(4),
        ]);
      const change = async (of: ReturnType<typeof gave>) => {
        await show([session({ trace: of })]);
        await row(3).click();
        await button('Change What It Gave').click();
        const { page } = desk.studio;
        return page.getByRole('form', { name: 'Replay from step 4' }).getByLabel('What step 3 gave');
      };
      const edited = async () => {
        await button('Run Replay').click();
        return ((await desk.studio.asked('replay')).change as { edit?: unknown }).edit;
      };

      for (const text of ['43', 'true', 'null', '{"a":1}', '']) {
        it(`stays text for an answer in words: ${JSON.stringify(text)}`, async () => {
          const box = await change(gave({ kind: 'input', call: 'input', args: ['Age?'], value: '42' }));
          assert.equal(await box.inputValue(), '42');
          assert.equal(await desk.studio.page.getByLabel('As JSON').count(), 0);
          await box.fill(text);
          assert.deepEqual(await edited(), { step: 3, value: text });
        });
      }

      it('is JSON for text only when that is said', async () => {
        const box = await change(gave({ kind: 'ai', call: 'ai', args: ['?'], value: 'blue' }));
        await box.fill('{"a":1}');
        await desk.studio.page.getByLabel('As JSON').check();
        assert.deepEqual(await edited(), { step: 3, value: { a: 1 } });
      });

      it('is not run while it is no JSON, and says why', async () => {
        const box = await change(gave({ kind: 'ai', call: 'ai', args: ['?'], value: { a: 1 } }));
        await box.fill('{"a":');
        await desk.studio.page.getByRole('alert').getByText('This is not JSON').waitFor();
        assert.ok(await button('Run Replay').isDisabled());
        await desk.studio.page.getByLabel('As JSON').uncheck();
        assert.deepEqual(await edited(), { step: 3, value: '{"a":' });
      });

      it('is yes or no for a confirmation', async () => {
        const box = await change(gave({ kind: 'confirm', call: 'confirm', args: ['Refund?'], value: true }));
        await box.selectOption('No');
        assert.deepEqual(await edited(), { step: 3, value: false });
      });

      it('is one of the options for a choice', async () => {
        const box = await change(
          gave({ kind: 'choice', call: 'choice', args: ['Size?', ['1', '2']], value: '1' }),
        );
        await box.selectOption('2');
        assert.deepEqual(await edited(), { step: 3, value: '2' });
      });
    });

    it('lets each of any number of later calls be chosen, and remembers what is taken from the record', async () => {
      const calls = Array.from({ length: 250 }, (_, at) =>
        step(at + 1, 'sandbox_event', `log ${at}`, { tool_args: { kind: 'log', call: 'log', args: [at] } }),
      );
      const many = trace({}, [step(0, 'message', 'Log.'), ...calls]);
      await show([session({ trace: many })]);
      await row(0).click();
      await button('Replay from Here').click();
      const { page } = desk.studio;
      await page.getByLabel('When the new run asks').selectOption('calls');
      await page.getByText('Choose for each of 250 later calls').click();
      assert.equal(await page.getByLabel('Step 250', { exact: true }).count(), 0);
      await button('Show 50 more calls of 250').click();
      await page.getByLabel('Step 250', { exact: true }).selectOption('live');
      await button('Run Replay').click();
      assert.deepEqual((await desk.studio.asked('replay')).change, {
        fromStep: 0,
        reuse: 'calls',
        live: [250],
      });
      await row(0).click();
      await button('Replay from Here').click();
      assert.equal(await page.getByLabel('When the new run asks').inputValue(), 'calls');
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
      // The next answer is on its way until the server refuses it as well.
      await button('No').click();
      await desk.studio.page.locator('.question-answer').getByText('No', { exact: true }).waitFor();
      assert.equal(await desk.studio.page.getByText('This question has been settled.').count(), 0);
      await desk.studio.tell({ type: 'answer-failed', requestId: 'q1', message: 'The server is gone.' });
      await desk.studio.page.getByText('The server is gone.').waitFor();
      await button('No').waitFor();
    });

    it('has what was typed again after a refusal and after hiding, until it is settled', async () => {
      const asked = { ...question, tool_args: { request_id: 'q2', input_type: 'text', message: 'Why?' } };
      const asking = session({ trace: trace({ status: 'waiting' }, [...steps.slice(0, 3), asked]) });
      const field = () => desk.studio.page.getByRole('textbox', { name: 'Why?' });
      await show([asking]);
      await field().fill('cracked');
      await field().press('Enter');
      await field().waitFor({ state: 'detached' });
      await desk.studio.tell({ type: 'answer-failed', requestId: 'q2', message: 'The server is gone.' });
      assert.equal(await field().inputValue(), 'cracked');
      const kept = (await desk.studio.kept()) as StudioKept;
      await desk.studio.close();
      await show([asking], { kept });
      assert.equal(await field().inputValue(), 'cracked');
      await desk.studio.tell(session());
      await field().waitFor({ state: 'detached' });
      assert.deepEqual(((await desk.studio.kept()) as StudioKept).answers, {});
    });
  });
});
