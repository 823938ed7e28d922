import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { Answers } from '../support/answers';
import { activated, closeEditors, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';

describe('Adding to a project by command', () => {
  let api: TestApi;
  let project: TestProject;
  let answers: Answers | undefined;

  before(async () => {
    api = await activated();
    project = await TestProject.make(api, 'parts');
  });
  afterEach(async () => {
    answers?.restore();
    answers = undefined;
    await closeEditors();
  });
  after(() => project.remove());

  const run = async (command: string, value: unknown, ...said: (string | undefined)[]) => {
    answers = new Answers(said);
    await vscode.commands.executeCommand(command, value);
    await api.workspaces.reload();
  };
  const target = () => ({ folder: project.folder, agentId: 'greeter' });
  const agent = () => project.now.agent('greeter');

  it('makes a skill of each form, without a problem, and opens it', async () => {
    for (const [form, name, path] of [
      ['JavaScript', 'check-stock', 'skills/check-stock.js'],
      ['Prompt', 'house-rules', 'skills/house-rules.md'],
      ['Folder', 'refund', 'skills/refund/main.js'],
    ] as const) {
      await run('tavora.newSkill', target(), form, name);
      answers?.restore();
      assert.ok(
        agent()?.skills.some((skill) => skill.name === name),
        name,
      );
      assert.ok(vscode.window.activeTextEditor?.document.uri.path.endsWith(path), path);
    }
    assert.deepEqual(project.now.project.issues, []);
  });

  it('refuses a name that is taken, or no name, while it is typed', async () => {
    const messages = new Messages();
    try {
      await run('tavora.newSkill', target(), 'JavaScript', 'greet');
      assert.ok(messages.find(/There is a skill "greet" already/));
      answers?.restore();
      await run('tavora.newSkill', target(), 'JavaScript', 'Not A Name');
      assert.ok(messages.find(/lower-case letters.*not-a-name/s));
    } finally {
      messages.restore();
    }
  });

  it('makes an eval and an agent', async () => {
    await run('tavora.newEval', project.uri('agents/greeter/skills'), 'says-hello');
    answers?.restore();
    assert.ok(agent()?.evals.some(({ path }) => path.endsWith('says-hello.json')));
    await run('tavora.newAgent', { folder: project.folder }, 'order-desk');
    assert.equal(project.now.agent('order-desk')?.name, 'Order Desk');
    assert.deepEqual(project.now.project.issues, []);
  });

  it('turns a message of a chat into an eval', async () => {
    const turn = { agentId: 'greeter', message: 'Please greet Grace.', answer: 'Hello, Grace!' };
    await run('tavora.newEvalFromTurn', turn, '', 'greets-grace');
    const made = agent()?.evals.find(({ path }) => path.endsWith('greets-grace.json'));
    assert.equal(made?.input, 'Please greet Grace.');
    assert.match(made.criteria, /Hello, Grace!/);
    assert.ok(api.evals.tree.find(project.now, 'greeter', made.path), 'It is not in the Test Explorer.');
    assert.deepEqual(
      vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty).map(({ uri }) => uri.path),
      [],
    );
  });

  it('takes what was expected for the criteria of an eval', async () => {
    const turn = { agentId: 'greeter', message: 'Please greet Linus.', answer: 'No.' };
    await run('tavora.newEvalFromTurn', turn, ' Greets him by name. ', 'greets-linus');
    const made = agent()?.evals.find(({ path }) => path.endsWith('greets-linus.json'));
    assert.equal(made?.criteria, 'Greets him by name.');
  });

  it('says so when a project has nothing to renew', async () => {
    const messages = new Messages();
    try {
      await project.delete('agents/order-desk');
      for (const path of [
        'skills/greet.js',
        'skills/tone.md',
        'skills/check-stock.js',
        'skills/house-rules.md',
      ]) {
        await project.delete(`agents/greeter/${path}`);
      }
      await vscode.commands.executeCommand('tavora.migrateProject', target());
      assert.ok(messages.find(/written in today's form/), JSON.stringify(messages.shown));
    } finally {
      messages.restore();
    }
  });
});

describe('Migrating a project in the editor', () => {
  it('shows the changes first, and makes none that the person has not ticked', async () => {
    const api = await activated();
    const project = await TestProject.make(api, 'migrated');
    const path = 'agents/greeter/agent.jsonc';
    try {
      const old =
        '{ "id": "greeter", "name": "G", "model": "local/rehearsal", "skills": ["skills/*"], "evals": ["evals/*"], "persona": "persona.md",\n  "mcp": [{ "name": "crm", "endpoint": "https://crm.example.com" }] }\n';
      await project.write(path, old);
      const document = await vscode.workspace.openTextDocument(project.uri(path));
      await until('the editor has the text that was written', () => document.getText() === old);
      let ended = false;
      const done = vscode.commands.executeCommand('tavora.migrateProject', { folder: project.folder });
      void done.then(() => {
        ended = true;
      });
      await until(
        'the preview is open, and is applied',
        async () => {
          await vscode.commands.executeCommand('refactorPreview.apply');
          return ended;
        },
        15_000,
      );
      assert.equal(document.getText(), old);
    } finally {
      await closeEditors();
      await project.remove();
    }
  });
});
