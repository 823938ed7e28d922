import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { TavoraClient } from '../../../src/client';
import { buildManifest, loadProject } from '../../../src/project';
import type { DeployResult } from '../../../src/protocol';
import { type ReducedServer, startReduced } from '../../fixtures/servers/reduced';
import { until, write } from '../support/api';
import { desk } from '../support/desk';
import { agree, type Press } from '../support/messages';
import { forgetServers, workOn } from '../support/servers';

const persona = 'agents/greeter/persona.md';

describe('The preview of a deployment to a server of the public reference', () => {
  const here = desk('public', { press: (shown) => press(shown) });
  let server: ReducedServer;
  let press: Press;

  before(async () => {
    server = await startReduced({
      file: vscode.Uri.joinPath(here.api.context.extensionUri, 'dist', 'runtime.js').fsPath,
    });
    await workOn(here.api, 'Public', server);
  });
  after(async () => {
    await forgetServers(here.api, server);
    await server.close();
  });
  beforeEach(() => {
    press = agree;
  });

  const deploy = () =>
    vscode.commands.executeCommand<DeployResult | undefined>('tavora.deploy', { folder: here.made.folder });
  const edit = async (text: string) => {
    await write(here.made.uri(persona), text);
    await here.api.workspaces.reload();
    await until('the edit is read', () => here.made.now.project.text(persona) === text);
  };
  const question = () => here.messages.shown.find(({ buttons }) => buttons.includes('Details'));

  it('compares with what was kept of the version that was deployed from here', async () => {
    assert.equal((await deploy())?.agents[0]?.semver, '1.0.0');
    await edit('You greet people warmly.\n');
    here.messages.shown.length = 0;
    assert.ok(await deploy());
    assert.match(question()?.message ?? '', /greeter: 1 file \(1 changed\) against v1\.0\.0\./);
    assert.equal(question()?.kind, 'showInformationMessage');
  });

  it('says what is not known of a version that was deployed from elsewhere', async () => {
    const full = new TavoraClient({ baseUrl: server.full.url, apiKey: server.full.apiKey });
    try {
      await edit('You are theirs.\n');
      await full.source.sync(buildManifest(await loadProject(here.made.now.files)));
      await full.source.deploy({ project: 'public' });
      await edit('You greet people by name.\n');
      press = () => 'Cancel';
      assert.equal(await deploy(), undefined);
      const { message = '', kind } = question() ?? {};
      assert.equal(kind, 'showWarningMessage');
      assert.match(message, /Public has v\S+ of greeter, .*this folder last saw v/);
      assert.match(message, /The server gives only persona and skills of v\S+ of greeter|is not known/);
    } finally {
      await full.close();
    }
  });
});
