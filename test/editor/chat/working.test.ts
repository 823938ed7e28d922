import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ChatNotification } from '../../../src/webviews/chat/messages';
import { PoliteError } from '../../../src/workbench/shared/errors';
import { until } from '../support/api';
import { askingSkill, chatDesk } from '../support/chat';

describe('Working in the chat', () => {
  const { here, chat, ending, said } = chatDesk('working');

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
      const client = await here.api.connection.client();
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
      const sound = await here.made.read('agents/greeter/skills/greet.js');
      await here.made.write('agents/greeter/skills/greet.js', 'module.exports = (;');
      await chat().resend(0, 'Greet Finn');
      assert.equal(ending()?.kind, 'refused');
      assert.deepEqual(said(), ['Greet Ada', 'Greet Finn']);
      assert.equal(chat().sessionId, parent);
      await here.made.write('agents/greeter/skills/greet.js', sound);
    });

    it('is asked in one fork however often the button is pressed', async () => {
      await chat().send('Greet Ada');
      const parent = chat().sessionId ?? '';
      const begun = await Promise.all([chat().resend(0, 'Greet Gus'), chat().resend(0, 'Greet Gus')]);
      assert.deepEqual(begun, [true, false]);
      assert.deepEqual([said(), ending()], [['Greet Gus'], { kind: 'done' }]);
      const client = await here.api.connection.client();
      const sessions = await client.sessions.list({ limit: 50 });
      const forks = sessions.filter(({ metadata }) => metadata?.parent_session_id === parent);
      assert.deepEqual(
        forks.map(({ id }) => id),
        [chat().sessionId],
      );
    });

    it('gives back what was typed for it when it cannot be asked, and nothing else', async () => {
      await chat().send('Greet Ada');
      const view = here.api.chat;
      const page: unknown = Reflect.get(view, 'page');
      const written: string[] = [];
      const post = (told: ChatNotification) => told.type === 'write' && written.push(told.text);
      Object.assign(view, { page: { post } });
      try {
        for (const edited of [true, false]) {
          const asked = view.handle({ type: 'resend', turn: 7, text: 'Greet Hal', edited });
          await assert.rejects(asked, /does not have that message/);
        }
      } finally {
        Object.assign(view, { page });
      }
      assert.deepEqual(written, ['Greet Hal']);
    });

    it('cannot be one that the server does not have', async () => {
      await chat().send('Greet Ada');
      await assert.rejects(chat().resend(7, 'x'), /does not have that message/);
      assert.deepEqual(said(), ['Greet Ada']);
    });
  });

  it('keeps a message for the end of the run, and sends it then', async () => {
    const sound = await here.made.read('agents/greeter/skills/greet.js');
    await here.made.write('agents/greeter/skills/greet.js', askingSkill);
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
    assert.equal(await chat().unqueue(1, 'Greet Cleo'), 'Greet Cleo');
    await chat().answer(first, true);
    const second = await until('the second message is asked about', async () => {
      const id = await question();
      return id === first ? undefined : id;
    });
    await chat().answer(second, false);
    await run;
    assert.deepEqual(said(), ['Greet Ada', 'Greet Bob']);
    assert.deepEqual([ending(), chat().state.queue], [{ kind: 'done' }, []]);
    await here.made.write('agents/greeter/skills/greet.js', sound);
  });

  it('ends a run well, keeps what waits and says why, where what waits has no agent any more', async () => {
    const { turns, queue } = chat();
    const run = chat().send('Greet Ada');
    await chat().send('Greet Bob');
    Object.assign(turns, {
      wantAgent: () => {
        throw new PoliteError('There is no agent to send this to.');
      },
    });
    try {
      await run;
    } finally {
      Reflect.deleteProperty(turns, 'wantAgent');
    }
    assert.deepEqual([said(), ending(), queue.list], [['Greet Ada'], { kind: 'done' }, ['Greet Bob']]);
    assert.ok(here.messages.find(/There is no agent to send this to/));
    await queue.take(0, 'Greet Bob');
  });

  it('says two messages that come at once one after the other', async () => {
    await Promise.all([chat().send('Greet Ada'), chat().send('Greet Bob')]);
    assert.deepEqual([said(), chat().state.queue], [['Greet Ada', 'Greet Bob'], []]);
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

  it('stops the first run of a conversation at what it may cost', async () => {
    const settings = vscode.workspace.getConfiguration('tavora');
    const set = async (name: string, value: unknown) =>
      settings.update(name, value, vscode.ConfigurationTarget.Global);
    await set('modelPrices', { 'local/': { prompt: 1000, completion: 1000 } });
    await set('chat.maxCost', 0.0001);
    try {
      await chat().send('Greet Ada');
      const stopped = ending();
      assert.ok(stopped?.kind === 'limited', JSON.stringify(stopped));
      assert.match(stopped.message, /has cost \$\d.*tavora\.chat\.maxCost allows \$0\.0001\./);
      await set('chat.maxCost', 1000);
      await chat().goOn();
      assert.deepEqual([said(), ending()], [['Greet Ada'], { kind: 'done' }]);
      await set('chat.maxCost', 0.0001);
      await set('modelPrices', {});
      await chat().begin();
      await chat().send('Greet Bob');
      assert.deepEqual(ending(), { kind: 'done' });
      await until('the person is told that the limit holds nothing', () =>
        here.messages.find(/maxCost does not hold local\/rehearsal: its price is not in tavora\.modelPrices/),
      );
    } finally {
      await set('chat.maxCost', undefined);
      await set('modelPrices', undefined);
    }
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
      await here.made.write('notes.md', 'Some ```code``` here.\n');
      await vscode.commands.executeCommand('tavora.attachToChat', here.made.uri('notes.md'));
      const { document } = await vscode.window.showTextDocument(here.made.skill);
      const [editor] = vscode.window.visibleTextEditors.filter((one) => one.document === document);
      assert.ok(editor);
      editor.selection = new vscode.Selection(0, 0, 1, 0);
      await vscode.commands.executeCommand('tavora.attachToChat', here.made.skill);
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
        const file = here.made.uri('thing.bin');
        await vscode.workspace.fs.writeFile(file, bytes);
        await vscode.commands.executeCommand('tavora.attachToChat', file);
        await until('it is refused', () => here.messages.find(refusal));
        assert.deepEqual(chat().state.attachments, []);
        await vscode.workspace.fs.delete(file);
      });
    }
  });

  describe('the log of runs', () => {
    const logs = async () => {
      await here.api.runLogs.settled();
      const entries = await vscode.workspace.fs.readDirectory(here.made.uri('.runs'));
      return entries
        .map(([name]) => name)
        .filter((name) => name.endsWith('.md'))
        .sort();
    };

    it('has a file for each session, named by time, agent and session', async () => {
      await chat().send('Greet Ada');
      const id = chat().sessionId ?? '';
      const name = (await logs()).find((one) => one.includes(id));
      assert.match(name ?? '', /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z-greeter-.+\.md$/);
      const text = await here.made.read(`.runs/${name}`);
      assert.match(text, /^# Greet Ada\n/);
      assert.match(text, /## You\n\nGreet Ada\n/);
      assert.match(text, /## Answer\n\n/);
    });

    it('keeps as many as the project says, the newest', async () => {
      await here.made.write('tavora.jsonc', '{ "project": "working", "retention": { "runs": 1 } }');
      await chat().send('Greet Zoe');
      const left = await logs();
      assert.deepEqual(
        left,
        left.filter((name) => name.includes(chat().sessionId ?? 'none')),
      );
      assert.equal(left.length, 1);
    });

    it('writes none where the project keeps none, and leaves what is there', async () => {
      const before = await logs();
      await here.made.write('tavora.jsonc', '{ "project": "working", "retention": { "runs": 0 } }');
      await chat().send('Greet Yan');
      assert.deepEqual(await logs(), before);
      await here.made.write('tavora.jsonc', '{ "project": "working", "retention": { "runs": 1 } }');
    });

    it('keeps the log of an old session that goes on', async () => {
      await chat().send('Greet Ada');
      const client = await here.api.connection.client();
      const { session: old } = await client.sessions.get(chat().sessionId ?? '');
      await chat().begin();
      await chat().send('Greet Bob');
      await chat().resume(old);
      await chat().send('Greet Cleo');
      const [only, ...others] = await logs();
      assert.ok(only?.endsWith(`-greeter-${old.id}.md`), only);
      assert.deepEqual(others, []);
      assert.match(await here.made.read(`.runs/${only}`), /Greet Ada[\s\S]*Greet Cleo/);
    });

    it('has one of a run that was stopped, and git is to take none', async () => {
      const sound = await here.made.read('agents/greeter/skills/greet.js');
      await here.made.write('agents/greeter/skills/greet.js', askingSkill);
      const run = chat().send('Greet Eve');
      await until(
        'it asks',
        () => here.messages.find(/asks: Greet .*\?$/) || chat().state.busy === 'running',
      );
      await until('it has a session', () => chat().sessionId);
      chat().stop();
      await run;
      await here.made.write('agents/greeter/skills/greet.js', sound);
      const left = await logs();
      assert.ok(
        left.some((name) => name.endsWith(`-${chat().sessionId}.md`)),
        left.join(),
      );
      assert.equal(await here.made.read('.runs/.gitignore'), '*\n');
    });
  });

  it('goes on with an earlier conversation', async () => {
    await chat().send('Greet Ada');
    const client = await here.api.connection.client();
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
    const sound = await here.made.read('agents/greeter/skills/greet.js');
    await here.made.write('agents/greeter/skills/greet.js', askingSkill);
    let press = (_label: string) => {};
    const { messages } = here.person(
      async () =>
        await new Promise<string>((resolve) => {
          press = resolve;
        }),
    );
    const run = chat().send('Greet Ada');
    const told = await until('the person is told', () => messages.find(/asks: Greet .*\?$/));
    assert.deepEqual(told.buttons, ['Answer']);
    press('Answer');
    await until('the chat is shown', () => here.api.chat.view?.visible);
    assert.equal(here.api.chat.view?.badge, undefined);
    chat().stop();
    await run;
    await here.made.write('agents/greeter/skills/greet.js', sound);
  });

  it('tells the person of a run that was stopped at its limit where nobody sees it', async () => {
    await vscode.commands.executeCommand('workbench.view.explorer');
    await limit(1);
    await chat().send('Greet Ada');
    await limit(undefined);
    const told = /was stopped at your limit\. This run has used .* tokens/;
    const shown = await until('the person is told', () => here.messages.find(told));
    assert.deepEqual(shown.buttons, ['Show Chat']);
  });

  it('tells the person of a message that was not sent where nobody sees it, and of nothing that went well', async () => {
    await vscode.commands.executeCommand('workbench.view.explorer');
    await chat().send('Greet Ada');
    assert.equal(here.messages.shown.length, 0);
    const sound = await here.made.read('agents/greeter/skills/greet.js');
    await here.made.write('agents/greeter/skills/greet.js', 'module.exports = (;');
    await chat().send('Greet Bob');
    await until('the person is told', () => here.messages.find(/was not sent the message: /));
    await here.made.write('agents/greeter/skills/greet.js', sound);
  });
});
