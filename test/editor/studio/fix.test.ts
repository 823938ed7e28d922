import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { agentKey } from '../../../src/workbench/chat/agents';
import { activated, closeEditors, replace, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';

const change = 'Say goodbye to the person, too.';
const evalCase = {
  name: 'Greets, and says goodbye',
  prompt: 'Greet Ada',
  criteria: 'The answer greets Ada.',
};

describe('A suggestion, from the analysis to the fix', () => {
  let api: TestApi;
  let made: TestProject;
  let messages: Messages;
  let sessionId = '';
  /** The button that the person presses where a message has it. */
  let pressed = 'Write';

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'mending');
    await chat().choose({ agent: agentKey(made.folder, 'greeter'), target: 'draft' });
    await chat().begin();
    await chat().send('Greet Ada');
    sessionId = chat().sessionId ?? '';
  });
  after(async () => {
    await chat().begin();
    await made.remove();
  });
  beforeEach(() => {
    messages = new Messages(({ buttons }) => (buttons.includes(pressed) ? pressed : undefined));
  });
  afterEach(async () => {
    messages.restore();
    await closeEditors();
  });

  const chat = () => api.chat.chat;
  const analysed = async () => {
    await vscode.commands.executeCommand('tavora.openStudio', sessionId);
    const panel = await until('the panel is open', () => api.studio.panel(sessionId));
    const last = await until('the trace is read', () => panel.lastTrace?.steps.at(-1));
    await panel.suggestions.analyze([last.step_index], 'The answer says goodbye.');
    assert.equal(panel.suggestions.lastAnalysis?.phase, 'done');
    return panel;
  };
  const checked = async (panel: Awaited<ReturnType<typeof analysed>>) =>
    await until(
      'the check has ended',
      () => {
        const { lastCheck: check } = panel.suggestions;
        return check && check.phase !== 'running' ? check : undefined;
      },
      60_000,
    );
  const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs).map(({ label }) => label);
  const scratchAgents = async () => {
    const client = await api.connection.client();
    const all = await client.configs.list();
    return all.filter(({ code_first_project: project }) => project?.includes('(suggestion '));
  };

  it('is measured without touching the files or the draft', async () => {
    const client = await api.connection.client();
    const draft = await client.source.export('mending');
    assert.ok(draft);
    const persona = await made.read('agents/greeter/persona.md');
    const panel = await analysed();
    await panel.handle({ type: 'check-fix', changes: change, evalCase });
    const check = await checked(panel);
    assert.deepEqual(check.problems, []);
    assert.equal(check.phase, 'ended');
    assert.match(check.was.answer, /Ada/);
    assert.match(check.now?.answer ?? '', /Ada/);
    assert.deepEqual(
      check.cases.map(({ name, isNew }) => [name, isNew]),
      [
        ['greets-and-says-goodbye', true],
        ['greets by name', false],
      ],
    );
    for (const { name, before, after } of check.cases) {
      assert.ok(before?.score !== undefined && after?.score !== undefined, name);
    }
    assert.notEqual(check.verdict?.kind, 'unknown');
    // The suggestion is in the prompt of the replay, and in the agent that the evals ran over.
    assert.match(panel.lastReplay?.trace?.system_prompt ?? '', /Say goodbye to the person/);
    const trace = await client.studio.trace(check.cases[0]?.after?.sessionId ?? '');
    assert.match(trace.system_prompt, /Say goodbye to the person/);
    const baseline = await client.studio.trace(check.cases[0]?.before?.sessionId ?? '');
    assert.doesNotMatch(baseline.system_prompt, /Say goodbye to the person/);
    assert.equal(await made.read('agents/greeter/persona.md'), persona);
    assert.deepEqual(await client.source.export('mending'), draft);
    assert.deepEqual(await scratchAgents(), []);
  });

  it('is stopped, and leaves nothing on the server', async () => {
    const panel = await analysed();
    await panel.handle({ type: 'check-fix', changes: change, evalCase });
    await until('its evals are known', () => (panel.suggestions.lastCheck?.cases.length ?? 0) > 0);
    await panel.handle({ type: 'stop-check' });
    const check = await checked(panel);
    assert.equal(check.phase, 'stopped');
    assert.equal(check.verdict, undefined);
    assert.deepEqual(await scratchAgents(), []);
  });

  it('says what could not be measured', async () => {
    const sound = await made.read('agents/greeter/skills/greet.js');
    await made.write('agents/greeter/skills/greet.js', 'module.exports = (;');
    const panel = await analysed();
    await panel.handle({ type: 'check-fix', changes: change, evalCase });
    const check = await checked(panel);
    await made.write('agents/greeter/skills/greet.js', sound);
    assert.match(check.problems.join(), /The evals were not run: .*greet\.js/);
    assert.equal(check.verdict?.kind, 'unknown');
    assert.deepEqual(await scratchAgents(), []);
  });

  it('is not written when the person says no to the diff', async () => {
    const persona = await made.read('agents/greeter/persona.md');
    const panel = await analysed();
    pressed = 'Discard';
    await panel.handle({ type: 'apply-fix', changes: 'Never do this.', evalCase });
    pressed = 'Write';
    assert.deepEqual(
      messages.shown.map(({ buttons }) => buttons),
      [['Write', 'Discard']],
    );
    assert.equal(await made.read('agents/greeter/persona.md'), persona);
    await assert.rejects(made.read('agents/greeter/evals/greets-and-says-goodbye.json'));
    await until('the diff is closed', () => !tabs().some((label) => label.startsWith('Suggestion for')));
  });

  it('is written and saved once the person has said yes to the diff', async () => {
    const persona = await made.read('agents/greeter/persona.md');
    const panel = await analysed();
    await panel.handle({ type: 'apply-fix', changes: change, evalCase });
    assert.ok(messages.find(/^The suggestion is written: .*persona\.md, .*greets-and-says-goodbye\.json\.$/));
    assert.equal(await made.read('agents/greeter/persona.md'), `${persona.trimEnd()}\n\n${change}\n`);
    assert.deepEqual(JSON.parse(await made.read('agents/greeter/evals/greets-and-says-goodbye.json')), {
      name: 'greets-and-says-goodbye',
      input: 'Greet Ada',
      criteria: 'The answer greets Ada.',
      pass_threshold: 7,
    });
    await until('the agent has the eval', () =>
      made.now.agent('greeter')?.evals.some(({ input }) => input === 'Greet Ada'),
    );
    await until('the diff is closed', () => !tabs().some((label) => label.startsWith('Suggestion for')));
  });

  it('is left unsaved in a file with changes of the person', async () => {
    const persona = await made.read('agents/greeter/persona.md');
    const document = await vscode.workspace.openTextDocument(made.uri('agents/greeter/persona.md'));
    await replace(document, persona, `${persona}Be brief.\n`);
    const panel = await analysed();
    await panel.handle({ type: 'apply-fix', changes: 'Be kind.', evalCase: undefined });
    const said = messages.find(/^The suggestion is written, but not saved yet: /);
    assert.deepEqual(said?.buttons, ['Save', 'Open']);
    assert.equal(document.getText(), `${persona}Be brief.\n\nBe kind.\n`);
    assert.equal(await made.read('agents/greeter/persona.md'), persona);
  });

  it('says that an agent without a persona has no place for it', async () => {
    const config = await made.read('agents/greeter/agent.jsonc');
    const panel = await analysed();
    await made.write('agents/greeter/agent.jsonc', config.replace(/^\s*"persona".*\n/m, ''));
    await assert.rejects(
      panel.handle({ type: 'apply-fix', changes: change, evalCase: undefined }),
      /has no persona that the suggestion could be written into/,
    );
    await made.write('agents/greeter/agent.jsonc', config);
  });
});
