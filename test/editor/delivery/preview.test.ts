import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TavoraClient } from '../../../src/client';
import type { TestApi } from '../../../src/extension';
import {
  agentSourceHash,
  buildManifest,
  hashBytes,
  loadProject,
  projectSourceHash,
} from '../../../src/project';
import type { DeployResult, Manifest } from '../../../src/protocol';
import { activated, closeEditors, until, write } from '../support/api';
import { agree, Messages, type Shown } from '../support/messages';
import { TestProject } from '../support/project';

const persona = 'agents/greeter/persona.md';

function withAgents(manifest: Manifest, agents: Manifest['agents']): Manifest {
  return { ...manifest, agents, sourceHash: projectSourceHash(agents) };
}

describe('The preview of a deployment', () => {
  let api: TestApi;
  let made: TestProject;
  let messages: Messages;
  let client: TavoraClient;
  let press: (shown: Shown) => string | undefined;

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'previewed');
    client = await api.connection.client(undefined, 'elsewhere');
  });
  after(() => made.remove());
  beforeEach(() => {
    press = () => undefined;
    messages = new Messages((shown) => press(shown));
  });
  afterEach(async () => {
    messages.restore();
    await closeEditors();
  });

  const deploy = () =>
    vscode.commands.executeCommand<DeployResult | undefined>('tavora.deploy', { folder: made.folder });
  const labels = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
  const entries = async () => (await api.delivery.entries()).filter(({ project }) => project === 'previewed');
  const asked = () => messages.shown.filter(({ buttons }) => buttons.includes('Cancel'));
  const config = async () =>
    (await client.configs.list()).find((one) => one.code_first_project === 'previewed');
  /** Other words for the persona, each time. */
  const edit = async (text: string) => {
    await write(made.uri(persona), `${text}\n`);
    await api.workspaces.reload();
    await until('the edit is read', () => made.now.project.text(persona) === `${text}\n`);
  };
  /** Presses a button once, after a look at what is shown; afterwards nothing. */
  const pressOnce = (label: string) => {
    let pressed = false;
    press = ({ buttons }) => {
      if (pressed || !buttons.includes(label)) return undefined;
      pressed = true;
      return label;
    };
  };
  /** The project as another client has it, with another persona. */
  const theirs = async (text: string): Promise<Manifest> => {
    const manifest = buildManifest(await loadProject(made.now.files));
    const [agent] = manifest.agents;
    assert.ok(agent);
    const files = agent.files.map((file) => {
      const bytes = file.path === persona ? Buffer.from(text) : Buffer.from(file.content, 'base64');
      const content = bytes.toString('base64');
      return { ...file, content, hash: hashBytes(bytes), size: bytes.byteLength, bytes };
    });
    const sourceHash = agentSourceHash(files);
    const sent = files.map(({ bytes: _, ...file }) => file);
    return withAgents(manifest, [{ ...agent, files: sent, sourceHash }]);
  };

  it('sends nothing when the person says no', async () => {
    press = () => 'Cancel';
    assert.equal(await deploy(), undefined);
    assert.equal(await config(), undefined);
    assert.equal(asked().length, 1);
    assert.match(asked()[0]?.message ?? '', /greeter gets its first version, of \d+ files\./);
    assert.deepEqual(asked()[0]?.buttons, ['Deploy', 'Details', 'Cancel']);
    assert.deepEqual(await entries(), []);
  });

  it('shows every file of a first version and makes it live when agreed to', async () => {
    let title: string | undefined;
    press = (shown) => {
      title ??= labels().find((label) => label.startsWith('Deploy greeter'));
      return agree(shown);
    };
    const result = await deploy();
    assert.match(title ?? '', /^Deploy greeter, first version \(\d+ files\)$/);
    assert.equal(result?.agents[0]?.semver, '1.0.0');
    assert.equal((await config())?.active_semver, '1.0.0');
    const [entry] = await entries();
    assert.equal(entry?.outcome, 'deployed');
    assert.equal(entry?.agent, 'greeter');
    assert.equal(entry?.to, '1.0.0');
    assert.equal(entry?.from, undefined);
    assert.match(entry?.files ?? '', /^files: \d+ new$/);
    await until('the preview is closed', () => !labels().some((label) => label.startsWith('Deploy greeter')));
  });

  it('says that nothing has changed, and deploys anyway only when told', async () => {
    assert.equal(await deploy(), undefined);
    const [question] = messages.shown;
    assert.match(
      question?.message ?? '',
      /nothing of previewed has changed since v1\.0\.0\..*no new version/,
    );
    assert.ok(question?.buttons.includes('Deploy Anyway'));
    assert.equal(
      labels().some((label) => label.startsWith('Deploy ')),
      false,
    );
    press = agree;
    assert.equal((await deploy())?.agents[0]?.semver, '1.0.0');
    const [entry] = await entries();
    assert.equal(`${entry?.from} ${entry?.to} ${entry?.files}`, '1.0.0 1.0.0 files: none');
  });

  it('compares with what is live, and is agreed to in the editor’s title when the message is put away', async () => {
    await edit('You greet people warmly.');
    const deployed = deploy();
    await until('it is asked', () => asked().length === 1);
    const [question] = asked();
    assert.match(question?.message ?? '', /greeter: 1 file \(1 changed\) against v1\.0\.0\./);
    await until('the changes are shown', () => labels().includes('Deploy greeter against v1.0.0 (1 file)'));
    await vscode.commands.executeCommand('tavora.acceptDeploy');
    const semver = (await deployed)?.agents[0]?.semver ?? '';
    assert.notEqual(semver, '1.0.0');
    assert.equal((await config())?.active_semver, semver);
  });

  it('takes the closing of its editor for a no', async () => {
    await edit('You greet people coldly.');
    const live = (await config())?.active_version_id;
    const deployed = deploy();
    const title = /^Deploy greeter against/;
    const tab = await until('the changes are shown', () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ label }) => title.test(label)),
    );
    await until('it is asked', () => asked().length === 1);
    await vscode.window.tabGroups.close(tab);
    assert.equal(await deployed, undefined);
    assert.equal((await config())?.active_version_id, live);
  });

  it('asks once more when files change while it is open', async () => {
    const deployed = deploy();
    await until('it is asked', () => asked().length === 1);
    await edit('You greet people in verse.');
    await vscode.commands.executeCommand('tavora.acceptDeploy');
    await until('it is asked again', () => asked().length === 2);
    assert.match(asked()[1]?.message ?? '', /^Files or server have changed while the preview was open\./);
    await vscode.commands.executeCommand('tavora.cancelDeploy');
    assert.equal(await deployed, undefined);
  });

  it('lets the details be read and asks again', async () => {
    const pressed = ['Details', 'Cancel'];
    press = ({ buttons }) => (buttons.includes('Details') ? pressed.shift() : undefined);
    assert.equal(await deploy(), undefined);
    const report = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'tavora-preview');
    assert.match(report?.getText() ?? '', /\| changed \| agents\/greeter\/persona\.md \|/);
    assert.equal(asked().length, 2);
  });

  it('warns of a version that another client has made live, and shows what they changed', async () => {
    const before = (await config())?.active_semver ?? '';
    await client.source.sync(await theirs('You are theirs.\n'));
    await client.source.deploy({ project: 'previewed' });
    const after = (await config())?.active_semver ?? '';
    assert.notEqual(after, before);
    const pressed = ['Compare', 'Cancel'];
    press = ({ buttons }) => (buttons.includes('Cancel') ? pressed.shift() : undefined);
    assert.equal(await deploy(), undefined);
    const [question] = asked();
    assert.equal(question?.kind, 'showWarningMessage');
    assert.ok(question.message.includes(`has v${after} of greeter, deployed on `), question.message);
    assert.ok(question.message.includes(`this folder last saw v${before}.`), question.message);
    await until('their changes are shown', () =>
      labels().includes(`greeter: v${before} ↔ v${after} (1 file)`),
    );
    assert.equal((await config())?.active_semver, after);
    press = agree;
    assert.ok(await deploy());
    messages.shown.length = 0;
    press = () => undefined;
    await deploy();
    assert.equal(messages.shown[0]?.kind, 'showInformationMessage', 'it is no drift any more');
  });

  it('warns of a draft that was synced from elsewhere, and replaces it only when told', async () => {
    await edit('You greet people by name.');
    await until(
      'the save is not synced by itself',
      () => api.drafts.state(made.now, 'greeter') === 'changed',
    );
    await client.source.sync(await theirs('A draft of theirs.\n'));
    const draft = (await config())?.draft_source_hash;
    const pressed = ['Compare', 'Cancel'];
    press = ({ buttons }) => (buttons.includes('Cancel') ? pressed.shift() : undefined);
    assert.equal(await deploy(), undefined);
    assert.match(asked()[0]?.message ?? '', /draft of greeter on .* was not synced from this folder/);
    await until('the draft is shown', () => labels().includes('greeter: draft ↔ Working Tree (1 file)'));
    assert.equal((await config())?.draft_source_hash, draft);
  });

  it('asks nothing when the setting says so', async () => {
    const settings = vscode.workspace.getConfiguration('tavora');
    await settings.update('deploy.preview', 'never', vscode.ConfigurationTarget.Global);
    try {
      assert.ok(await deploy());
      assert.deepEqual(asked(), []);
      await settings.update('deploy.preview', 'drift', vscode.ConfigurationTarget.Global);
      await edit('You greet people by their first name.');
      assert.ok(await deploy());
      assert.deepEqual(asked(), []);
      await client.source.sync(await theirs('You are theirs again.\n'));
      await client.source.deploy({ project: 'previewed' });
      pressOnce('Cancel');
      assert.equal(await deploy(), undefined);
      assert.equal(asked().length, 1);
    } finally {
      await settings.update('deploy.preview', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('names agents that only the server has', async () => {
    const manifest = await theirs('You are somebody else.\n');
    const [agent] = manifest.agents;
    assert.ok(agent);
    const files = agent.files.map((file) => {
      const text = Buffer.from(file.content, 'base64').toString().replaceAll('"greeter"', '"porter"');
      const bytes = Buffer.from(text);
      return {
        path: file.path.replace('agents/greeter/', 'agents/porter/'),
        hash: hashBytes(bytes),
        size: bytes.byteLength,
        content: bytes.toString('base64'),
        bytes,
      };
    });
    const sent = files.map(({ bytes: _, ...file }) => file);
    await client.source.sync(
      withAgents(manifest, [{ id: 'porter', files: sent, sourceHash: agentSourceHash(files) }]),
    );
    press = () => 'Cancel';
    await deploy();
    assert.match(asked()[0]?.message ?? '', /The server also has porter, which this folder lacks/);
  });

  it('keeps a log that can be read, newest first', async () => {
    await vscode.commands.executeCommand('tavora.showDeployLog');
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'tavora-deployments');
    const lines = document
      .getText()
      .split('\n')
      .filter((line) => line.includes('previewed/'));
    assert.ok(lines.length >= 4, document.getText());
    assert.match(lines.at(-1) ?? '', /deployed {3}previewed\/greeter {2}v1\.0\.0 {2}on Embedded runtime/);
  });
});
