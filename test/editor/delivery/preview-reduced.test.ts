import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { TavoraClient } from '../../../src/client';
import type { TestApi } from '../../../src/extension';
import { buildManifest, loadProject } from '../../../src/project';
import type { DeployResult } from '../../../src/protocol';
import { type ReducedServer, startReduced } from '../../fixtures/servers/reduced';
import { activated, closeEditors, until, write } from '../support/api';
import { agree, Messages, type Shown } from '../support/messages';
import { TestProject } from '../support/project';

const persona = 'agents/greeter/persona.md';

describe('The preview of a deployment to a server of the public reference', () => {
  let api: TestApi;
  let made: TestProject;
  let server: ReducedServer;
  let messages: Messages;
  let press: (shown: Shown) => string | undefined;

  before(async () => {
    api = await activated();
    made = await TestProject.make(api, 'public');
    server = await startReduced({
      file: vscode.Uri.joinPath(api.context.extensionUri, 'dist', 'runtime.js').fsPath,
    });
    await api.connection.profiles.save({ id: 'public', label: 'Public', url: server.url });
    await api.connection.keys.set(server.url, server.apiKey);
    await api.connection.choose('public');
  });
  after(async () => {
    await api.connection.choose('embedded');
    await api.connection.keys.remove(server.url);
    await vscode.workspace
      .getConfiguration('tavora')
      .update('servers', undefined, vscode.ConfigurationTarget.Global);
    await server.close();
    await made.remove();
  });
  beforeEach(() => {
    press = agree;
    messages = new Messages((shown) => press(shown));
  });
  afterEach(async () => {
    messages.restore();
    await closeEditors();
  });

  const deploy = () =>
    vscode.commands.executeCommand<DeployResult | undefined>('tavora.deploy', { folder: made.folder });
  const edit = async (text: string) => {
    await write(made.uri(persona), text);
    await api.workspaces.reload();
    await until('the edit is read', () => made.now.project.text(persona) === text);
  };
  const question = () => messages.shown.find(({ buttons }) => buttons.includes('Details'));

  it('compares with what was kept of the version that was deployed from here', async () => {
    assert.equal((await deploy())?.agents[0]?.semver, '1.0.0');
    await edit('You greet people warmly.\n');
    messages.shown.length = 0;
    assert.ok(await deploy());
    assert.match(question()?.message ?? '', /greeter: 1 file \(1 changed\) against v1\.0\.0\./);
    assert.equal(question()?.kind, 'showInformationMessage');
  });

  it('says what is not known of a version that was deployed from elsewhere', async () => {
    const full = new TavoraClient({ baseUrl: server.full.url, apiKey: server.full.apiKey });
    try {
      await edit('You are theirs.\n');
      await full.source.sync(buildManifest(await loadProject(made.now.files)));
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
