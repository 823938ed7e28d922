import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { codeOf } from '../../../src/workbench/diagnostics/convert';
import { type Fault, type FaultServer, type Received, startFaultServer } from '../../fixtures/servers';
import { activated, closeEditors, problemsOf, replace, save, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';
import { forgetServers, workOn } from '../support/servers';

const config = {
  id: 'agent-9',
  name: 'Greeter',
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  code_first_project: 'elsewhere',
  code_first_local_id: 'greeter',
};

describe('Delivery to another server', () => {
  let api: TestApi;
  let made: TestProject;
  let server: FaultServer;
  let messages: Messages;
  /** Answers by the end of the path; anything else is 404, as from a server that is older than a call. */
  let answers: Record<string, unknown>;

  let original: string;

  before(async () => {
    api = await activated();
    made = await TestProject.make(api, 'elsewhere');
    original = (await vscode.workspace.openTextDocument(made.skill)).getText();
  });
  after(() => made.remove());
  beforeEach(async () => {
    await until('the skill is as it was', () =>
      made.now.project.text('agents/greeter/skills/greet.js')?.includes('Hello, '),
    );
    answers = {
      project: { id: 'p', name: 'P', created_at: '', updated_at: '' },
      'agent-configs': [],
      'source-validate': { issues: [] },
    };
    const answer = ({ path }: Received): Fault => {
      const name = path.split('/').at(-1) ?? '';
      return Object.hasOwn(answers, name)
        ? (answers[name] as Fault | undefined)?.kind
          ? (answers[name] as Fault)
          : { kind: 'answer', body: answers[name] }
        : { kind: 'answer', status: 404, body: { message: 'no such path', code: 'NOT_FOUND' } };
    };
    server = await startFaultServer(answer);
    await workOn(api, 'Elsewhere', server);
    messages = new Messages();
  });
  afterEach(async () => {
    messages.restore();
    await closeEditors();
    // Through the editor: a write behind its back is a conflict for the next test's save until the watcher has told it.
    const document = await vscode.workspace.openTextDocument(made.skill);
    if (document.getText() !== original) {
      await replace(document, document.getText(), original);
      await save(document);
    }
    await api.workspaces.reload();
    await forgetServers(api, server);
    await server.close();
  });

  const synced = () => ({
    draftHash: made.now.project.sourceHash,
    syncedAt: '2026-01-02T00:00:00Z',
    agents: [{ localId: 'greeter', agentId: 'agent-9', sourceHash: made.now.agent('greeter')?.sourceHash }],
  });
  const state = () => api.drafts.state(made.now, 'greeter');
  const asked = (name: string) => server.requests.filter(({ path }) => path.endsWith(name));

  it('names the folder that a sync comes from', async () => {
    answers['source-sync'] = synced();
    await vscode.commands.executeCommand('tavora.sync', { folder: made.folder });
    assert.equal(asked('source-sync')[0]?.headers['x-tavora-source'], made.folder.toString());
    assert.equal(state(), 'draft');
  });

  it('forgets what the server has lost, and notices what was deployed from elsewhere', async () => {
    answers['source-sync'] = synced();
    await vscode.commands.executeCommand('tavora.sync', { folder: made.folder });
    await api.drafts.refresh();
    assert.equal(state(), 'unsynced');
    answers['agent-configs'] = [{ ...config, active_version_id: 'v7' }];
    answers.v7 = { id: 'v7', agent_id: 'agent-9', semver: '2.0.0', created_at: '2026-01-03T00:00:00Z' };
    await api.drafts.refresh();
    assert.equal(state(), 'changed');
    assert.equal(api.drafts.record(made.now, 'greeter')?.deployed?.semver, '2.0.0');
  });

  it('believes a server that says that its draft is the same', async () => {
    answers['agent-configs'] = [config];
    answers['source-diff'] = { inSync: true, paths: [] };
    await api.connection.client();
    await api.drafts.refresh();
    assert.equal(state(), 'draft');
    answers['source-diff'] = {
      inSync: false,
      paths: [{ path: 'agents/greeter/skills/greet.js', state: 'changed' }],
    };
    await api.drafts.refresh();
    assert.equal(state(), 'changed');
  });

  it('shows what the server refuses at the place that it names', async () => {
    const issues = [
      {
        file: 'agents/greeter/persona.md',
        line: 3,
        code: 'too-kind',
        message: 'Too kind.',
        severity: 'fatal',
      },
    ];
    answers['source-sync'] = {
      kind: 'answer',
      status: 422,
      body: { message: 'refused', code: 'validation_failed', issues },
    };
    assert.equal(await vscode.commands.executeCommand('tavora.sync', { folder: made.folder }), undefined);
    assert.match(
      messages.shown[0]?.message ?? '',
      /^Elsewhere: sync of elsewhere refused: 1 problem .*persona\.md:3: Too kind\./,
    );
    assert.ok(messages.shown[0]?.buttons.includes('Show Problems'));
    const [problem] = problemsOf(made.uri('agents/greeter/persona.md'));
    assert.ok(problem);
    assert.equal(codeOf(problem), 'too-kind');
    const document = await vscode.workspace.openTextDocument(made.uri('agents/greeter/persona.md'));
    assert.equal(document.getText(problem.range), document.lineAt(2).text);
  });

  it('takes warnings along and shows them', async () => {
    answers['source-sync'] = {
      ...synced(),
      serverIssues: [{ code: 'two-folders', message: 'Another folder syncs this agent.', severity: 'warn' }],
    };
    await vscode.commands.executeCommand('tavora.sync', { folder: made.folder });
    assert.match(messages.find(/warns/)?.message ?? '', /Another folder syncs this agent/);
    const problems = problemsOf(made.uri('tavora.jsonc'));
    assert.deepEqual(problems.map(codeOf), ['two-folders']);
  });

  it('asks about a skill once the keys are quiet, and marks what it answers', async () => {
    answers.validate = { errors: [{ message: 'The server does not like it.', line: 1, code: 'taste' }] };
    await api.connection.client();
    const document = await vscode.workspace.openTextDocument(made.skill);
    await replace(document, 'Hello, ', 'Hello! ');
    await replace(document, 'Hello! ', 'Hi, ');
    await until('the answer is shown', () => problemsOf(made.skill).map(codeOf).includes('taste'));
    assert.equal(asked('/skills/validate').length, 1);
    assert.match(asked('/skills/validate')[0]?.body ?? '', /Hi, /);
  });

  it('drops an answer about a text that has moved on', async () => {
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let count = 0;
    server.become(async ({ path }) => {
      if (!path.endsWith('/skills/validate')) {
        return { kind: 'answer', body: answers.project };
      }
      count += 1;
      const code = count === 1 ? 'stale' : 'fresh';
      if (count === 1) {
        await held;
      }
      return { kind: 'answer', body: { issues: [{ message: 'Something.', line: 1, code }] } };
    });
    await api.connection.client();
    const document = await vscode.workspace.openTextDocument(made.skill);
    await replace(document, 'Hello, ', 'Hello! ');
    await until('it is asked', () => count === 1);
    await replace(document, 'Hello! ', 'Hi, ');
    answer();
    await until('the new answer is shown', () => problemsOf(made.skill).map(codeOf).includes('fresh'));
    assert.equal(problemsOf(made.skill).map(codeOf).includes('stale'), false);
  });

  it('gives up asking a server that has no validator, and keeps its own rules', async () => {
    await api.connection.client();
    const document = await vscode.workspace.openTextDocument(made.skill);
    await replace(document, 'return {', "require('fs');\n  return {");
    await until('the rules speak', () => problemsOf(made.skill).length > 0);
    await until('it is asked', () => asked('/skills/validate').length === 1);
    await asked('/skills/validate')[0]?.closed;
    await replace(document, "require('fs');", '');
    await until('the problem is gone', () => {
      assert.deepEqual(problemsOf(made.skill), []);
      return true;
    });
    // A save is checked after the same pause: by then a second question about the skill would have been asked.
    const before = asked('source-validate').length;
    await save(document);
    await until('the saved files were checked', () => asked('source-validate').length > before);
    assert.equal(asked('/skills/validate').length, 1);
  });

  it('sends nothing on a save, unless the setting says so', async () => {
    answers['source-sync'] = synced();
    await api.connection.client();
    const document = await vscode.workspace.openTextDocument(made.skill);
    await replace(document, 'Hello, ', 'Hello there, ');
    await save(document);
    await until('the files were checked', () => asked('source-validate').length > 0);
    assert.equal(asked('source-sync').length, 0);
    const settings = vscode.workspace.getConfiguration('tavora');
    await settings.update('syncOnSave', 'always', vscode.ConfigurationTarget.Global);
    try {
      await until(
        'the setting is in force',
        () => vscode.workspace.getConfiguration('tavora').get('syncOnSave') === 'always',
      );
      await replace(document, 'Hello there, ', 'Hello, ');
      await save(document);
      await until('it is synced', () => asked('source-sync').length === 1);
    } finally {
      await settings.update('syncOnSave', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
