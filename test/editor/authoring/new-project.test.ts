import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { nameProblem, suggestName } from '../../../src/project';
import { activated, closeEditors, problemsOf, until, workspaceFolder } from '../support/api';
import { TestProject } from '../support/project';

describe('A new project', () => {
  let api: TestApi;

  before(async () => {
    api = await activated();
  });
  afterEach(closeEditors);

  it('has an agent with both kinds of skills, an eval, and no problem', async () => {
    const made = await TestProject.make(api, 'brand-new');
    try {
      const { project } = made.now;
      assert.deepEqual(project.issues, []);
      const [agent] = project.agents;
      assert.equal(agent?.id, 'greeter');
      assert.deepEqual(
        agent.skills.map(({ name, kind }) => `${kind} ${name}`),
        ['module greet', 'prompt tone'],
      );
      assert.equal(agent.evals.length, 1);
      assert.deepEqual(problemsOf(made.skill), []);
    } finally {
      await made.remove();
    }
  });

  it('overwrites nothing', async () => {
    const made = await TestProject.make(api, 'precious');
    try {
      const parent = vscode.Uri.joinPath(made.folder, '..');
      const before = await vscode.workspace.fs.readFile(made.skill);
      await assert.rejects(
        api.authoring.create(parent, { project: 'other', agentId: 'other' }),
        /exists already\. Choose another folder/,
      );
      assert.deepEqual(await vscode.workspace.fs.readFile(made.skill), before);
    } finally {
      await made.remove();
    }
  });

  it('refuses names before it writes anything', async () => {
    const parent = vscode.Uri.joinPath(workspaceFolder(), 'never-made');
    await assert.rejects(
      api.authoring.create(parent, { project: 'fine', agentId: '../evil' }),
      /lower-case letters/,
    );
    await assert.rejects(async () => vscode.workspace.fs.stat(parent));
  });

  it('says while one types what is wrong with a name, and proposes a good one', () => {
    for (const good of ['a', 'order-desk', 'v2']) {
      assert.equal(nameProblem('agent', good), undefined, good);
    }
    for (const bad of ['', 'Order Desk', '-a', 'a-', 'a--b', 'a/b', '..', 'ä', 'a'.repeat(65), 'a\nb']) {
      assert.match(nameProblem('agent', bad) ?? '', /name|characters|lower-case/, JSON.stringify(bad));
    }
    assert.match(nameProblem('project', 'Order Desk') ?? '', /order-desk/);
    assert.equal(suggestName('  Über Größe!  '), 'uber-gro-e');
    assert.equal(suggestName('***'), '');
  });
});

describe('A sample', () => {
  it('is copied out of the extension, beside an earlier copy', async () => {
    const api = await activated();
    const parent = vscode.Uri.joinPath(workspaceFolder(), 'copies');
    const first = await api.authoring.copySample('broken', parent);
    const second = await api.authoring.copySample('broken', parent);
    try {
      assert.deepEqual(
        [first, second].map(({ path }) => path.split('/').at(-1)),
        ['tavora-broken', 'tavora-broken-2'],
      );
      await until('both are projects', () => {
        const folders = api.workspaces.projects.map(({ folder }) => folder.path);
        return [first, second].every((one) => folders.some((path) => path.startsWith(`${one.path}/`)));
      });
    } finally {
      await vscode.workspace.fs.delete(parent, { recursive: true });
    }
  });

  it('that does not exist is named, with those that do', async () => {
    const api = await activated();
    await assert.rejects(
      api.authoring.copySample('../src', workspaceFolder()),
      /no sample "\.\.\/src".*support/,
    );
  });
});
