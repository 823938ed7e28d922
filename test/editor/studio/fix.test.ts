import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { replace, until } from '../support/api';
import { askInChat } from '../support/chat';
import { desk } from '../support/desk';
import { presses } from '../support/messages';

/** The person's limit on the tokens of evals. */
const limit = (tokens: number | undefined) =>
  vscode.workspace
    .getConfiguration('tavora')
    .update('evals.maxTokens', tokens, vscode.ConfigurationTarget.Global);

const change = 'Say goodbye to the person, too.';
const evalCase = {
  name: 'Greets, and says goodbye',
  prompt: 'Greet Ada',
  criteria: 'The answer greets Ada.',
};

describe('A suggestion, from the analysis to the fix', () => {
  const here = desk('mending', { press: presses('Write') });
  let sessionId = '';

  before(async () => {
    sessionId = await askInChat(here.api, here.made, 'Greet Ada');
  });
  after(() => here.api.chat.chat.begin());

  const analysed = async () => {
    await vscode.commands.executeCommand('tavora.openStudio', sessionId);
    const panel = await until('the panel is open', () => here.api.studio.panel(sessionId));
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
    const client = await here.api.connection.client();
    const all = await client.configs.list();
    return all.filter(({ code_first_project: project }) => project?.includes('(suggestion '));
  };

  it('is measured without touching the files or the draft', async () => {
    const client = await here.api.connection.client();
    const draft = await client.source.export('mending');
    assert.ok(draft);
    const persona = await here.made.read('agents/greeter/persona.md');
    const panel = await analysed();
    await panel.handle({ type: 'check-fix', changes: change, skills: [], evalCase });
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
    assert.equal(await here.made.read('agents/greeter/persona.md'), persona);
    assert.deepEqual(await client.source.export('mending'), draft);
    assert.deepEqual(await scratchAgents(), []);
  });

  it('is stopped, and leaves nothing on the server', async () => {
    const panel = await analysed();
    await panel.handle({ type: 'check-fix', changes: change, skills: [], evalCase });
    await until('its evals are known', () => (panel.suggestions.lastCheck?.cases.length ?? 0) > 0);
    await panel.handle({ type: 'stop-check' });
    const check = await checked(panel);
    assert.equal(check.phase, 'stopped');
    assert.equal(check.verdict, undefined);
    assert.deepEqual(await scratchAgents(), []);
  });

  it('is asked about while it is measured before the runtime is restarted, and leaves nothing there', async () => {
    const panel = await analysed();
    await panel.handle({ type: 'check-fix', changes: change, skills: [], evalCase });
    await until('its evals are known', () => (panel.suggestions.lastCheck?.cases.length ?? 0) > 0);
    const { messages } = here.person(presses('Restart Now'));
    await vscode.commands.executeCommand('tavora.restartRuntime');
    const question = messages.find(/^Restart the embedded runtime and break off what goes on here\?$/);
    assert.equal(
      question?.detail,
      'A suggestion for Greeter is still being checked. The check stops then; the figures so far stay.',
    );
    assert.equal(panel.suggestions.lastCheck?.phase, 'stopped');
    assert.deepEqual(await scratchAgents(), []);
  });

  it('is measured only when the person agrees to pass the limit', async () => {
    const panel = await analysed();
    const before = panel.lastReplay?.id;
    await limit(1);
    try {
      const { messages } = here.person(presses());
      await panel.handle({ type: 'check-fix', changes: change, skills: [], evalCase });
      const question = messages.find(/^Run 2 evals, 2 times\?$/);
      assert.deepEqual(question?.buttons, ['Run Anyway']);
      assert.match(question?.detail ?? '', /Nothing is known of the tokens of/);
      assert.deepEqual([panel.suggestions.lastCheck, panel.lastReplay?.id], [undefined, before]);
      here.person(presses('Run Anyway'));
      await panel.handle({ type: 'check-fix', changes: change, skills: [], evalCase });
      assert.equal(panel.suggestions.lastCheck?.phase, 'running');
      await panel.handle({ type: 'stop-check' });
      await checked(panel);
    } finally {
      await limit(undefined);
    }
  });

  it('says what could not be measured', async () => {
    const sound = await here.made.read('agents/greeter/skills/greet.js');
    await here.made.write('agents/greeter/skills/greet.js', 'module.exports = (;');
    const panel = await analysed();
    await panel.handle({ type: 'check-fix', changes: change, skills: [], evalCase });
    const check = await checked(panel);
    await here.made.write('agents/greeter/skills/greet.js', sound);
    assert.match(check.problems.join(), /The evals were not run: .*greet\.js/);
    assert.equal(check.verdict?.kind, 'unknown');
    assert.deepEqual(await scratchAgents(), []);
  });

  it('is not written when the person says no to the diff', async () => {
    const persona = await here.made.read('agents/greeter/persona.md');
    const panel = await analysed();
    const { messages } = here.person(presses('Discard'));
    await panel.handle({ type: 'apply-fix', changes: 'Never do this.', skills: [], evalCase });
    assert.deepEqual(
      messages.shown.map(({ buttons }) => buttons),
      [['Write', 'Discard']],
    );
    assert.equal(await here.made.read('agents/greeter/persona.md'), persona);
    await assert.rejects(here.made.read('agents/greeter/evals/greets-and-says-goodbye.json'));
    await until('the diff is closed', () => !tabs().some((label) => label.startsWith('Suggestion for')));
  });

  it('is written and saved once the person has said yes to the diff', async () => {
    const persona = await here.made.read('agents/greeter/persona.md');
    const panel = await analysed();
    await panel.handle({ type: 'apply-fix', changes: change, skills: [], evalCase });
    assert.ok(
      here.messages.find(/^The suggestion is written: .*persona\.md, .*greets-and-says-goodbye\.json\.$/),
    );
    assert.equal(await here.made.read('agents/greeter/persona.md'), `${persona.trimEnd()}\n\n${change}\n`);
    assert.deepEqual(JSON.parse(await here.made.read('agents/greeter/evals/greets-and-says-goodbye.json')), {
      name: 'greets-and-says-goodbye',
      input: 'Greet Ada',
      criteria: 'The answer greets Ada.',
      pass_threshold: 7,
    });
    await until('the agent has the eval', () =>
      here.made.now.agent('greeter')?.evals.some(({ input }) => input === 'Greet Ada'),
    );
    await until('the diff is closed', () => !tabs().some((label) => label.startsWith('Suggestion for')));
  });

  it('is left unsaved in a file with changes of the person', async () => {
    const persona = await here.made.read('agents/greeter/persona.md');
    const document = await vscode.workspace.openTextDocument(here.made.uri('agents/greeter/persona.md'));
    await replace(document, persona, `${persona}Be brief.\n`);
    const panel = await analysed();
    await panel.handle({ type: 'apply-fix', changes: 'Be kind.', skills: [], evalCase: undefined });
    const said = here.messages.find(/^The suggestion is written, but not saved yet: /);
    assert.deepEqual(said?.buttons, ['Save', 'Open']);
    assert.equal(document.getText(), `${persona}Be brief.\n\nBe kind.\n`);
    assert.equal(await here.made.read('agents/greeter/persona.md'), persona);
  });

  it('is left unsaved in a file that the person began to change while the diff was open', async () => {
    const persona = await here.made.read('agents/greeter/persona.md');
    const document = await vscode.workspace.openTextDocument(here.made.uri('agents/greeter/persona.md'));
    const panel = await analysed();
    const { messages } = here.person(async ({ buttons }) => {
      if (!buttons.includes('Write')) {
        return undefined;
      }
      await replace(document, persona, `${persona}Be bri`);
      return 'Write';
    });
    await panel.handle({ type: 'apply-fix', changes: 'Be fair.', skills: [], evalCase: undefined });
    assert.ok(messages.find(/^The suggestion is written, but not saved yet: /));
    assert.equal(document.getText(), `${persona}Be bri\n\nBe fair.\n`);
    assert.equal(await here.made.read('agents/greeter/persona.md'), persona);
  });

  it('is written only as its last diff shows it, and once', async () => {
    const persona = await here.made.read('agents/greeter/persona.md');
    const panel = await analysed();
    const presses: ((label: string) => void)[] = [];
    here.person(async ({ buttons }) =>
      buttons.includes('Write') ? await new Promise<string>((resolve) => presses.push(resolve)) : undefined,
    );
    const apply = (changes: string) =>
      panel.handle({ type: 'apply-fix', changes, skills: [], evalCase: undefined });
    const first = apply('Be quick.');
    await until('the first is asked about', () => presses.length === 1);
    const second = apply('Be slow.');
    await until('the second is asked about', () => presses.length === 2);
    presses[0]?.('Write');
    await assert.rejects(first, /The suggestion is not written: its diff was shown anew/);
    const diffs = () => tabs().filter((label) => label.startsWith('Suggestion for greeter'));
    assert.equal(diffs().length, 1);
    assert.equal(await here.made.read('agents/greeter/persona.md'), persona);
    presses[1]?.('Write');
    await second;
    assert.equal(await here.made.read('agents/greeter/persona.md'), `${persona.trimEnd()}\n\nBe slow.\n`);
    assert.deepEqual(diffs(), []);
  });

  it('is not measured for a panel that was closed while the person thought about the limit', async () => {
    const panel = await analysed();
    const before = panel.lastReplay?.id;
    await limit(1);
    try {
      here.person(async ({ buttons }) => {
        if (!buttons.includes('Run Anyway')) {
          return undefined;
        }
        panel.suggestions.dispose();
        return 'Run Anyway';
      });
      await panel.handle({ type: 'check-fix', changes: change, skills: [], evalCase });
      assert.deepEqual([panel.suggestions.lastCheck, panel.lastReplay?.id], [undefined, before]);
    } finally {
      await limit(undefined);
    }
  });

  describe('of a skill', () => {
    const path = 'agents/greeter/skills/greet.js';
    let sound = '';
    /** The skill with another word for hello, as the version that the session ran has it. */
    const suggested = (before = sound) => {
      const after = before.replaceAll('Hello', 'Ahoy');
      assert.notEqual(after, before);
      return { changes: '', skills: [{ skill: 'greet', path, before, after }], evalCase: undefined };
    };

    before(async () => {
      sound = await here.made.read(path);
    });
    afterEach(() => here.made.write(path, sound));

    it('is measured over the changed skill, without touching the files or the draft', async () => {
      const client = await here.api.connection.client();
      const panel = await analysed();
      await panel.handle({ type: 'check-fix', ...suggested() });
      const check = await checked(panel);
      assert.deepEqual([check.problems, check.phase], [[], 'ended']);
      assert.deepEqual(check.of, { persona: false, skills: [path], evalCase: false });
      assert.match(check.was.answer, /Hello/);
      assert.match(check.now?.answer ?? '', /Ahoy/);
      const answerOf = async (id: string | undefined) =>
        (await client.studio.trace(id ?? '')).steps.findLast(({ step_type: type }) => type === 'response')
          ?.content;
      const greets = check.cases.find(({ name }) => name === 'greets by name');
      assert.match((await answerOf(greets?.before?.sessionId)) ?? '', /Hello/);
      assert.match((await answerOf(greets?.after?.sessionId)) ?? '', /Ahoy/);
      assert.equal(await here.made.read(path), sound);
      const draft = (await client.source.export('mending'))?.agents[0]?.files.find(
        (one) => one.path === path,
      );
      assert.equal(Buffer.from(draft?.content ?? '', 'base64').toString(), sound);
      assert.deepEqual(await scratchAgents(), []);
    });

    it('is tried with the text for the persona, beside the original', async () => {
      const panel = await analysed();
      await panel.handle({ type: 'try-fix', step: 1, ...suggested(), changes: change });
      const replay = await until('the replay has ended', () => {
        const { lastReplay: one } = panel;
        return one?.phase === 'ended' ? one : undefined;
      });
      assert.equal(replay.problem, '');
      assert.match(replay.trace?.steps.at(-1)?.content ?? '', /Ahoy/);
      assert.match(replay.trace?.system_prompt ?? '', /Say goodbye to the person/);
    });

    it('is shown in the editor’s own diff without a question', async () => {
      const panel = await analysed();
      const { messages } = here.person(presses());
      await panel.handle({ type: 'show-fix', ...suggested() });
      await until('the diff is open', () =>
        tabs().some((label) => label.startsWith('Suggestion for greeter')),
      );
      assert.deepEqual(messages.shown, []);
      const after = await until('its right side is read', () =>
        vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'tavora-proposal'),
      );
      assert.equal(after.getText(), suggested().skills[0]?.after);
    });

    it('is written and saved into the file of the skill', async () => {
      const panel = await analysed();
      await panel.handle({ type: 'apply-fix', ...suggested() });
      assert.ok(here.messages.find(/^The suggestion is written: .*greet\.js\.$/));
      assert.equal(await here.made.read(path), suggested().skills[0]?.after);
    });

    it('is merged into what the person has changed since, which stays unsaved', async () => {
      const document = await vscode.workspace.openTextDocument(here.made.uri(path));
      await replace(document, sound, `${sound}// Mine.\n`);
      const panel = await analysed();
      await panel.handle({ type: 'apply-fix', ...suggested() });
      assert.ok(here.messages.find(/^The suggestion is written, but not saved yet: /));
      assert.equal(document.getText(), `${suggested().skills[0]?.after}// Mine.\n`);
      assert.equal(await here.made.read(path), sound);
    });

    it('is left out where the same lines have changed, and the rest is written', async () => {
      await here.made.write(path, sound.replaceAll('Hello', 'Good day'));
      const persona = await here.made.read('agents/greeter/persona.md');
      const panel = await analysed();
      await assert.rejects(
        panel.handle({ type: 'apply-fix', ...suggested() }),
        /greet\.js has changed since the session ran, in the lines/,
      );
      await panel.handle({ type: 'apply-fix', ...suggested(), changes: 'Be merry.' });
      assert.ok(here.messages.find(/greet\.js has changed since the session ran, in the lines/));
      assert.equal(await here.made.read(path), sound.replaceAll('Hello', 'Good day'));
      assert.notEqual(await here.made.read('agents/greeter/persona.md'), persona);
      await panel.handle({ type: 'check-fix', ...suggested() });
      const { problems, verdict } = await checked(panel);
      assert.match(problems.join(), /The evals were not run: .*Leave it out to check the rest/);
      assert.equal(verdict?.kind, 'unknown');
    });

    it('is nothing to write where the project has it', async () => {
      const suggestion = suggested();
      await here.made.write(path, suggestion.skills[0]?.after ?? '');
      const panel = await analysed();
      await assert.rejects(
        panel.handle({ type: 'apply-fix', ...suggestion }),
        /has all of the suggestion already/,
      );
    });
  });

  it('says that an agent without a persona has no place for it', async () => {
    const config = await here.made.read('agents/greeter/agent.jsonc');
    const panel = await analysed();
    await here.made.write('agents/greeter/agent.jsonc', config.replace(/^\s*"persona".*\n/m, ''));
    await assert.rejects(
      panel.handle({ type: 'apply-fix', changes: change, skills: [], evalCase: undefined }),
      /has no persona that the suggestion could be written into/,
    );
    await here.made.write('agents/greeter/agent.jsonc', config);
  });
});
