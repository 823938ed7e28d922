import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import type { Ending } from '../../../src/webviews/chat/messages';
import { agentKey } from '../../../src/workbench/chat/agents';
import { activated, closeEditors, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';

const asking = `/**
 * Asks whether to greet.
 * @param {object} args
 * @param {string} args.name - The name of the person to greet
 */
module.exports = function greet(args) {
  return confirm('Greet ' + args.name + '?') ? 'Hello, ' + args.name + '!' : 'Nobody is greeted.';
};
`;

describe('Working in the chat', () => {
  let api: TestApi;
  let made: TestProject;
  let messages: Messages;

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'working');
  });
  after(async () => {
    await chat().begin();
    await made.remove();
  });
  beforeEach(async () => {
    messages = new Messages();
    await chat().choose({ agent: agentKey(made.folder, 'greeter'), target: 'draft' });
    await chat().begin();
  });
  afterEach(async () => {
    messages.restore();
    await closeEditors();
  });

  const chat = () => api.chat.chat;
  const ending = (): Ending | undefined => {
    const last = chat().entries.at(-1);
    return last?.kind === 'ending' ? last.ending : undefined;
  };
  const said = () =>
    chat().entries.flatMap((entry) => {
      if (entry.kind === 'message') {
        return [entry.text];
      }
      return entry.kind === 'step' && entry.step.step_type === 'message' ? [entry.step.content] : [];
    });
  const limit = async (tokens: number | undefined) =>
    vscode.workspace
      .getConfiguration('tavora')
      .update('chat.maxTokens', tokens, vscode.ConfigurationTarget.Global);

  describe('an earlier message asked again', () => {
    it('is asked in a fork, which leaves the session as it is', async () => {
      await chat().send('Greet Ada');
      await chat().send('Greet Bob');
      const parent = chat().sessionId ?? '';
      await chat().resend(1, 'Greet Cleo');
      assert.deepEqual(said(), ['Greet Ada', 'Greet Cleo']);
      assert.deepEqual(ending(), { kind: 'done' });
      assert.notEqual(chat().sessionId, parent);
      const client = await api.connection.client();
      const { steps } = await client.sessions.get(parent);
      assert.equal(steps.filter(({ step_type: type }) => type === 'message').at(-1)?.content, 'Greet Bob');
      const fork = await client.sessions.get(chat().sessionId ?? '');
      assert.equal(fork.session.metadata?.parent_session_id, parent);
    });

    it('goes on from the fork afterwards', async () => {
      await chat().send('Greet Ada');
      await chat().resend(0, 'Greet Dan');
      const fork = chat().sessionId;
      await chat().send('Greet Eve');
      assert.equal(chat().sessionId, fork);
      assert.deepEqual(said(), ['Greet Dan', 'Greet Eve']);
    });

    it('is refused without a loss when the skill does not parse', async () => {
      await chat().send('Greet Ada');
      const parent = chat().sessionId;
      const sound = await made.read('agents/greeter/skills/greet.js');
      await made.write('agents/greeter/skills/greet.js', 'module.exports = (;');
      await chat().resend(0, 'Greet Finn');
      assert.equal(ending()?.kind, 'refused');
      assert.deepEqual(said(), ['Greet Ada', 'Greet Finn']);
      assert.equal(chat().sessionId, parent);
      await made.write('agents/greeter/skills/greet.js', sound);
    });

    it('cannot be one that the server does not have', async () => {
      await chat().send('Greet Ada');
      await assert.rejects(chat().resend(7, 'x'), /does not have that message/);
      assert.deepEqual(said(), ['Greet Ada']);
    });
  });

  it('keeps a message for the end of the run, and sends it then', async () => {
    const sound = await made.read('agents/greeter/skills/greet.js');
    await made.write('agents/greeter/skills/greet.js', asking);
    const question = () =>
      until('the agent asks', () => {
        const asked = chat().entries.findLast(
          (entry) => entry.kind === 'event' && entry.event.type === 'input_request',
        );
        return asked?.kind === 'event' ? String(asked.event.args?.request_id) : undefined;
      });
    const run = chat().send('Greet Ada');
    const first = await question();
    await chat().send('Greet Bob');
    await chat().send('Greet Cleo');
    assert.deepEqual(chat().state.queue, ['Greet Bob', 'Greet Cleo']);
    assert.equal(await chat().unqueue(1), 'Greet Cleo');
    await chat().answer(first, true);
    const second = await until('the second message is asked about', async () => {
      const id = await question();
      return id === first ? undefined : id;
    });
    await chat().answer(second, false);
    await run;
    assert.deepEqual(said(), ['Greet Ada', 'Greet Bob']);
    assert.deepEqual([ending(), chat().state.queue], [{ kind: 'done' }, []]);
    await made.write('agents/greeter/skills/greet.js', sound);
  });

  it('stops a run at its limit, and lets it go on where it was', async () => {
    await limit(1);
    await chat().send('Greet Ada');
    const stopped = ending();
    assert.ok(stopped?.kind === 'limited');
    assert.match(stopped.message, /tokens; the setting tavora\.chat\.maxTokens allows 1\./);
    await limit(undefined);
    await chat().goOn();
    assert.deepEqual(ending(), { kind: 'done' });
    assert.deepEqual(said(), ['Greet Ada']);
  });

  it('asks for a skill by its name after a slash', async () => {
    await chat().send('/greet Ada');
    assert.deepEqual(said(), ['Use the skill "greet" for this: Ada']);
    assert.deepEqual(ending(), { kind: 'done' });
    const names = chat().state.commands.map(({ kind, name }) => `${kind} ${name}`);
    assert.ok(names.includes('skill greet') && names.includes('action history'), names.join());
  });

  describe('attachments', () => {
    it('go along with the next message, each in a fence of its own', async () => {
      await made.write('notes.md', 'Some ```code``` here.\n');
      await vscode.commands.executeCommand('tavora.attachToChat', made.uri('notes.md'));
      const { document } = await vscode.window.showTextDocument(made.skill);
      const [editor] = vscode.window.visibleTextEditors.filter((one) => one.document === document);
      assert.ok(editor);
      editor.selection = new vscode.Selection(0, 0, 1, 0);
      await vscode.commands.executeCommand('tavora.attachToChat', made.skill);
      assert.deepEqual(
        chat().state.attachments.map(({ label, detail }) => [label.split('/').at(-1), detail]),
        [
          ['notes.md', ''],
          ['greet.js', 'lines 1–2'],
        ],
      );
      await chat().send('Greet Ada');
      const [text = ''] = said();
      assert.match(text, /^Greet Ada\n\n`[^`]*notes\.md`:\n\n````\w*\nSome ```code``` here\.\n````\n/);
      assert.match(text, /greet\.js`, lines 1–2:\n\n```javascript\n/);
      assert.deepEqual(chat().state.attachments, []);
    });

    for (const [what, bytes, refusal] of [
      ['a file that is not text', new Uint8Array([80, 75, 0, 4]), /is not text/],
      ['a file that is too large', new Uint8Array(70 * 1024).fill(97), /at most 64 kB/],
    ] as const) {
      it(`refuse ${what}`, async () => {
        const file = made.uri('thing.bin');
        await vscode.workspace.fs.writeFile(file, bytes);
        await vscode.commands.executeCommand('tavora.attachToChat', file);
        await until('it is refused', () => messages.find(refusal));
        assert.deepEqual(chat().state.attachments, []);
        await vscode.workspace.fs.delete(file);
      });
    }
  });

  describe('the log of runs', () => {
    const logs = async () => {
      const entries = await vscode.workspace.fs.readDirectory(made.uri('.runs'));
      return entries.map(([name]) => name).sort();
    };

    it('has a file for each session, named by time, agent and session', async () => {
      await chat().send('Greet Ada');
      const id = chat().sessionId ?? '';
      const name = (await logs()).find((one) => one.includes(id));
      assert.match(name ?? '', /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z-greeter-.+\.md$/);
      const text = await made.read(`.runs/${name}`);
      assert.match(text, /^# Greet Ada\n/);
      assert.match(text, /## You\n\nGreet Ada\n/);
      assert.match(text, /## Answer\n\n/);
    });

    it('keeps as many as the project says, the newest', async () => {
      await made.write('tavora.jsonc', '{ "project": "working", "retention": { "runs": 1 } }');
      await chat().send('Greet Zoe');
      const left = await logs();
      assert.deepEqual(
        left,
        left.filter((name) => name.includes(chat().sessionId ?? 'none')),
      );
      assert.equal(left.length, 1);
    });
  });

  it('goes on with an earlier conversation', async () => {
    await chat().send('Greet Ada');
    const client = await api.connection.client();
    const { session } = await client.sessions.get(chat().sessionId ?? '');
    await chat().begin();
    await chat().resume(session);
    assert.deepEqual(said(), ['Greet Ada']);
    await chat().send('Greet Bob');
    assert.equal(chat().sessionId, session.id);
  });

  it('opens as Markdown', async () => {
    await chat().send('Greet Ada');
    await vscode.commands.executeCommand('tavora.exportChat');
    const editor = await until('the document is open', () => vscode.window.activeTextEditor);
    assert.equal(editor.document.languageId, 'markdown');
    assert.match(editor.document.getText(), /^# Greet Ada\n\n- Session: /);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('tells the person of a question that nobody sees', async () => {
    await vscode.commands.executeCommand('workbench.view.explorer');
    const sound = await made.read('agents/greeter/skills/greet.js');
    await made.write('agents/greeter/skills/greet.js', asking);
    const run = chat().send('Greet Ada');
    await until('the person is told', () => messages.find(/asks: Greet .*\?$/));
    chat().stop();
    await run;
    await made.write('agents/greeter/skills/greet.js', sound);
  });
});
