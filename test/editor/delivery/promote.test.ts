import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { agentSourceHash, hashBytes, projectSourceHash } from '../../../src/project';
import type { GateState } from '../../../src/webviews/gate/messages';
import { Answers } from '../support/answers';
import { activated, closeEditors, until } from '../support/api';
import { Messages, type Press, type Shown } from '../support/messages';
import { TestProject } from '../support/project';
import { syncElsewhere } from '../support/second-client';

const config = 'agents/greeter/agent.jsonc';
const persona = 'agents/greeter/persona.md';

describe('Promoting to another environment', () => {
  let api: TestApi;
  let made: TestProject;
  let name = '';
  let count = 0;
  const restore: (() => void)[] = [];

  before(async () => {
    api = await activated();
  });
  beforeEach(async () => {
    name = `promoting-${++count}`;
    made = await TestProject.make(api, name);
    const on = { url: 'embedded' };
    await api.connection.profiles.save({ ...on, id: 'stg', label: 'Staging', environment: 'stg' });
    const production = { environment: 'prd', production: true };
    await api.connection.profiles.save({ ...on, id: 'prd', label: 'Production', ...production });
    await until('the settings are in force', () => api.connection.profiles.list().length === 2);
    await api.connection.choose('stg');
  });
  afterEach(async () => {
    for (const undo of restore.splice(0)) undo();
    await closeEditors();
    await api.connection.choose('embedded');
    await vscode.workspace
      .getConfiguration('tavora')
      .update('servers', undefined, vscode.ConfigurationTarget.Global);
    await made.remove();
  });

  const person = (answers: (string | undefined)[], press: Press = yes) => {
    const questions = new Answers(answers);
    const messages = new Messages(press);
    restore.push(
      () => questions.restore(),
      () => messages.restore(),
    );
    return { questions, messages };
  };
  const yes = ({ buttons }: Shown) =>
    buttons.find((label) => label === 'Promote' || label === 'Promote Anyway');
  const entries = async () => (await api.delivery.entries()).filter(({ project }) => project === name);
  const tabs = () => vscode.window.tabGroups.all.flatMap(({ tabs: all }) => all.map(({ label }) => label));
  const promote = (agentId?: string) =>
    vscode.commands.executeCommand('tavora.promote', { folder: made.folder, agentId });
  /** Deploys what is here to production, as somebody else would. */
  const deployThere = async () => {
    const client = await api.connection.client(undefined, 'file:///somebody/else');
    await client.source.sync({ ...api.drafts.manifest(made.now), environment: 'prd' });
    await client.source.deploy({ project: name, environment: 'prd' });
  };
  const live = async (environment: string) => {
    const client = await api.connection.client();
    const config = (await client.configs.list()).find(
      (one) => one.code_first_project === name && one.code_first_environment === environment,
    );
    return config?.active_version_id
      ? await client.configs.version(config.id, config.active_version_id)
      : undefined;
  };

  it('takes what is live there, not what the working tree has', async () => {
    await syncElsewhere(api, made, { [persona]: 'Live in staging.\n' }, { deploy: true });
    await made.write(persona, 'Only here.\n');
    const { messages, questions } = person(['Staging', 'Production', 'Production']);
    await promote();
    const [question] = messages.shown;
    assert.equal(question?.kind, 'showInformationMessage');
    assert.match(
      question.message,
      /^From Staging, not from the working tree: greeter v1\.0\.0\. Production \(prd\): greeter gets its first version, of \d+ files\./,
    );
    assert.deepEqual(question.buttons, ['Promote', 'Details', 'Cancel']);
    assert.equal(
      questions.asked.at(-1),
      `Production is marked as production: Type Production to promote ${name}`,
    );
    assert.match(
      messages.shown[1]?.message ?? '',
      /^Promoted from Staging to Production: greeter v1\.0\.0\.$/,
    );
    assert.equal((await live('prd'))?.persona_md, 'Live in staging.\n');
    assert.equal((await live('prd'))?.source_hash, (await live('stg'))?.source_hash);
    assert.equal(await made.read(persona), 'Only here.\n');
    assert.equal(api.connection.state.server.id, 'stg');
  });

  it('into the environment that is worked in has the saved files sent anew for the next chat', async () => {
    await syncElsewhere(api, made, { [persona]: 'Live in staging.\n' }, { deploy: true });
    await api.connection.choose('prd');
    const signal = () => AbortSignal.timeout(30_000);
    await api.drafts.ensureSynced(made.now, signal());
    person(['Staging', 'Production', 'Production']);
    await promote();
    assert.equal((await live('prd'))?.persona_md, 'Live in staging.\n');
    const { agents } = await api.drafts.ensureSynced(made.now, signal());
    const client = await api.connection.client();
    const config = await client.configs.get(agents[0]?.agentId ?? '');
    assert.equal(config.draft_source_hash, made.now.agent('greeter')?.sourceHash);
  });

  it('does nothing when the name is mistyped', async () => {
    await syncElsewhere(api, made, {}, { deploy: true });
    person(['Staging', 'Production', 'production']);
    await promote();
    assert.equal(await live('prd'), undefined);
  });

  it('shows every file in the multi-diff editor, and does nothing without a yes', async () => {
    await syncElsewhere(api, made, { [persona]: 'Live in staging.\n' }, { deploy: true });
    let shown: string[] = [];
    const { messages } = person(['Staging', 'Production'], ({ buttons }) => {
      if (!buttons.includes('Promote')) return undefined;
      shown = tabs();
      return 'Cancel';
    });
    await promote();
    assert.equal(messages.shown.length, 1);
    const title = 'Promote greeter to Production, first version';
    assert.ok(
      shown.some((label) => label.startsWith(title)),
      shown.join(' | '),
    );
    assert.ok(!tabs().some((label) => label.startsWith(title)), 'the preview is closed');
    assert.equal(await live('prd'), undefined);
    assert.deepEqual(await entries(), []);
  });

  it('says what it replaces, and may take an earlier version of one agent', async () => {
    await syncElsewhere(api, made, { [persona]: 'First.\n' }, { deploy: true });
    await syncElsewhere(api, made, { [persona]: 'Second.\n' }, { deploy: true });
    person(['Staging', 'Production', 'v1', 'Production']);
    await promote('greeter');
    for (const undo of restore.splice(0)) undo();
    const versions = [(await live('stg'))?.semver, (await live('prd'))?.semver];
    assert.equal((await live('prd'))?.persona_md, 'Second.\n', versions.join(' '));
    const earlier = person(['Staging', 'Production', 'v1.0.0', 'Production']);
    await promote('greeter');
    const [question] = earlier.messages.shown;
    assert.match(
      question?.message ?? '',
      /greeter v1\.0\.0\. Production \(prd\): greeter: 1 file \(1 changed\) against v\S+\./,
    );
    assert.doesNotMatch(question?.message ?? '', /has not seen/, 'it went there from here');
    assert.equal((await live('prd'))?.persona_md, 'First.\n');
  });

  it('goes where it was asked to go when another server is chosen during the question', async () => {
    await syncElsewhere(api, made, { [persona]: 'Live in staging.\n' }, { deploy: true });
    await api.connection.profiles.save({ id: 'away', label: 'Away', url: 'http://127.0.0.1:9' });
    const { messages } = person(['Staging', 'Production', 'Production'], async (shown) => {
      if (shown.buttons.includes('Promote')) await api.connection.choose('away');
      return yes(shown);
    });
    await promote();
    assert.match(
      messages.shown[1]?.message ?? '',
      /^Promoted from Staging to Production: greeter v1\.0\.0\.$/,
    );
    assert.equal(api.connection.runtimePid, undefined, 'the runtime has gone, now that all is done');
    assert.equal((await entries())[0]?.outcome, 'deployed');
    await api.connection.choose('stg');
    assert.equal((await live('prd'))?.persona_md, 'Live in staging.\n');
  });

  it('warns of what another has deployed there', async () => {
    await api.connection.choose('prd');
    await syncElsewhere(api, made, { [persona]: 'Somebody’s.\n' }, { deploy: true });
    await api.connection.choose('stg');
    await syncElsewhere(api, made, { [persona]: 'Live in staging.\n' }, { deploy: true });
    const { messages } = person(['Staging', 'Production'], () => 'Cancel');
    await promote();
    const [question] = messages.shown;
    assert.equal(question?.kind, 'showWarningMessage');
    assert.match(question.message, /^Production has v1\.0\.0 of greeter, deployed.*has not seen it\./);
    assert.ok(question.buttons.includes('Promote Anyway'), question.buttons.join(' | '));
    assert.equal((await live('prd'))?.persona_md, 'Somebody’s.\n');
  });

  it('shows it once more when the environment has changed while the preview was open', async () => {
    await syncElsewhere(api, made, { [persona]: 'Live in staging.\n' }, { deploy: true });
    const { messages } = person(['Staging', 'Production', 'Production', 'Production']);
    // A colleague is faster, between the plan and the answer.
    const client = await api.connection.clientOf('prd', undefined, made.folder.toString());
    const validate = client.source.validate.bind(client.source);
    let faster = false;
    Object.assign(client.source, {
      validate: async (...args: Parameters<typeof validate>) => {
        if (!faster) await deployThere();
        faster = true;
        return await validate(...args);
      },
    });
    restore.push(() => Reflect.deleteProperty(client.source, 'validate'));
    await promote();
    const questions = messages.shown.filter(({ buttons }) => buttons.includes('Details'));
    assert.equal(questions.length, 2, JSON.stringify(messages.shown));
    assert.match(questions[1]?.message ?? '', /^Production has changed since you were asked\./);
    assert.equal((await live('prd'))?.persona_md, 'Live in staging.\n');
  });

  it('is refused by evals that decide, which is said before and noted after', async () => {
    const text = await made.read(config);
    const failing = {
      name: 'Says hello',
      input: 'Greet Ada',
      expectations: [{ kind: 'contains', value: 'a word that nobody says' }],
    };
    await syncElsewhere(api, made, {
      [config]: text.replace(/\{/, '{ "deploy": { "runEvals": true },'),
      'agents/greeter/evals/hello.json': JSON.stringify(failing),
    });
    const client = await api.connection.client();
    // Staging has let it through.
    await client.source.deploy({ ...api.drafts.scope(made.now), runEvals: false });
    const { messages } = person(['Staging', 'Production', 'Production']);
    await promote('greeter');
    const [question, refusal] = messages.shown;
    assert.match(question?.message ?? '', /have not been run on these files; the deployment runs them first/);
    assert.equal(refusal?.kind, 'showErrorMessage');
    assert.match(refusal.message, /was not deployed: 2 evals failed\. .*“Says hello” scored 0, needs 7\./);
    assert.ok(refusal.buttons.includes('Open Trace…'), refusal.buttons.join(' | '));
    assert.equal(await live('prd'), undefined);
    const [entry] = await entries();
    assert.equal(entry?.outcome, 'refused');
    assert.equal(entry.promoted, 'Staging v1.0.0');
    assert.match(entry.gate ?? '', /^2 of 2 failed$/);

    for (const undo of restore.splice(0)) undo();
    const seen: GateState[] = [];
    await api.connection.profiles.save({ id: 'away', label: 'Away', url: 'http://127.0.0.1:9' });
    const again = person(['Staging', 'Production', 'Production'], async ({ buttons }) => {
      if (!buttons.includes('Promote')) return undefined;
      const page = await until(
        'the evals are read',
        async () => {
          const found = await api.delivery.deciding();
          return found && !found.state.reading && found;
        },
        60_000,
      );
      seen.push(page.state);
      await page.handle({ type: 'open', agent: 'greeter', path: 'agents/greeter/evals/hello.json' });
      // The studio opens what is on the chosen server.
      await api.connection.choose('away');
      seen.push(page.state);
      return 'Promote';
    });
    await promote('greeter');
    const [shown, elsewhere] = seen;
    const traces = (state?: GateState) =>
      state?.agents.flatMap(({ cases }) => cases.map(({ sessionId }) => sessionId !== ''));
    assert.deepEqual(traces(shown), [true, true]);
    assert.deepEqual(traces(elsewhere), [false, false]);
    const refused = again.messages.find(/was not deployed: 2 evals failed/);
    assert.deepEqual(refused?.buttons, ['Show in Test Explorer', 'Show Log']);
    assert.match(shown?.cannotRun ?? '', /^The promotion runs them on Production/);
    assert.deepEqual(
      shown?.agents.flatMap(({ cases }) => cases.map(({ name: case_, kind }) => [case_, kind])),
      [
        ['greets by name', 'failed'],
        ['Says hello', 'failed'],
      ],
    );
    // The file of the version that is promoted: the working tree has none.
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'tavora');
    assert.match(document.getText(), /a word that nobody says/);
    // Two previews, and a run of evals.
  }).timeout(180_000);

  it('is in the deploy log and in the history of the environment that received it', async () => {
    await syncElsewhere(api, made, {}, { deploy: true });
    person(['Staging', 'Production', 'Production']);
    await promote('greeter');
    const [entry, ...others] = await entries();
    assert.deepEqual(others, []);
    assert.equal(entry?.outcome, 'deployed');
    assert.equal(entry.environment, 'prd');
    assert.match(entry.server, /^Production/);
    assert.equal(entry.to, '1.0.0');
    assert.equal(entry.promoted, 'Staging v1.0.0');
    for (const undo of restore.splice(0)) undo();
    await api.connection.choose('prd');
    await api.drafts.refresh();
    const source = api.snapshots.sourceOf(made.now, 'greeter');
    const { versions } = await api.versions.history.list(source, undefined);
    assert.deepEqual(
      versions.map(({ semver, by }) => [semver, by]),
      [['1.0.0', 'promoted from Staging']],
    );
  });

  it('names the agents that take no part in it', async () => {
    const client = await api.connection.client(undefined, 'file:///somebody/else');
    /** Syncs the project's one agent under another id. */
    const syncAs = async (id: string, environment: string) => {
      const manifest = api.drafts.manifest(made.now);
      const agents = manifest.agents.map((agent) => {
        const files = agent.files.map(({ path, content }) => {
          const text = Buffer.from(content, 'base64').toString('utf8');
          return { path, bytes: Buffer.from(path === config ? text.replace('"greeter"', `"${id}"`) : text) };
        });
        return {
          id,
          sourceHash: agentSourceHash(files),
          files: files.map(({ path, bytes }) => ({
            path,
            hash: hashBytes(bytes),
            size: bytes.length,
            content: bytes.toString('base64'),
          })),
        };
      });
      await client.source.sync({ ...manifest, environment, agents, sourceHash: projectSourceHash(agents) });
    };
    await syncElsewhere(api, made, {}, { deploy: true });
    await syncAs('idea', 'stg');
    await syncAs('old', 'prd');
    const { messages } = person(['Staging', 'Production'], () => 'Cancel');
    await promote();
    assert.match(
      messages.shown[0]?.message ?? '',
      /Nothing of idea is live on Staging, so that it is not promoted\. Production also has old, which Staging lacks and a promotion leaves\./,
    );
  });

  it('refuses where nothing is live', async () => {
    const { messages } = person(['Staging', 'Production']);
    await promote();
    assert.match(messages.shown[0]?.message ?? '', /^Nothing of promoting-\d+ is live on Staging\./);
  });
});
