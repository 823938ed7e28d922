import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { Answers } from '../support/answers';
import { activated, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';

const signal = () => AbortSignal.timeout(60_000);

describe('Environments', () => {
  let api: TestApi;
  let made: TestProject;
  let restore: (() => void)[] = [];

  before(async () => {
    api = await activated();
    made = await TestProject.make(api, 'environments');
  });
  after(() => made.remove());
  beforeEach(async () => {
    const on = { url: 'embedded' };
    await api.connection.profiles.save({
      ...on,
      id: 'staging',
      label: 'Staging',
      environment: 'stg',
      color: 'warning',
    });
    await api.connection.profiles.save({
      ...on,
      id: 'prod',
      label: 'Prod',
      environment: 'prd',
      production: true,
    });
    await until('the settings are in force', () => api.connection.profiles.list().length === 2);
  });
  afterEach(async () => {
    for (const undo of restore) undo();
    restore = [];
    await api.connection.choose('embedded');
    await vscode.workspace
      .getConfiguration('tavora')
      .update('servers', undefined, vscode.ConfigurationTarget.Global);
  });

  const person = (answers: (string | undefined)[] = []) => {
    const questions = new Answers(answers);
    const messages = new Messages();
    restore.push(
      () => questions.restore(),
      () => messages.restore(),
    );
    return { questions, messages };
  };
  const state = () => api.drafts.state(made.now, 'greeter');
  /** With the preview agreed to, which is another test's. */
  const target = () => ({ folder: made.folder, agreed: true });
  const inServer = async () =>
    (await (await api.connection.client()).configs.list())
      .filter(({ code_first_project }) => code_first_project === 'environments')
      .map((one) => `${one.code_first_environment || '-'} ${one.active_version_id ? 'live' : 'draft'}`)
      .sort();

  it('of one server are drafts of their own, and records of their own', async () => {
    person();
    await api.connection.choose('staging');
    await api.drafts.sync(made.now, signal());
    assert.equal(state(), 'draft');
    const staged = api.drafts.agentServerId(made.now, 'greeter');
    await api.connection.choose('prod');
    assert.equal(state(), 'unsynced');
    await api.connection.client();
    await api.drafts.refresh();
    assert.equal(state(), 'unsynced');
    await api.connection.choose('staging');
    assert.equal(api.drafts.agentServerId(made.now, 'greeter'), staged);
    assert.deepEqual(await inServer(), ['stg draft']);
  });

  it('are switched by picking one, and the status bar says which in its colour', async () => {
    person(['Staging', 'Prod', 'Embedded runtime']);
    await vscode.commands.executeCommand('tavora.connect');
    assert.match(api.statusBar.text, /Staging/);
    assert.equal(api.statusBar.background, 'statusBarItem.warningBackground');
    await vscode.commands.executeCommand('tavora.connect');
    assert.match(api.statusBar.text, /Prod/);
    assert.equal(api.statusBar.background, 'statusBarItem.errorBackground');
    await vscode.commands.executeCommand('tavora.connect');
    assert.match(api.statusBar.text, /Embedded runtime/);
    assert.equal(api.statusBar.background, undefined);
  });

  it('marked as production take a deployment only from a person who types their name', async () => {
    await api.connection.choose('prod');
    person(['prod']);
    await vscode.commands.executeCommand('tavora.deploy', target());
    // The box refuses what is mistyped, so that only Escape is left.
    assert.deepEqual(await inServer(), ['stg draft']);
    for (const undo of restore.splice(0)) undo();
    const left = person([undefined]);
    await vscode.commands.executeCommand('tavora.deploy', target());
    assert.deepEqual(left.messages.shown, []);
    assert.deepEqual(await inServer(), ['stg draft']);
    for (const undo of restore.splice(0)) undo();
    const { questions } = person(['Prod']);
    await vscode.commands.executeCommand('tavora.deploy', target());
    assert.deepEqual(questions.asked, ['Prod is marked as production: Type Prod to deploy environments']);
    assert.deepEqual(await inServer(), ['prd live', 'stg draft']);
    assert.equal(state(), 'deployed');
  });

  it('are added with a name, a server and what the server calls them', async () => {
    person(['Add Environment', 'Pre Production', 'Embedded runtime', 'pre', 'Yes']);
    await vscode.commands.executeCommand('tavora.connect');
    assert.deepEqual(api.connection.profiles.find('pre-production'), {
      id: 'pre-production',
      label: 'Pre Production',
      url: 'embedded',
      environment: 'pre',
      production: true,
    });
    assert.equal(api.connection.state.server.label, 'Pre Production');
    assert.equal(api.connection.state.kind, 'connected');
  });

  it('refuse a name that is taken, as it is what is typed to confirm', async () => {
    const { messages } = person(['Add Environment', 'prod']);
    await vscode.commands.executeCommand('tavora.connect');
    assert.match(messages.shown[0]?.message ?? '', /There is a "prod" already/);
    assert.equal(api.connection.profiles.list().length, 2);
  });

  it('can be asked beside the chosen one, which stays as it is', async () => {
    await api.connection.choose('staging');
    await api.connection.client();
    const beside = await api.connection.clientOf('prod');
    assert.ok(await beside.project());
    assert.equal(api.connection.state.server.id, 'staging');
    await assert.rejects(api.connection.clientOf('gone'), /There is no server "gone"/);
  });
});
