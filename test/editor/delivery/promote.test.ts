import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { Answers } from '../support/answers';
import { activated, closeEditors, until } from '../support/api';
import { Messages, type Shown } from '../support/messages';
import { TestProject } from '../support/project';
import { syncElsewhere } from '../support/second-client';

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

  const person = (answers: (string | undefined)[], press: (shown: Shown) => string | undefined = yes) => {
    const questions = new Answers(answers);
    const messages = new Messages(press);
    restore.push(
      () => questions.restore(),
      () => messages.restore(),
    );
    return { questions, messages };
  };
  const yes = ({ buttons }: Shown) => (buttons.includes('Promote') ? 'Promote' : undefined);
  const promote = (agentId?: string) =>
    vscode.commands.executeCommand('tavora.promote', { folder: made.folder, agentId });
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
    await syncElsewhere(api, made, { [persona]: 'Live in staging.\n' }, true);
    await made.write(persona, 'Only here.\n');
    const { messages, questions } = person(['Staging', 'Production', 'Production']);
    await promote();
    assert.equal(messages.shown[0]?.message, `Promote ${name} from Staging to Production?`);
    assert.match(messages.shown[0]?.detail ?? '', /greeter v1\.0\.0: the first version there, \d+ files/);
    assert.match(messages.shown[0]?.detail ?? '', /not from the working tree/);
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

  it('does nothing when the name is mistyped', async () => {
    await syncElsewhere(api, made, {}, true);
    person(['Staging', 'Production', 'production']);
    await promote();
    assert.equal(await live('prd'), undefined);
  });

  it('does nothing without a yes', async () => {
    await syncElsewhere(api, made, {}, true);
    const { messages } = person(['Staging', 'Production'], () => undefined);
    await promote();
    assert.equal(messages.shown.length, 1);
    assert.equal(await live('prd'), undefined);
  });

  it('says what it replaces, and may take an earlier version of one agent', async () => {
    await syncElsewhere(api, made, { [persona]: 'First.\n' }, true);
    await syncElsewhere(api, made, { [persona]: 'Second.\n' }, true);
    person(['Staging', 'Production', 'v1', 'Production']);
    await promote('greeter');
    for (const undo of restore.splice(0)) undo();
    const versions = [(await live('stg'))?.semver, (await live('prd'))?.semver];
    assert.equal((await live('prd'))?.persona_md, 'Second.\n', versions.join(' '));
    const earlier = person(['Staging', 'Production', 'v1.0.0', 'Production']);
    await promote('greeter');
    assert.match(earlier.messages.shown[0]?.detail ?? '', /greeter v1\.0\.0: replaces v\S+: 1 changed/);
    assert.equal((await live('prd'))?.persona_md, 'First.\n');
  });

  it('refuses where nothing is live', async () => {
    const { messages } = person(['Staging', 'Production']);
    await promote();
    assert.match(messages.shown[0]?.message ?? '', /^Nothing of promoting-\d+ is live on Staging\./);
  });
});
