import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DeployResult } from '../../../src/protocol';
import { type ReducedServer, startReduced } from '../../fixtures/servers/reduced';
import { desk } from '../support/desk';
import { agree, presses } from '../support/messages';
import { forgetServers, workOn } from '../support/servers';

const config = 'agents/greeter/agent.jsonc';

describe('A deployment that the evals of a server of the public reference decide on', function () {
  // A runtime of its own, and multi-diffs.
  this.timeout(60_000);

  const here = desk('public-gated', { press: agree });
  let server: ReducedServer;

  before(async () => {
    const text = await here.made.read(config);
    await here.made.write(config, text.replace(/\{/, '{ "deploy": { "runEvals": true },'));
    for (const { path } of here.made.now.agent('greeter')?.evals ?? []) await here.made.delete(path);
    server = await startReduced({
      file: vscode.Uri.joinPath(here.api.context.extensionUri, 'dist', 'runtime.js').fsPath,
    });
    await workOn(here.api, 'Public', server);
  });
  after(async () => {
    await forgetServers(here.api, server);
    await server.close();
  });

  const wants = (value: string) =>
    here.made.write(
      'agents/greeter/evals/hello.json',
      JSON.stringify({ name: 'Says hello', input: 'Greet Ada', expectations: [{ kind: 'contains', value }] }),
    );
  const deploy = () =>
    vscode.commands.executeCommand<DeployResult | undefined>('tavora.deploy', { folder: here.made.folder });
  const question = () => here.messages.shown.find(({ buttons }) => buttons.includes('Details'));
  const newest = async () =>
    (await here.api.delivery.entries()).find(({ project }) => project === 'public-gated');

  it('names the failed cases, which such a refusal does not, and is noted with what they said', async () => {
    await wants('a word that nobody says');
    assert.equal(await deploy(), undefined);
    assert.equal(
      here.messages.shown.at(-1)?.message,
      'public-gated was not deployed: 1 eval failed. “Says hello” scored 0.',
    );
    assert.equal((await newest())?.gate, '1 of 1 failed');
  });

  it('says before that they failed on these files', async () => {
    here.person(presses('Cancel'));
    assert.equal(await deploy(), undefined);
    assert.match(question()?.message ?? '', /that decide on greeter failed on these files: 1 of 1/);
  });

  it('says before that they passed, once they were run from the Test Explorer', async () => {
    await wants('Ada');
    await vscode.commands.executeCommand('tavora.evaluate', { folder: here.made.folder });
    assert.ok(await deploy(), JSON.stringify(here.messages.shown));
    assert.match(question()?.message ?? '', /that decide on greeter passed on these files: 1 of 1/);
    assert.equal((await newest())?.gate, '1 of 1 passed');
  });
});
