import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type FaultServer, startFaultServer } from '../../fixtures/servers';
import { until } from '../support/api';
import { askingSkill, chatDesk, questionIn } from '../support/chat';
import { type Press, presses } from '../support/messages';
import { forgetServers } from '../support/servers';

const wait = 'Wait until It Is Done';
const now = 'Switch Now';

describe('Another server chosen while the agent of the chat works', () => {
  const { here, chat } = chatDesk('switching');
  let server: FaultServer;
  let run: Promise<void>;
  let sessionId = '';

  before(async () => {
    await here.made.write('agents/greeter/skills/greet.js', askingSkill);
    server = await startFaultServer({
      kind: 'answer',
      body: { id: 'p', name: 'P', created_at: '', updated_at: '' },
    });
    await here.api.connection.profiles.save({ id: 'away', label: 'Away', url: server.url });
    await here.api.connection.keys.set(server.url, 'tvr_away');
  });
  after(async () => {
    await forgetServers(here.api, server);
    await server.close();
  });
  beforeEach(async () => {
    await here.api.connection.choose('embedded');
    await chat().begin();
    run = chat().send('Greet Ada');
    await until('it asks', () => questionIn(chat()));
    sessionId = chat().sessionId ?? '';
  });
  afterEach(async () => {
    await here.api.connection.choose('embedded');
    await chat().begin();
    await chat().queue.takeReturned();
  });

  const chosen = () => here.api.connection.state.server.id;
  const stored = async () => (await (await here.api.connection.client()).sessions.get(sessionId)).session;
  const question = () => here.messages.find(/^Switch to Away and break off what goes on here\?$/);
  const choose = (press: Press) => {
    here.person(press, ['Away']);
    return vscode.commands.executeCommand('tavora.connect');
  };

  it('is asked about by name, and not chosen when the person stays', async () => {
    await choose(() => undefined);
    assert.match(
      question()?.detail ?? '',
      /^Greeter is still working in the chat\. Its run ends then; what was done until then is kept/,
    );
    assert.deepEqual(question()?.buttons, [wait, now]);
    assert.equal(chosen(), 'embedded');
    assert.equal((await stored()).status, 'waiting');
  });

  it('is chosen once the run is done when the person waits, with all that it did', async () => {
    const choosing = choose(presses(wait));
    await until('the person was asked', question);
    assert.equal(chosen(), 'embedded');
    await chat().answer(questionIn(chat()) ?? '', true);
    await run;
    await choosing;
    assert.equal(chosen(), 'away');
    await here.api.connection.choose('embedded');
    assert.equal((await stored()).status, 'completed');
  });

  it('is chosen once what waited was said too', async () => {
    await chat().send('Greet Bob');
    const choosing = choose(presses(wait));
    await until('the person was asked', question);
    const first = questionIn(chat());
    await chat().answer(first ?? '', true);
    const second = await until('it asks again', () => {
      const next = questionIn(chat());
      return next === first ? undefined : next;
    });
    assert.equal(chosen(), 'embedded');
    await chat().answer(second, true);
    await choosing;
    assert.equal(chosen(), 'away');
  });

  it('ends the run before, on the record, when the person says so', async () => {
    await chat().send('Greet Bob');
    await choose(presses(now));
    await run;
    assert.equal(chosen(), 'away');
    // The page is told when it listens.
    await here.api.chat.handle({ type: 'ready' });
    const told = /^A message that waited to be sent .* is in the message box again\.$/;
    await until('the person is told', () => here.messages.find(told));
    await here.api.connection.choose('embedded');
    assert.equal((await stored()).status, 'cancelled');
  });

  it('is chosen though the server does not say any more what became of the run', async () => {
    const { sessions } = await here.api.connection.client();
    let giveUp: (error: Error) => void = () => undefined;
    const silence = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    Object.assign(sessions, { get: () => silence });
    const progress = vscode.window.withProgress;
    const titles: (string | undefined)[] = [];
    const listen: typeof progress = (options, task) => {
      titles.push(options.title);
      return progress(options, task);
    };
    Object.assign(vscode.window, { withProgress: listen });
    try {
      await choose(presses(now));
      assert.equal(chosen(), 'away');
      assert.ok(titles.includes('Ending what goes on here…'), titles.join());
    } finally {
      Object.assign(vscode.window, { withProgress: progress });
      Reflect.deleteProperty(sessions, 'get');
      giveUp(new Error('It is not asked any more.'));
    }
    await run;
    await here.api.connection.choose('embedded');
    assert.equal((await stored()).status, 'cancelled');
  });

  it('is chosen without a word when nothing goes on', async () => {
    await chat().answer(questionIn(chat()) ?? '', true);
    await run;
    await choose(() => undefined);
    assert.equal(question(), undefined);
    assert.equal(chosen(), 'away');
  });
});
