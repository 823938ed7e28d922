import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { type Fault, type FaultServer, startFaultServer } from '../../fixtures/servers';
import { activated, closeEditors, problemsOf, until } from '../support/api';
import { TestProject } from '../support/project';

const config = 'agents/greeter/agent.jsonc';

describe('The light bulb at what only the server knows', () => {
  let api: TestApi;
  let project: TestProject;
  let server: FaultServer;
  let issues: object[] = [];

  const answers: Record<string, unknown> = {
    'GET /api/sdk/project': { id: 'p1', name: 'There', created_at: '', updated_at: '' },
    'GET /api/sdk/models': { data: [{ id: 'openai/gpt-5' }, { id: 'openai/gpt-5-mini' }] },
    'GET /api/sdk/agent-configs': [],
  };

  before(async () => {
    api = await activated();
    project = await TestProject.make(api, 'judged');
    server = await startFaultServer(({ method, path }): Fault => {
      if (path === '/api/sdk/source-validate') return { kind: 'answer', body: { issues } };
      const body = answers[`${method} ${path}`];
      return body ? { kind: 'answer', body } : { kind: 'answer', status: 404, body: {} };
    });
    await api.connection.profiles.save({ id: 'judge', label: 'Judge', url: server.url });
    await api.connection.keys.set(server.url, 'tvr_judge');
    await api.connection.choose('judge');
    await api.connection.client();
  });
  afterEach(closeEditors);
  after(async () => {
    await api.connection.choose('embedded');
    await api.connection.keys.remove(server.url);
    const { Global } = vscode.ConfigurationTarget;
    await vscode.workspace.getConfiguration('tavora').update('servers', undefined, Global);
    await server.close();
    await project.remove();
  });

  const at = async (path: string, code: string) => {
    const document = await vscode.workspace.openTextDocument(project.uri(path));
    const problem = await until(`${code} is shown`, () =>
      problemsOf(document.uri).find((one) => typeof one.code === 'object' && one.code.value === code),
    );
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      problem.range,
      'quickfix',
    );
    return { document, problem, actions: actions.filter(({ kind }) => kind?.value === 'quickfix') };
  };

  it('offers the models that it has in the place of one that it does not', async () => {
    const text = await project.read(config);
    await project.write(config, text.replace('"local/rehearsal"', '"openai/gpt-6"'));
    try {
      const { document, problem, actions } = await at(config, 'unknown-model');
      assert.match(problem.message, /^Judge does not offer the model "openai\/gpt-6"/);
      const titles = actions.map(({ title }) => title);
      assert.deepEqual(titles.slice(0, 2), ['Change to "openai/gpt-5"', 'Use "openai/gpt-5-mini"']);
      assert.ok(actions[1]?.edit && (await vscode.workspace.applyEdit(actions[1].edit)));
      assert.match(document.getText(), /"openai\/gpt-5-mini"/);
    } finally {
      await closeEditors();
      await project.write(config, text);
    }
  });

  it('ends what the server finds where the rules know how, without deciding it', async () => {
    const path = 'agents/greeter/skills/greet.js';
    const text = await project.read(path);
    const changed = `async function later() {\n  await log('later');\n}\n${text}`;
    const found = {
      file: path,
      line: 2,
      column: 3,
      code: 'sandbox-no-await',
      message: 'The engine has no await.',
    };
    issues = [{ ...found, severity: 'warn' }];
    await project.write(path, changed);
    try {
      const { document, actions } = await at(path, 'sandbox-no-await');
      const remove = actions.find(({ title }) => title === 'Remove await');
      assert.ok(remove?.edit, actions.map(({ title }) => title).join(' | '));
      assert.notEqual(remove.isPreferred, true);
      assert.ok(actions.some(({ title }) => title === 'Ignore "sandbox-no-await" here'));
      assert.ok(await vscode.workspace.applyEdit(remove.edit));
      assert.match(document.getText(), /\{\n {2}log\('later'\);\n\}/);
    } finally {
      issues = [];
      await closeEditors();
      await project.write(path, text);
    }
  });
});
