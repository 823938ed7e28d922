import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { agentKey } from '../../../src/workbench/chat/agents';
import { Answers } from '../support/answers';
import { activated, closeEditors, until } from '../support/api';
import { askingSkill, questionIn } from '../support/chat';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';
import { TestRuns } from '../support/test-runs';

const config = 'agents/greeter/agent.jsonc';

describe('An eval of a step in the studio', () => {
  let api: TestApi;
  let made: TestProject;
  let answers: Answers | undefined;
  let sessionId = '';

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'stepped');
    // No pattern names what is new.
    await made.write(
      config,
      (await made.read(config)).replace('"evals/*.json"', '"evals/greets-by-name.json"'),
    );
    await chat().choose({ agent: agentKey(made.folder, 'greeter'), target: 'draft' });
    await chat().begin();
    await chat().send('Greet Ada');
    await chat().send('Greet Grace');
    sessionId = chat().sessionId ?? '';
  });
  after(async () => {
    await chat().begin();
    await made.remove();
  });
  afterEach(async () => {
    answers?.restore();
    answers = undefined;
    await closeEditors();
  });

  const chat = () => api.chat.chat;
  /** Saves the step before the message of that number from 0, or the last one, as a person does in the studio. */
  const save = async (before: number | 'last', ...said: (string | undefined)[]) => {
    await vscode.commands.executeCommand('tavora.openStudio', sessionId);
    const panel = await until('the panel is open', () => api.studio.panel(sessionId));
    const trace = await until('the trace is read', () => panel.lastTrace);
    const messages = trace.steps.filter((step) => step.step_type === 'message');
    const end = before === 'last' ? undefined : messages[before]?.step_index;
    const step = trace.steps.findLast(({ step_index: at }) => end === undefined || at < end);
    assert.ok(step);
    answers = new Answers(said);
    await panel.handle({ type: 'save-eval', step: step.step_index });
    return answers.asked;
  };
  const found = (path: string) => made.now.agent('greeter')?.evals.find((one) => one.path.endsWith(path));

  /** Runs a case from the Test Explorer. @returns the verdict of each item */
  const runIt = async (path: string) => {
    const item = await until('it is in the Test Explorer', () =>
      api.evals.tree.find(made.now, 'greeter', path),
    );
    assert.equal(item.error, undefined);
    const runs = new TestRuns(api.evals);
    try {
      const { token } = new vscode.CancellationTokenSource();
      const { draft } = api.evals;
      await draft.runHandler(new vscode.TestRunRequest([item], [], draft), token);
      return runs.last.verdicts;
    } finally {
      runs.restore();
    }
  };

  it('has the message before the step, and what the person says was expected', async () => {
    const asked = await save(1, ' Greets Ada, and says goodbye. ', 'says-goodbye');
    assert.match(asked[0] ?? '', /^Save as Eval: .*Leave it empty when the answer was right/);
    const one = await until('the case is bound', () => found('evals/says-goodbye.json'));
    assert.equal(one.input, 'Greet Ada');
    assert.match(one.criteria, /Greets Ada, and says goodbye\./);
    assert.equal(vscode.window.activeTextEditor?.document.uri.path, made.uri(one.path).path);
    assert.match(await made.read(config), /"evals\/greets-by-name\.json",\s*"evals\/says-goodbye\.json"/);
    assert.deepEqual(made.now.project.issues, []);
  });

  it('proposes the answer as criterion where it was right, and is ready to run', async () => {
    await save('last', 'Greet Grace', '', 'greets-grace');
    const one = await until('the case is bound', () => found('evals/greets-grace.json'));
    assert.equal(one.input, 'Greet Grace');
    assert.match(one.criteria, /^The answer says the same as this one: .*Grace/);
    assert.deepEqual(await runIt(one.path), { 'greets-grace': 'passed' });
  });

  it('refuses a name that is taken, while it is typed', async () => {
    const messages = new Messages();
    try {
      await save('last', 'Greet Grace', '', 'greets-grace');
      assert.ok(messages.find(/There is an eval "greets-grace" already/), JSON.stringify(messages.shown));
    } finally {
      messages.restore();
    }
  });

  it('of a later message says what the case will lack, and offers the first message too', async () => {
    const asked = await save('last', 'Greet Ada', 'Greets Ada.', 'greets-ada-first');
    assert.equal(asked[0], 'Greet Grace | Greet Ada');
    const one = await until('the case is bound', () => found('evals/greets-ada-first.json'));
    assert.equal(one.input, 'Greet Ada');
  });

  it('is none when the person leaves', async () => {
    const before = await made.read(config);
    await save('last', undefined);
    await save('last', 'Greet Grace', undefined);
    assert.equal(await made.read(config), before);
  });

  it('answers what the agent asks as the person did, and is ready to run', async () => {
    await made.write('agents/greeter/skills/greet.js', askingSkill);
    await chat().begin();
    const sending = chat().send('Greet Ada');
    const question = await until('it asks', () => questionIn(chat()));
    await chat().answer(question, true);
    await sending;
    sessionId = chat().sessionId ?? '';
    await save('last', 'Greets Ada.', 'greets-when-told');
    const one = await until('the case is bound', () => found('evals/greets-when-told.json'));
    assert.deepEqual(one.answers, [true]);
    assert.deepEqual(await runIt(one.path), { 'greets-when-told': 'passed' });
  });
});
