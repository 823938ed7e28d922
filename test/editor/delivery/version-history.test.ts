import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { startReduced } from '../../fixtures/servers/reduced';
import { until } from '../support/api';
import { desk } from '../support/desk';
import { agree, presses } from '../support/messages';
import { syncElsewhere } from '../support/second-client';
import { forgetServers, workOn } from '../support/servers';

const persona = 'agents/greeter/persona.md';

describe('The versions of an agent, in words', function () {
  // A server has to start, and evals to run.
  this.timeout(120_000);

  const here = desk('versioned', { each: true });

  beforeEach(async () => {
    const file = { name: 'greets', input: 'Greet Ada', expectations: [{ kind: 'contains', value: 'Ada' }] };
    await here.made.write('agents/greeter/evals/greets-by-name.json', JSON.stringify(file));
    await until('it is read', () => here.made.now.agent('greeter')?.evals[0]?.name === 'greets');
  });

  const target = () => ({ folder: here.made.folder, agentId: 'greeter' });
  /** @param typed the name of production, where that is asked for */
  const deploy = async (...typed: string[]) => {
    here.person(agree, typed);
    await vscode.commands.executeCommand('tavora.deploy', { ...target(), agreed: true });
  };
  const rows = async () => {
    const { explorer } = here.api;
    const root = explorer.rows.find(({ project }) => project.folder.path === here.made.folder.path);
    const row = root?.children[0]?.children.find(({ kind }) => kind === 'versions');
    return row ? await explorer.getChildren(row) : [];
  };
  const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
  /** The row of a version, once these words stand beside it. */
  const says = async (version: string, words: RegExp) => {
    let said = '';
    try {
      return await until(`${version} says ${words}`, async () => {
        const listed = await rows();
        said = listed.map(({ label, description }) => `${label}: ${description}`).join('\n');
        const found = listed.find(({ label }) => label === version);
        return words.test(found?.description ?? '') ? found : undefined;
      });
    } catch (error) {
      throw new Error(`The versions are\n${said}`, { cause: error });
    }
  };

  it('says of each version when it was made, by whom, and what its evals came to', async () => {
    await vscode.commands.executeCommand('tavora.evaluate', target());
    await deploy();
    await syncElsewhere(here.api, here.made, { [persona]: 'Of a colleague.\n' }, { deploy: true });
    await vscode.commands.executeCommand('tavora.refresh');
    // Nobody has run evals over theirs.
    await says('v1.0.1', /^live · [^·]+ · [^·]*somebody\/else$/);
    await says('v1.0.0', /^(just now|[^·]+ ago) · from here · 10\.0 of 10, 1\/1 passed$/);
  });

  it('knows on a server of the public reference what was evaluated from here', async () => {
    const server = await startReduced({
      file: vscode.Uri.joinPath(here.api.context.extensionUri, 'dist', 'runtime.js').fsPath,
    });
    try {
      await workOn(here.api, 'Public', server);
      await vscode.commands.executeCommand('tavora.evaluate', target());
      await deploy();
      await here.made.write(persona, 'Greet, and never evaluate.\n');
      await deploy();
      await says('v1.0.1', /^live · [^·]+ · from here$/);
      await says('v1.0.0', /^[^·]+ · from here · 10\.0 of 10, 1\/1 passed$/);
    } finally {
      await forgetServers(here.api, server);
      await server.close();
    }
  });

  it('has one version compared with what the person picks: draft, working tree, or another', async () => {
    await deploy();
    await here.made.write(persona, 'Greet in the second.\n');
    await deploy();
    await here.made.write(persona, 'Greet in the draft.\n');
    await here.api.drafts.sync(here.made.now, AbortSignal.timeout(30_000));
    await here.made.write(persona, 'Greet in the file.\n');
    const newest = await says('v1.0.1', /^live · /);
    for (const [picked, title] of [
      ['Draft', 'greeter: v1.0.1 ↔ draft'],
      ['Working Tree', 'greeter: v1.0.1 ↔ Working Tree'],
      ['v1.0.0', 'greeter: v1.0.0 ↔ v1.0.1'],
    ] as const) {
      here.person(presses(), [picked]);
      await vscode.commands.executeCommand('tavora.compareVersions', newest);
      await until(title, () => tabs().some((label) => label.startsWith(title)));
    }
    const before = tabs();
    here.person(presses(), [undefined]);
    await vscode.commands.executeCommand('tavora.compareVersions', newest);
    assert.deepEqual(tabs(), before);
  });

  it('has nothing to go back to while there is one version', async () => {
    await deploy();
    const { messages } = here.person(presses('Roll Back'));
    await vscode.commands.executeCommand('tavora.rollBack', target());
    assert.deepEqual(
      messages.shown.map(({ message }) => message),
      ['greeter has no version but the one that is live; there is none to go back to.'],
    );
  });

  it('is gone back in on production only by whoever types its name, before any file is written', async () => {
    const { profiles } = here.api.connection;
    const shop = { id: 'shop', label: 'Live Shop', url: 'embedded', environment: 'roll-back-test' };
    await profiles.save({ ...shop, production: true });
    try {
      await here.api.connection.choose('shop');
      const before = await here.made.read(persona);
      await deploy('Live Shop');
      await here.made.write(persona, 'Another one.\n');
      await deploy('Live Shop');
      const first = await says('v1.0.0', /from here/);
      for (const typed of ['live shop', undefined]) {
        const { questions } = here.person(presses('Roll Back'), [typed]);
        await vscode.commands.executeCommand('tavora.rollBack', first);
        assert.deepEqual(questions.asked, [
          'Live Shop is marked as production: Type Live Shop to roll greeter back to v1.0.0',
        ]);
        assert.equal(await here.made.read(persona), 'Another one.\n');
        assert.equal((await rows()).length, 2);
      }
      here.person(presses('Roll Back'), ['Live Shop']);
      await vscode.commands.executeCommand('tavora.rollBack', first);
      await says('v1.0.2', /^live · /);
      assert.equal(await here.made.read(persona), before);
    } finally {
      await forgetServers(here.api);
    }
  });
});
