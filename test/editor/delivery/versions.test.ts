import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { changePairs, serverSide, treeSide } from '../../../src/workbench/delivery/files';
import type { Row } from '../../../src/workbench/explorer';
import { Answers } from '../support/answers';
import { activated, closeEditors, replace, until } from '../support/api';
import { Messages, presses } from '../support/messages';
import { TestProject } from '../support/project';
import { syncElsewhere } from '../support/second-client';
import { forgetServers } from '../support/servers';

const skill = 'agents/greeter/skills/greet.js';
const late = 'agents/greeter/skills/wave.js';

describe('The versions of an agent', () => {
  let api: TestApi;
  let made: TestProject;
  let messages: Messages;
  let first: string;
  /** The button of dialogs that is pressed. */
  let press = '';

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'rolled');
    first = await made.read(skill);
    messages = new Messages(({ buttons }) => (buttons.includes(press) ? press : undefined));
    press = 'Deploy';
    await deploy();
    await made.write(skill, first.replace('Hello', 'Good day'));
    await made.write(late, '/** Waves. */\nmodule.exports = () => "o/";\n');
    await deploy();
  });
  beforeEach(() => {
    messages.shown.length = 0;
    press = '';
  });
  afterEach(closeEditors);
  after(async () => {
    messages.restore();
    await made.remove();
  });

  const deploy = () => vscode.commands.executeCommand('tavora.deploy', { folder: made.folder, agreed: true });
  const group = (): Row => {
    const root = api.explorer.rows.find(({ project }) => project.folder.path === made.folder.path);
    const row = root?.children[0]?.children.find(({ kind }) => kind === 'versions');
    assert.ok(row, 'the agent has no row "Versions"');
    return row;
  };
  const rows = () => api.explorer.getChildren(group());
  const row = async (label: string): Promise<Row> => {
    const found = (await rows()).find((one) => one.label === label);
    assert.ok(found, label);
    return found;
  };
  const tab = (pattern: RegExp) =>
    until(`a tab ${pattern}`, () =>
      vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => pattern.test(label))),
    );

  it('are rows below the agent, newest first, with the live one marked', async () => {
    const listed = await rows();
    assert.deepEqual(
      listed.map(({ label, icon }) => [label, icon]),
      [
        ['v1.1.0', 'pass-filled'],
        ['v1.0.0', 'tag'],
      ],
    );
    assert.match(listed[0]?.description ?? '', /^live · .*from here$/);
    assert.equal(group().description, 'v1.1.0 live');
    assert.equal(listed[0] && api.explorer.getParent(listed[0])?.id, group().id);
  });

  it('open as files that cannot be edited', async () => {
    const files = await api.explorer.getChildren(await row('v1.0.0'));
    assert.deepEqual(
      files.map(({ label }) => label),
      ['agent.jsonc', 'evals/greets-by-name.json', 'persona.md', 'skills/greet.js', 'skills/tone.md'],
    );
    const uri = files.find(({ label }) => label === 'skills/greet.js')?.uri;
    assert.ok(uri);
    assert.equal((await vscode.workspace.openTextDocument(uri)).getText(), first);
  });

  it('show what they brought, and what differs from the working tree', async () => {
    await vscode.commands.executeCommand('tavora.showVersionChanges', await row('v1.1.0'));
    await tab(/^greeter: v1\.0\.0 ↔ v1\.1\.0/);
    await vscode.commands.executeCommand('tavora.compareVersionWithFiles', await row('v1.0.0'));
    await tab(/^greeter: v1\.0\.0 ↔ Working Tree/);
    await vscode.commands.executeCommand('tavora.compareVersionWithFiles', await row('v1.1.0'));
    assert.ok(messages.find(/^greeter: v1\.1\.0 and Working Tree have the same files\.$/));
    await vscode.commands.executeCommand('tavora.openVersion', await row('v1.0.0'));
    await tab(/^greeter v1\.0\.0/);
  });

  it('are compared when two are selected, the older on the left', async () => {
    const [newer, older] = await rows();
    await vscode.commands.executeCommand('tavora.compareVersions', newer, [newer, older]);
    await tab(/^greeter: v1\.0\.0 ↔ v1\.1\.0/);
  });

  it('are not restored without a yes to a question that names each file', async () => {
    const document = await vscode.workspace.openTextDocument(made.uri(skill));
    await replace(document, 'Good day', 'Not saved');
    await vscode.commands.executeCommand('tavora.restoreVersion', await row('v1.0.0'));
    const [question] = messages.shown;
    assert.equal(question?.message, 'Restore the files of greeter v1.0.0 into the working tree?');
    assert.match(question?.detail ?? '', /^Changed: .*greet\.js\.$/m);
    assert.match(question?.detail ?? '', /^Deleted: .*wave\.js\.$/m);
    assert.match(
      question?.detail ?? '',
      /^Not saved yet, and replaced; Undo brings it back: .*greet\.js\.$/m,
    );
    assert.match(document.getText(), /Not saved/);
    assert.match(await made.read(skill), /Good day/);
    assert.match(await made.read(late), /Waves/);
  });

  it('are restored into the working tree, what was not saved comes back with Undo, and nothing goes live', async () => {
    press = 'Restore';
    const document = await vscode.workspace.openTextDocument(made.uri(skill));
    await vscode.window.showTextDocument(document);
    await replace(document, 'Good day', 'Not saved');
    await vscode.commands.executeCommand('tavora.restoreVersion', await row('v1.0.0'));
    assert.ok(messages.find(/^Restored greeter to the files of v1\.0\.0: 1 file written, 1 file deleted\./));
    assert.equal(await made.read(skill), first);
    await assert.rejects(made.read(late), { code: 'FileNotFound' });
    assert.deepEqual(
      (await rows()).map(({ icon }) => icon),
      ['pass-filled', 'tag'],
    );
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    await until('the text that was not saved is back', () => /Not saved/.test(document.getText()));
    await closeEditors();
    await made.write(skill, first.replace('Hello', 'Good day'));
    await made.write(late, '/** Waves. */\nmodule.exports = () => "o/";\n');
  });

  it('are rolled back to with one question that says what goes live, and become live as a new version', async () => {
    press = 'Roll Back';
    await vscode.commands.executeCommand('tavora.rollBack', await row('v1.0.0'));
    const questions = messages.shown.filter(({ detail }) => detail !== '');
    assert.equal(questions.length, 1, JSON.stringify(messages.shown));
    assert.equal(questions[0]?.message, 'Roll greeter back to v1.0.0 on Embedded runtime?');
    const detail = questions[0]?.detail ?? '';
    assert.match(detail, /The files of v1\.0\.0 go live as a new version in place of v1\.1\.0\./);
    assert.match(detail, /No evals decide on it\./);
    assert.match(detail, /^Changed: .*greet\.js\.$/m);
    assert.match(detail, /^Deleted: .*wave\.js\.$/m);
    assert.equal(await made.read(skill), first);
    await until('the new version is live', async () => (await rows()).length === 3);
    const [live] = await rows();
    assert.match(live?.description ?? '', /^live/);
    const source = live?.version?.source;
    assert.ok(source && live.version);
    const { id, semver } = live.version.info;
    const { files } = await api.snapshots.read(source, { kind: 'version', id, semver });
    assert.equal(Buffer.from(files.get(skill) ?? []).toString(), first);
    assert.equal(api.drafts.state(made.now, 'greeter'), 'deployed');
  });

  it('say how things stand when the deployment of a roll back fails, and finish it on Retry', async () => {
    await made.write(skill, first.replace('Hello', 'Good evening'));
    await deploy();
    messages.shown.length = 0;
    const client = await api.connection.client(undefined, made.folder.toString());
    Object.assign(client.source, {
      deploy: async () => {
        Reflect.deleteProperty(client.source, 'deploy');
        throw new Error('The disk of the server is full.');
      },
    });
    const failure =
      /^The disk of the server is full\. The working tree has the files of v1\.0\.0, saved; what is live did not change\.$/;
    messages.restore();
    messages = new Messages(presses('Roll Back', 'Retry'));
    await vscode.commands.executeCommand('tavora.rollBack', await row('v1.0.0'));
    const refusal = messages.find(failure);
    assert.ok(refusal, JSON.stringify(messages.shown));
    assert.deepEqual(refusal.buttons, ['Retry', 'Show Changes', 'Show Log']);
    assert.equal(await made.read(skill), first);
    await until('the second try is through', () => messages.find(/^Deployed rolled: greeter v/));
    const again = messages.shown.findLast(({ buttons }) => buttons.includes('Roll Back'));
    assert.match(again?.detail ?? '', /The working tree has these files already; none is written\./);
    const log = (await api.delivery.entries()).filter(({ project }) => project === 'rolled');
    assert.deepEqual(
      log.slice(0, 2).map(({ outcome, rollback }) => [outcome, rollback]),
      [
        ['deployed', 'v1.0.0'],
        ['failed', 'v1.0.0'],
      ],
    );
    messages.restore();
    messages = new Messages(({ buttons }) => (buttons.includes(press) ? press : undefined));
  });

  it('say that nobody knows what is live when the server fails, or is not waited for', async () => {
    const client = await api.connection.client(undefined, made.folder.toString());
    const refusal: unknown = await client.configs.get('nobody').catch((error: unknown) => error);
    assert.ok(refusal instanceof Error);
    const failures = [
      Object.assign(refusal, { status: 502, message: 'The gateway is tired.' }),
      Object.assign(new Error('Given up.'), { name: 'AbortError' }),
    ];
    press = 'Roll Back';
    for (const failure of failures) {
      Object.assign(client.source, {
        deploy: async () => {
          Reflect.deleteProperty(client.source, 'deploy');
          throw failure;
        },
      });
      messages.shown.length = 0;
      await vscode.commands.executeCommand('tavora.rollBack', (await rows()).at(-1));
      assert.ok(
        messages.find(
          /(is tired|was given up)\. The working tree has the files of v1\.0\.0, saved; whether they went live is not known\.$/,
        ),
        JSON.stringify(messages.shown),
      );
    }
  });

  it('are not rolled back to when files that came since would go live with them', async () => {
    const config = 'agents/greeter/agent.jsonc';
    const wip = 'agents/greeter/skills/wip.js';
    const before = await made.read(config);
    assert.match(before, /skills\/\*/);
    await made.write(
      config,
      before.replace(/"skills": \[[^\]]*\]/, '"skills": ["skills/greet.js", "skills/tone.md"]'),
    );
    await made.write(wip, '/** Half done. */\nmodule.exports = () => 1;\n');
    const versions = (await rows()).length;
    press = 'Roll Back';
    messages.shown.length = 0;
    await vscode.commands.executeCommand('tavora.rollBack', (await rows()).at(-1));
    const refusal = messages.shown.find(({ kind }) => kind === 'showErrorMessage');
    assert.match(
      refusal?.message ?? '',
      /^greeter was not rolled back to v1\.0\.0: it did not have .*wip\.js\./,
    );
    assert.ok(refusal?.buttons.includes('Deploy…'));
    api.versions.history.forget();
    assert.equal((await rows()).length, versions);
    await made.delete(wip);
    await made.write(config, before);
  });

  it('are not rolled back to when they are live', async () => {
    const [live] = await rows();
    await vscode.commands.executeCommand('tavora.rollBack', live);
    assert.ok(messages.find(/^greeter v\S+ is live already\.$/));
  });

  describe('while something happens between the question and its answer', () => {
    let meanwhile: () => Promise<void>;

    beforeEach(() => {
      messages.restore();
      messages = new Messages(async ({ buttons }) => {
        if (!buttons.includes('Roll Back')) return undefined;
        await meanwhile();
        return 'Roll Back';
      });
    });

    it('are not brought back a second time, which says what is under way', async () => {
      const oldest = (await rows()).at(-1);
      messages.restore();
      messages = new Messages(async ({ buttons }) => {
        if (!buttons.includes('Roll Back')) return undefined;
        await vscode.commands.executeCommand('tavora.rollBack', oldest);
        await vscode.commands.executeCommand('tavora.restoreVersion', oldest);
        return undefined;
      });
      await vscode.commands.executeCommand('tavora.rollBack', oldest);
      const said = messages.shown.map(({ message }) => message);
      assert.equal(
        said.filter((one) => /^Roll greeter back to v1\.0\.0/.test(one)).length,
        1,
        said.join('\n'),
      );
      const other = 'it is just being rolled back to v1.0.0. Answer that first, or wait for its end.';
      assert.ok(said.includes(`greeter is not rolled back to v1.0.0: ${other}`), said.join('\n'));
      assert.ok(said.includes(`greeter is not restored to v1.0.0: ${other}`));
      messages.shown.length = 0;
      await vscode.commands.executeCommand('tavora.rollBack', oldest);
      assert.ok(messages.find(/^Roll greeter back to v1\.0\.0/), 'one that was left is over');
    });

    const live = async () => {
      const client = await api.connection.client();
      const configs = (await client.configs.list()).filter((one) => one.code_first_project === 'rolled');
      return configs.flatMap(({ active_version_id: id }) => id ?? []);
    };

    it('go live on no other server than was asked about', async () => {
      const oldest = (await rows()).at(-1);
      const before = await live();
      await api.connection.profiles.save({
        id: 'next',
        label: 'Next',
        url: 'embedded',
        environment: 'next',
      });
      await until('the settings are in force', () => api.connection.profiles.find('next'));
      try {
        meanwhile = () => api.connection.choose('next');
        await vscode.commands.executeCommand('tavora.rollBack', oldest);
        assert.ok(
          messages.find(
            /^greeter was not rolled back to v1\.0\.0: Next was chosen in the place of Embedded runtime, which you were asked about\./,
          ),
          JSON.stringify(messages.shown),
        );
        messages.shown.length = 0;
        await vscode.commands.executeCommand('tavora.rollBack', oldest);
        assert.ok(messages.find(/^greeter is not rolled back to v1\.0\.0: .* another server/));
        assert.deepEqual(await live(), before);
      } finally {
        await forgetServers(api);
      }
    });

    it('replace no version that has just been deployed', async () => {
      const oldest = (await rows()).at(-1);
      let theirs: string[] = [];
      meanwhile = async () => {
        await syncElsewhere(
          api,
          made,
          { 'agents/greeter/persona.md': 'Of a colleague.\n' },
          { deploy: true },
        );
        theirs = await live();
      };
      await vscode.commands.executeCommand('tavora.rollBack', oldest);
      assert.ok(
        messages.find(
          /^greeter was not rolled back to v1\.0\.0: v\S+ is live on Embedded runtime since you were asked\./,
        ),
        JSON.stringify(messages.shown),
      );
      assert.equal(theirs.length, 1);
      assert.deepEqual(await live(), theirs);
    });
  });

  it('show a file that was renamed since as one that moved, and restoring gives its old name back', async () => {
    const renamed = 'agents/greeter/skills/welcome.js';
    const text = await made.read(skill);
    await made.write(renamed, text);
    await made.delete(skill);
    const older = await row('v1.0.0');
    const source = older.version?.source;
    assert.ok(source && older.version);
    const { id, semver } = older.version.info;
    const before = await serverSide(api.snapshots, source, { kind: 'version', id, semver });
    const pairs = changePairs(before, await treeSide(api.snapshots, made.now, 'greeter'));
    assert.deepEqual(
      pairs.map((pair) => [pair.before?.path.split('/').at(-1), pair.after?.path.split('/').at(-1)]),
      [['greet.js', 'welcome.js']],
    );
    messages.restore();
    messages = new Messages(({ buttons }) => buttons.find((one) => one === 'Restore'));
    await vscode.commands.executeCommand('tavora.restoreVersion', older);
    assert.ok(
      messages.find(/^Restored greeter to the files of v1\.0\.0: 1 file written, 1 file deleted\./),
      JSON.stringify(messages.shown),
    );
    assert.equal(await made.read(skill), first);
    await assert.rejects(made.read(renamed), { code: 'FileNotFound' });
  });

  it('bring an agent back that was deleted in the working tree', async () => {
    await made.delete('agents/greeter');
    await until('the agent is gone', () => !made.now.agent('greeter'));
    const answers = new Answers(['v1.0.0', 'v1.0.0']);
    messages.restore();
    messages = new Messages(({ buttons }) => buttons.find((one) => one === 'Restore'));
    try {
      await vscode.commands.executeCommand('tavora.compareVersionWithFiles', { folder: made.folder });
      await tab(/^greeter: v1\.0\.0 ↔ Working Tree/);
      await vscode.commands.executeCommand('tavora.restoreVersion', { folder: made.folder });
    } finally {
      answers.restore();
    }
    assert.ok(
      messages.find(/^Restored greeter to the files of v1\.0\.0: 5 files written\./),
      JSON.stringify(messages.shown),
    );
    await until('the agent is there again', () => made.now.agent('greeter'));
    assert.equal(await made.read(skill), first);
  });

  it('are those that were deployed from here when the server does not know the agent any more', async () => {
    const client = await api.connection.client();
    const id = api.drafts.agentServerId(made.now, 'greeter');
    assert.ok(id);
    await client.configs.delete(id);
    api.versions.history.forget();
    const listed = await rows();
    assert.match(
      listed[0]?.label ?? '',
      /^Only what was deployed from here: Embedded runtime has no versions of it\.$/,
    );
    assert.equal(listed.filter(({ kind }) => kind === 'version').length, 5);
    const files = await api.explorer.getChildren(listed.at(-1) as Row);
    assert.ok(files.some(({ label }) => label === 'skills/greet.js'));
  });
});
