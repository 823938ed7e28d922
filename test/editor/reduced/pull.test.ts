import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { TavoraClient } from '../../../src/client';
import type { TestApi } from '../../../src/extension';
import { type ReducedServer, startReduced } from '../../fixtures/servers/reduced';
import { Answers } from '../support/answers';
import { activated, closeEditors, until, workspaceFolder } from '../support/api';
import { Messages, type Shown } from '../support/messages';
import { TestProject } from '../support/project';
import { syncElsewhere } from '../support/second-client';

const persona = 'agents/greeter/persona.md';
const skill = 'agents/greeter/skills/greet.js';

describe('Pulling from a server of the public reference', function () {
  this.timeout(60_000);

  let api: TestApi;
  let made: TestProject;
  let server: ReducedServer;
  let full: TavoraClient;
  let messages: Messages;

  before(async () => {
    api = await activated();
    made = await TestProject.make(api, 'public-pulled');
    server = await startReduced({
      file: vscode.Uri.joinPath(api.context.extensionUri, 'dist', 'runtime.js').fsPath,
    });
    full = new TavoraClient({ baseUrl: server.full.url, apiKey: server.full.apiKey });
    await api.connection.profiles.save({ id: 'public', label: 'Public', url: server.url });
    await api.connection.keys.set(server.url, server.apiKey);
    await api.connection.choose('public');
  });
  after(async () => {
    await api.connection.choose('embedded');
    await api.connection.keys.remove(server.url);
    const { Global } = vscode.ConfigurationTarget;
    await vscode.workspace.getConfiguration('tavora').update('servers', undefined, Global);
    await full.close();
    await server.close();
    await made.remove();
  });
  beforeEach(() => {
    messages = new Messages(({ buttons }) => (buttons.includes('Pull') ? 'Pull' : undefined));
  });
  afterEach(async () => {
    messages.restore();
    await closeEditors();
  });

  const pull = () => vscode.commands.executeCommand('tavora.pull', { folder: made.folder });
  const deploy = () => vscode.commands.executeCommand('tavora.deploy', { folder: made.folder, agreed: true });
  const result = (): Shown | undefined => messages.find(/^Pulled /);
  /** A colleague deploys the project as it is here but for some texts. */
  const deployElsewhere = (project: string, changes: Record<string, string>) =>
    syncElsewhere(api, made, changes, { deploy: true, client: full, project });

  it('knows what was sent from here, and leaves what is changed since', async () => {
    await deploy();
    messages.shown.length = 0;
    await made.write(persona, 'Changed here.\n');
    await pull();
    assert.deepEqual(
      messages.shown.map(({ kind, message }) => [kind, message]),
      [['showInformationMessage', 'Pulled public-pulled from Public: nothing had to change.']],
    );
    assert.equal(await made.read(persona), 'Changed here.\n');
    await deploy();
  });

  it('takes what the server tells of a version that was deployed from elsewhere, and says what it does not', async () => {
    const before = await made.read(skill);
    await deployElsewhere('public-pulled', {
      [persona]: 'Theirs.\n',
      [skill]: before.replace('Hello', 'Good day'),
    });
    const ask = ({ buttons }: Shown) => buttons.find((label) => label === 'Show Changes');
    messages.restore();
    messages = new Messages((shown) => ask(shown) ?? shown.buttons.find((label) => label === 'Pull'));
    await pull();
    const lacking =
      /Public gives no more of greeter than the persona and the skills whose text it has; other files are not known here and stay as they are\.$/;
    const question = messages.shown.find(({ buttons }) => buttons.includes('Pull'));
    assert.ok(question, JSON.stringify(messages.shown));
    assert.match(question.message, /^Pull public-pulled from Public\? 1 file changes\./);
    assert.match(question.detail, /persona\.md: changed on the server/);
    assert.match(question.detail, lacking);
    const again = messages.shown.find(({ buttons }) => buttons.includes('Cancel'));
    assert.match(again?.message ?? '', /^Pull public-pulled from Public\? 1 file changes\. /);
    assert.match(again?.message ?? '', lacking);
    assert.equal(result()?.kind, 'showWarningMessage', JSON.stringify(messages.shown));
    assert.match(result()?.message ?? '', /^Pulled public-pulled from Public: 1 file taken\./);
    assert.match(result()?.message ?? '', lacking);
    assert.equal(await made.read(persona), 'Theirs.\n');
    assert.equal(await made.read(skill), before, 'what is not known is not gone');
  });

  it('makes a project of it in an empty folder', async () => {
    await deployElsewhere('only-there', { [persona]: 'Of a colleague.\n' });
    const folder = vscode.Uri.joinPath(workspaceFolder(), 'public-empty');
    await vscode.workspace.fs.createDirectory(folder);
    const dialog = vscode.window.showOpenDialog;
    Object.assign(vscode.window, { showOpenDialog: async () => [folder] });
    const answers = new Answers(['Into an Empty Folder', 'only-there', 'Another Folder']);
    try {
      await vscode.commands.executeCommand('tavora.pull');
      const written = vscode.Uri.joinPath(folder, 'tavora');
      const project = await until('the project is found', () => api.workspaces.at(written));
      const agent = project.agent('greeter');
      assert.equal(agent?.name, 'Greeter');
      assert.equal(agent.model, 'local/rehearsal');
      assert.equal(project.project.text(agent.personaPath ?? ''), 'Of a colleague.\n');
      assert.deepEqual(
        project.project.issues.filter(({ severity }) => severity === 'fatal'),
        [],
      );
      assert.match(
        result()?.message ?? '',
        /^Pulled only-there from Public: 2 files\. .*agent\.jsonc is made of what it tells, and other files are not known\.$/,
      );
    } finally {
      answers.restore();
      Object.assign(vscode.window, { showOpenDialog: dialog });
      await vscode.workspace.fs.delete(folder, { recursive: true });
      await api.workspaces.reload();
    }
  });

  it('takes the newer state of a file that two agents share in different states', async () => {
    const shared = 'shared/manners.md';
    const config = 'agents/greeter/agent.jsonc';
    const text = await made.read(config);
    await made.write(shared, '# Manners\n\nBe kind.\n');
    await made.write(config, text.replace('"skills": [', '"skills": ["../../shared/*.md", '));
    await made.write('agents/porter/persona.md', 'You carry.\n');
    const porter = { id: 'porter', name: 'Porter', model: 'local/rehearsal', persona: 'persona.md' };
    await made.write(
      'agents/porter/agent.jsonc',
      JSON.stringify({ ...porter, skills: ['../../shared/*.md'] }),
    );
    assert.ok(await deploy(), JSON.stringify(messages.shown));
    await made.write(shared, '# Manners\n\nBe kinder.\n');
    await api.drafts.sync(made.now, AbortSignal.timeout(30_000), ['greeter']);
    messages.shown.length = 0;
    await pull();
    assert.equal(
      result()?.message,
      `Pulled public-pulled from Public: nothing had to change. What Public has of ${shared} of porter is older than what it has of other agents that share it, and not taken.`,
      JSON.stringify(messages.shown),
    );
    messages.shown.length = 0;
    await vscode.commands.executeCommand('tavora.pull', { folder: made.folder, agentId: 'porter' });
    assert.equal(result()?.message, 'Pulled porter from Public: nothing had to change.');
    assert.match(await made.read(shared), /Be kinder/);
  });
});
