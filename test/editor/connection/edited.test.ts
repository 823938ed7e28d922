import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type FaultServer, startFaultServer } from '../../fixtures/servers';
import { type ReducedServer, startReduced } from '../../fixtures/servers/reduced';
import { until } from '../support/api';
import { askingSkill, chatDesk, questionIn } from '../support/chat';
import { forgetServers, workOn } from '../support/servers';

describe('The chosen server, edited in the settings while the agent of the chat works', function () {
  this.timeout(60_000);

  const { here, chat, ending, said } = chatDesk('edited');
  let server: ReducedServer;
  let other: FaultServer;
  let run: Promise<void>;
  let sessionId = '';

  before(async () => {
    await here.made.write('agents/greeter/skills/greet.js', askingSkill);
    other = await startFaultServer({
      kind: 'answer',
      body: { id: 'p', name: 'P', created_at: '', updated_at: '' },
    });
  });
  after(() => other.close());
  beforeEach(async () => {
    server = await startReduced({
      env: { TAVORA_RUN_GRACE_SECONDS: '300' },
      file: vscode.Uri.joinPath(here.api.context.extensionUri, 'dist', 'runtime.js').fsPath,
    });
    await workOn(here.api, 'Mine', server.full);
    await chat().begin();
    run = chat().send('Greet Ada');
    await until('it asks', () => questionIn(chat()));
    sessionId = chat().sessionId ?? '';
    await chat().send('Greet Bob');
  });
  afterEach(async () => {
    await chat().begin();
    await chat().queue.takeReturned();
    await forgetServers(here.api, server.full);
    await server.close();
  });

  const edit = (change: object) =>
    here.api.connection.profiles.save({ id: 'mine', label: 'Mine', url: server.full.url, ...change });
  const stored = async () => (await (await here.api.connection.client()).sessions.get(sessionId)).session;

  it('goes on with the run under another label and colour', async () => {
    await edit({ label: 'Ours', color: 'warning' });
    await until('the label is taken up', () => here.api.connection.state.server.label === 'Ours');
    assert.equal(here.api.connection.state.kind, 'connected');
    assert.equal(here.api.statusBar.background, 'statusBarItem.warningBackground');
    await chat().queue.take(0, 'Greet Bob');
    await chat().answer(questionIn(chat()) ?? '', true);
    await run;
    assert.deepEqual(ending(), { kind: 'done' });
    assert.equal(here.messages.find(/tavora\.servers/), undefined);
  });

  it('ends the run at its old address, on the record, says so, and loses nothing', async () => {
    await edit({ url: other.url });
    await run;
    await until('the address is taken up', () => here.api.connection.state.server.origin === other.url);
    const told = here.messages.find(
      /^Mine was changed in the setting tavora\.servers, so what goes on there is being ended: Greeter is still working in the chat\. Its run ends then; /,
    );
    assert.equal(told?.kind, 'showWarningMessage', JSON.stringify(here.messages.shown));
    assert.deepEqual(ending(), { kind: 'stopped' });
    assert.deepEqual([said(), chat().state.queue], [['Greet Ada'], ['Greet Bob']]);
    await edit({});
    await until('the address is back', () => here.api.connection.state.server.origin === server.full.url);
    assert.equal((await stored()).status, 'cancelled');
  });

  it('ends the run where it is taken out, says so, and gives back what waited', async () => {
    await vscode.workspace
      .getConfiguration('tavora')
      .update('servers', undefined, vscode.ConfigurationTarget.Global);
    await run;
    await until('the embedded runtime stands in', () => here.api.connection.state.server.embedded);
    assert.ok(
      here.messages.find(/^Mine was taken out of the setting tavora\.servers, so what goes on there /),
    );
    // The page is told when it listens.
    await here.api.chat.handle({ type: 'ready' });
    const told = /^A message that waited to be sent .* is in the message box again\.$/;
    await until('the person is told', () => here.messages.find(told));
    await workOn(here.api, 'Mine', server.full);
    assert.equal((await stored()).status, 'cancelled');
  });
});
