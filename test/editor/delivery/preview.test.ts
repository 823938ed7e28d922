import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TavoraClient } from '../../../src/client';
import {
  agentSourceHash,
  buildManifest,
  hashBytes,
  loadProject,
  projectSourceHash,
} from '../../../src/project';
import type { DeployResult, Manifest } from '../../../src/protocol';
import { until, write } from '../support/api';
import { desk } from '../support/desk';
import { agree, type Press, presses } from '../support/messages';

const persona = 'agents/greeter/persona.md';

function withAgents(manifest: Manifest, agents: Manifest['agents']): Manifest {
  return { ...manifest, agents, sourceHash: projectSourceHash(agents) };
}

describe('The preview of a deployment', () => {
  const here = desk('previewed', { press: (shown) => press(shown) });
  let client: TavoraClient;
  let press: Press;

  before(async () => {
    client = await here.api.connection.client(undefined, 'elsewhere');
  });
  beforeEach(() => {
    press = presses();
  });

  const deploy = () =>
    vscode.commands.executeCommand<DeployResult | undefined>('tavora.deploy', { folder: here.made.folder });
  const labels = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
  const entries = async () =>
    (await here.api.delivery.entries()).filter(({ project }) => project === 'previewed');
  const asked = () => here.messages.shown.filter(({ buttons }) => buttons.includes('Cancel'));
  const config = async (id = 'greeter') =>
    (await client.configs.list()).find(
      (one) => one.code_first_project === 'previewed' && one.code_first_local_id === id,
    );
  /** Other words for the persona, each time. */
  const edit = async (text: string) => {
    await write(here.made.uri(persona), `${text}\n`);
    await here.api.workspaces.reload();
    await until('the edit is read', () => here.made.now.project.text(persona) === `${text}\n`);
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
    const manifest = buildManifest(await loadProject(here.made.now.files));
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
    const [question] = here.messages.shown;
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
    const { executeCommand } = vscode.commands;
    const rows: (vscode.Uri | undefined)[][] = [];
    Object.assign(vscode.commands, {
      executeCommand: (name: string, ...given: unknown[]) => {
        if (name === 'vscode.changes') rows.push(...(given[1] as typeof rows));
        return executeCommand(name, ...given);
      },
    });
    const deployed = deploy();
    await until('it is asked', () => asked().length === 1);
    Object.assign(vscode.commands, { executeCommand });
    // Of two paths the editor makes a file that was renamed.
    assert.deepEqual(
      rows.map((uris) => uris.map((uri) => uri?.path)),
      [[1, 2, 3].map(() => here.made.uri(persona).path)],
    );
    const [question] = asked();
    assert.match(question?.message ?? '', /greeter: 1 file \(1 changed\) against v1\.0\.0\./);
    await until('the changes are shown', () => labels().includes('Deploy greeter against v1.0.0 (1 file)'));
    await vscode.commands.executeCommand('tavora.acceptDeploy');
    const semver = (await deployed)?.agents[0]?.semver ?? '';
    assert.notEqual(semver, '1.0.0');
    assert.equal((await config())?.active_semver, semver);
  });

  describe('while the server still looks at the files', () => {
    let looked: () => void;
    let restore: () => void;

    beforeEach(async () => {
      const { source } = await here.api.connection.client(undefined, here.made.folder.toString());
      const validate = source.validate.bind(source);
      const held = new Promise<void>((resolve) => {
        looked = resolve;
      });
      Object.assign(source, {
        validate: async (...args: Parameters<typeof validate>) => {
          await held;
          return await validate(...args);
        },
      });
      restore = () => Reflect.deleteProperty(source, 'validate');
    });
    afterEach(() => {
      looked();
      restore();
    });

    const shown = () =>
      until('the changes are shown', () => labels().some((label) => /^Deploy greeter against/.test(label)));

    it('is agreed to in the editor’s title', async () => {
      await edit('You greet people early.');
      const deployed = deploy();
      await shown();
      await vscode.commands.executeCommand('tavora.acceptDeploy');
      looked();
      const semver = (await deployed)?.agents[0]?.semver;
      assert.ok(semver);
      assert.equal((await config())?.active_semver, semver);
      assert.deepEqual(asked(), []);
    });

    it('is given up in the editor’s title', async () => {
      await edit('You greet people before they come.');
      const live = (await config())?.active_version_id;
      const deployed = deploy();
      await shown();
      await vscode.commands.executeCommand('tavora.cancelDeploy');
      assert.equal(await deployed, undefined);
      assert.equal((await config())?.active_version_id, live);
      assert.deepEqual(asked(), []);
    });

    it('still warns of what another client has made live after a yes that came before', async () => {
      await client.source.sync(await theirs('You are theirs already.\n'));
      await client.source.deploy({ project: 'previewed', localAgentId: 'greeter' });
      const deployed = deploy();
      await shown();
      await vscode.commands.executeCommand('tavora.acceptDeploy');
      looked();
      await until('it is asked', () => asked().length === 1);
      assert.equal(asked()[0]?.kind, 'showWarningMessage');
      await vscode.commands.executeCommand('tavora.acceptDeploy');
      assert.ok(await deployed);
      assert.equal((await config())?.active_source_hash, here.made.now.agent('greeter')?.sourceHash);
    });
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
    assert.match(asked()[1]?.message ?? '', /^Files or server have changed since you were asked\./);
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
    assert.ok(
      question.message.includes(`has v${after} of greeter, deployed by elsewhere on `),
      question.message,
    );
    assert.ok(question.message.includes(`this folder last saw v${before}.`), question.message);
    await until('their changes are shown', () =>
      labels().includes(`greeter: v${before} ↔ v${after} (1 file)`),
    );
    assert.equal((await config())?.active_semver, after);
    press = agree;
    assert.ok(await deploy());
    here.messages.shown.length = 0;
    press = () => undefined;
    await deploy();
    assert.equal(here.messages.shown[0]?.kind, 'showInformationMessage', 'it is no drift any more');
  });

  it('warns of a draft that was synced from elsewhere, and replaces it only when told', async () => {
    await edit('You greet people by name.');
    await until(
      'the save is not synced by itself',
      () => here.api.drafts.state(here.made.now, 'greeter') === 'changed',
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

  it('begins anew by the button that deploys in a message that was left over, and by no other', async () => {
    for (const late of ['Compare', 'Deploy Anyway']) {
      here.messages.shown.length = 0;
      let answer: (label: string) => void = () => undefined;
      const left = new Promise<string>((resolve) => {
        answer = resolve;
      });
      press = () => (asked().length === 1 ? left : 'Cancel');
      const deployed = deploy();
      await until('it is asked', () => asked().length === 1);
      await vscode.commands.executeCommand('tavora.cancelDeploy');
      assert.equal(await deployed, undefined);
      answer(late);
      if (late === 'Compare') await deploy();
      await until('it is asked again', () => asked().length === 2);
    }
  });

  it('stays open when a button cannot do what it says', async () => {
    const agent = 'agents/greeter/agent.jsonc';
    const before = await here.made.read(agent);
    // Behind the editor, whose save would be synced.
    await write(here.made.uri(agent), before.replace('"greeter"', '"usher"'));
    await here.api.workspaces.reload();
    const manifest = buildManifest(await loadProject(here.made.now.files));
    press = async ({ buttons }) => {
      if (asked().length > 1) return 'Cancel';
      // Somebody takes the name in that moment.
      await client.source.sync(manifest);
      return buttons.find((label) => label === 'Rename greeter on Server');
    };
    try {
      assert.equal(await deploy(), undefined);
      assert.equal(asked().length, 2);
      assert.ok(asked()[0]?.buttons.includes('Rename greeter on Server'));
      assert.match(
        here.messages.shown.find(({ kind }) => kind === 'showErrorMessage')?.message ?? '',
        /usher/,
      );
    } finally {
      const usher = await config('usher');
      if (usher) await client.configs.delete(usher.id);
      await write(here.made.uri(agent), before);
      await here.api.workspaces.reload();
    }
  });

  it('is switched off by no workspace, and neither are limits', async () => {
    const settings = vscode.workspace.getConfiguration('tavora');
    for (const [name, value] of [
      ['deploy.preview', 'never'],
      ['evals.maxTokens', 1],
      ['chat.maxCost', 1],
    ] as const) {
      await assert.rejects(
        async () => {
          await settings.update(name, value, vscode.ConfigurationTarget.Workspace);
        },
        new RegExp(`tavora\\.${name}`),
      );
    }
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

  it('names agents that only the server has, and leaves their drafts when all is deployed', async () => {
    await edit('You greet people at the door.');
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
    press = agree;
    const result = await deploy();
    assert.match(asked()[0]?.message ?? '', /The server also has porter, which this folder lacks/);
    assert.deepEqual(
      result?.agents.map(({ localId }) => localId),
      ['greeter'],
    );
    const hash = here.made.now.agent('greeter')?.sourceHash;
    assert.equal((await config('greeter'))?.active_source_hash, hash, 'the folder’s own agent is live');
    assert.equal((await config('porter'))?.active_version_id ?? null, null);
    assert.match(here.messages.find(/^Deployed previewed/)?.message ?? '', /: greeter v\S+ \(changed\)\.$/);
  });

  it('says which agents are live and which are not when one of several is refused', async () => {
    const home = 'agents/watchman';
    const watchman = {
      id: 'watchman',
      name: 'Watchman',
      model: 'local/rehearsal',
      persona: 'persona.md',
      evals: ['evals/*.json'],
      deploy: { runEvals: true },
    };
    const never = {
      name: 'Never',
      input: 'Greet Ada',
      expectations: [{ kind: 'contains', value: 'a word that nobody says' }],
    };
    await here.made.write(`${home}/persona.md`, 'You watch.\n');
    await here.made.write(`${home}/evals/never.json`, JSON.stringify(never));
    await here.made.write(`${home}/agent.jsonc`, JSON.stringify(watchman));
    await edit('You greet people at the gate.');
    press = agree;
    assert.equal(await deploy(), undefined);
    assert.match(
      here.messages.find(/^Deployed previewed/)?.message ?? '',
      /: greeter v\S+ \(changed\)\. Not deployed: watchman\.$/,
    );
    assert.match(
      here.messages.find(/was not deployed/)?.message ?? '',
      /^watchman was not deployed: 1 eval failed\./,
    );
    assert.equal((await config('watchman'))?.active_version_id ?? null, null);
    assert.equal((await config())?.active_source_hash, here.made.now.agent('greeter')?.sourceHash);
    assert.deepEqual(
      (await entries()).slice(0, 2).map(({ agent, outcome }) => `${agent} ${outcome}`),
      ['watchman refused', 'greeter deployed'],
    );
    await here.made.delete(home);
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
