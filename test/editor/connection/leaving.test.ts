import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type ReducedServer, startReduced } from '../../fixtures/servers/reduced';
import { until } from '../support/api';
import { askingSkill, chatDesk, questionIn } from '../support/chat';
import { type Press, presses } from '../support/messages';
import { forgetServers, workOn } from '../support/servers';

const wait = 'Wait until It Is Done';

describe('A server that goes away while the agent of the chat works', function () {
  this.timeout(60_000);

  const { here, chat } = chatDesk('left');
  let run: Promise<void>;
  let sessionId = '';

  before(() => here.made.write('agents/greeter/skills/greet.js', askingSkill));
  afterEach(async () => {
    await here.api.connection.choose('embedded');
    await chat().begin();
    await chat().queue.takeReturned();
  });

  const greet = async () => {
    await chat().begin();
    run = chat().send('Greet Ada');
    await until('it asks', () => questionIn(chat()));
    sessionId = chat().sessionId ?? '';
  };
  const stored = async () => (await (await here.api.connection.client()).sessions.get(sessionId)).session;
  const command = (name: string, press: Press) => {
    here.person(press);
    return vscode.commands.executeCommand(name);
  };

  describe('because the embedded runtime is restarted', () => {
    const question = () =>
      here.messages.find(/^Restart the embedded runtime and break off what goes on here\?$/);
    let before: number | undefined;

    beforeEach(async () => {
      await greet();
      before = here.api.connection.runtimePid;
      assert.ok(before);
    });

    it('is not restarted when the person stays', async () => {
      await command('tavora.restartRuntime', presses());
      assert.match(question()?.detail ?? '', /^Greeter is still working in the chat\. Its run ends then; /);
      assert.deepEqual(question()?.buttons, [wait, 'Restart Now']);
      assert.equal(here.api.connection.runtimePid, before);
      assert.equal((await stored()).status, 'waiting');
    });

    it('is restarted once the run is done when the person waits', async () => {
      const restarting = command('tavora.restartRuntime', presses(wait));
      await until('the person was asked', question);
      assert.equal(here.api.connection.runtimePid, before);
      await chat().answer(questionIn(chat()) ?? '', true);
      await run;
      await restarting;
      assert.notEqual(here.api.connection.runtimePid, before);
      assert.equal((await stored()).status, 'completed');
    });

    it('ends the run before, on the record, when the person says so', async () => {
      await command('tavora.restartRuntime', presses('Restart Now'));
      await run;
      assert.notEqual(here.api.connection.runtimePid, before);
      assert.equal((await stored()).status, 'cancelled');
    });
  });

  describe('because its key is removed', () => {
    let server: ReducedServer;
    const question = () => here.messages.find(/^Remove the key of Mine and break off what goes on here\?$/);

    beforeEach(async () => {
      server = await startReduced({
        file: vscode.Uri.joinPath(here.api.context.extensionUri, 'dist', 'runtime.js').fsPath,
      });
      await workOn(here.api, 'Mine', server.full);
      await greet();
    });
    afterEach(async () => {
      await forgetServers(here.api, server.full);
      await server.close();
    });

    it('keeps its key and the run when the person stays', async () => {
      await command('tavora.signOut', presses());
      assert.match(question()?.detail ?? '', /^Greeter is still working in the chat\./);
      assert.deepEqual(question()?.buttons, [wait, 'Remove Now']);
      assert.equal(await here.api.connection.keys.get(server.full.url), server.full.apiKey);
      assert.equal((await stored()).status, 'waiting');
    });

    it('ends the run before, on the record, when the person says so', async () => {
      await command('tavora.signOut', presses('Remove Now'));
      await run;
      assert.equal(await here.api.connection.keys.get(server.full.url), undefined);
      await workOn(here.api, 'Mine', server.full);
      assert.equal((await stored()).status, 'cancelled');
    });
  });
});
