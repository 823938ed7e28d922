import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { Answers } from '../support/answers';
import { activated, closeEditors, replace, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';

const typed = `/**
 * Repeats a text.
 *
 * @param {object} args
 * @param {string} args.text - What to repeat.
 * @param {number} [args.times] - How often.
 * @param {boolean} [args.loud] - In capitals.
 */
module.exports = function (args) {
  log('times ' + args.times);
  const text = args.loud ? args.text.toUpperCase() : args.text;
  return { text: text.repeat(args.times || 1) };
};
`;

const runErrors = (uri: vscode.Uri) =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'tavora run');

describe('Running a skill by itself', () => {
  let api: TestApi;
  let project: TestProject;
  let answers: Answers | undefined;

  before(async () => {
    api = await activated();
    project = await TestProject.make(api, 'alone');
    await project.write('agents/greeter/skills/repeat.js', typed);
  });
  afterEach(async () => {
    answers?.restore();
    answers = undefined;
    await closeEditors();
  });
  after(() => project.remove());

  const run = async (skill: string, ...said: (string | undefined)[]) => {
    answers = new Answers(said);
    const target = { folder: project.folder, agentId: 'greeter', skill };
    return (await vscode.commands.executeCommand('tavora.runSkill', target)) as
      | Awaited<ReturnType<TestApi['runSkill']['run']>>
      | undefined;
  };

  const page = (skill: string) =>
    vscode.workspace.textDocuments.find(
      ({ uri, isClosed }) =>
        uri.scheme === 'tavora-skill-run' && uri.path === `/${skill} (run).md` && !isClosed,
    );

  it('asks for each argument by its type, and shows value, log and time', async () => {
    const outcome = await run('repeat', 'hey', '2', 'true');
    assert.deepEqual(outcome?.result?.value, { text: 'HEYHEY' });
    assert.deepEqual(outcome.logs, ['times 2']);
    assert.match(answers?.asked[0] ?? '', /repeat: text \(1 of 3\): What to repeat\. · string/);
    const text = page('repeat')?.getText() ?? '';
    assert.match(text, /^# repeat\n/);
    assert.match(text, /require\('repeat'\)\(\{"text":"hey","times":2,"loud":true\}\)/);
    assert.match(text, /Ended after \d[\d.]* m?s, as Greeter\./);
    assert.match(text, /"text": "HEYHEY"/);
    assert.match(text, /## Log\n\n```\ntimes 2\n/);
  });

  it('remembers the last arguments', async () => {
    await run('repeat', 'ab', '3', '(left out)');
    answers?.restore();
    const values: (string | undefined)[] = [];
    const original = vscode.window.showInputBox;
    const listen = async (options: vscode.InputBoxOptions) => {
      values.push(options.value);
      return undefined;
    };
    Object.assign(vscode.window, { showInputBox: listen });
    try {
      await vscode.commands.executeCommand('tavora.runSkill', {
        folder: project.folder,
        agentId: 'greeter',
        skill: 'repeat',
      });
    } finally {
      Object.assign(vscode.window, { showInputBox: original });
    }
    assert.deepEqual(values, ['ab']);
  });

  it('refuses an argument of the wrong type while it is typed', async () => {
    const messages = new Messages();
    try {
      await run('repeat', 'ab', 'many');
      assert.ok(messages.find(/refuses "many".*is a number/s), JSON.stringify(messages.shown));
    } finally {
      messages.restore();
    }
  });

  it('runs the text that the editor shows, saved or not', async () => {
    const document = await vscode.workspace.openTextDocument(project.uri('agents/greeter/skills/repeat.js'));
    await replace(document, 'text.repeat(args.times || 1)', '"unsaved"');
    assert.ok(document.isDirty);
    const outcome = await run('repeat', 'hey', '', '(left out)');
    assert.deepEqual(outcome?.result?.value, { text: 'unsaved' });
  });

  it('marks the line of the source at which it failed, and goes there', async () => {
    const source = '/** Fails. */\nconst order = null;\n\nreturn order.total;\n';
    await project.write('agents/greeter/skills/fails.js', source);
    const uri = project.uri('agents/greeter/skills/fails.js');
    const outcome = await run('fails');
    assert.equal(outcome?.error?.line, 4);
    const [problem] = runErrors(uri);
    assert.equal(problem?.range.start.line, 3);
    assert.match(problem.message, /TypeError/);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), uri.toString());
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 3);
    assert.match(page('fails')?.getText() ?? '', /## Error in agents\/greeter\/skills\/fails\.js:4/);
    const document = await vscode.workspace.openTextDocument(uri);
    await replace(document, 'null', '{ total: 1 }');
    await until('the mark is gone with the edit', () => runErrors(uri).length === 0);
  });

  it('asks the person what the skill asks', async () => {
    const source =
      "const sure = confirm('Sure?');\nconst size = choice('Size?', ['S', 'L']);\nconst note = input('Note?');\nreturn { sure, size, note };\n";
    await project.write('agents/greeter/skills/asks.js', source);
    const outcome = await run('asks', 'Yes', 'L', 'hello');
    assert.deepEqual(outcome?.result?.value, { sure: true, size: 'L', note: 'hello' });
    assert.deepEqual(answers?.asked.at(-1), 'Note?: ');
  });

  it('stops when the person leaves its question', async () => {
    const messages = new Messages();
    try {
      assert.equal(await run('asks', 'Yes', undefined), undefined);
      assert.deepEqual(messages.shown, []);
    } finally {
      messages.restore();
    }
    const outcome = await run('asks', 'No', 'S', 'x');
    assert.deepEqual(outcome?.result?.value, { sure: false, size: 'S', note: 'x' });
  });
});
