import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import type { DeployResult } from '../../../src/protocol';
import {
  type AgentSource,
  changePairs,
  openChanges,
  readVersionUri,
  serverSide,
  treeSide,
  versionUri,
  type Which,
} from '../../../src/workbench/delivery/files';
import { activated, closeEditors, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';

const skill = 'agents/greeter/skills/greet.js';

describe('The files of versions and drafts', () => {
  let api: TestApi;
  let made: TestProject;
  let messages: Messages;
  let live: Which;
  let first: string;

  const deploy = async (): Promise<Which> => {
    const result = await vscode.commands.executeCommand<DeployResult>('tavora.deploy', {
      folder: made.folder,
      agreed: true,
    });
    const [agent] = result.agents;
    assert.ok(agent);
    return { kind: 'version', id: agent.versionId, semver: agent.semver };
  };
  const source = (): AgentSource => api.snapshots.sourceOf(made.now, 'greeter');
  const text = async (uri: vscode.Uri) => (await vscode.workspace.openTextDocument(uri)).getText();

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'versioned');
    messages = new Messages();
    first = await made.read(skill);
    live = await deploy();
    await made.write(skill, first.replace('Hello', 'Good day'));
    await made.write('agents/greeter/skills/wave.js', '/** Waves. */\nmodule.exports = () => "o/";\n');
    await vscode.commands.executeCommand('tavora.sync', { folder: made.folder });
  });
  after(async () => {
    messages.restore();
    await closeEditors();
    await made.remove();
  });

  it('are documents that show what was deployed, with their language, and cannot be edited', async () => {
    const uri = versionUri(source(), live, skill);
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.getText(), first);
    assert.equal(document.languageId, 'javascript');
    assert.equal(vscode.workspace.fs.isWritableFileSystem('tavora'), false);
    await assert.rejects(async () => vscode.workspace.fs.writeFile(uri, new Uint8Array()), /./);
    assert.equal(await text(uri.with({})), first);
  });

  it('keep their address through text, as after a reload', async () => {
    const odd: AgentSource = { ...source(), agentId: 'größe %2F #1?', serverId: '{"x":"\\\\"}' };
    for (const path of ['a b/ä#1?.js', '100%.md', 'C:/x.md']) {
      const uri = versionUri(odd, live, path);
      assert.deepEqual(readVersionUri(vscode.Uri.parse(uri.toString(), true)), {
        agent: odd,
        which: live,
        path,
      });
    }
  });

  it('show the draft, and the draft that comes after it', async () => {
    const uri = versionUri(source(), { kind: 'draft' }, skill);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    assert.match(document.getText(), /Good day/);
    await made.write(skill, first.replace('Hello', 'Good evening'));
    await vscode.commands.executeCommand('tavora.sync', { folder: made.folder });
    await until('the open document shows the new draft', () => /Good evening/.test(document.getText()));
  });

  it('are listed as folders', async () => {
    const root = versionUri(source(), live, '');
    assert.deepEqual(await vscode.workspace.fs.readDirectory(root), [['agents', vscode.FileType.Directory]]);
    const folder = versionUri(source(), live, 'agents/greeter/skills');
    assert.deepEqual(
      (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name),
      ['greet.js', 'tone.md'],
    );
    assert.equal((await vscode.workspace.fs.stat(folder)).type, vscode.FileType.Directory);
    for (const path of ['agents/greeter/none.md', 'agents/gree', `${skill}/x`]) {
      await assert.rejects(async () => vscode.workspace.fs.stat(versionUri(source(), live, path)), {
        code: 'FileNotFound',
      });
    }
  });

  it('are compared with the working tree: changed and new ones, each at its address', async () => {
    const before = await serverSide(api.snapshots, source(), live);
    const after = await treeSide(api.snapshots, made.now, 'greeter');
    const pairs = changePairs(before, after);
    assert.deepEqual(
      pairs.map((pair) => [pair.before?.scheme, pair.after?.path.split('/').at(-1)]),
      [
        ['tavora', 'greet.js'],
        [undefined, 'wave.js'],
      ],
    );
    const [changed] = pairs;
    assert.ok(changed?.before && changed.after);
    assert.equal(
      changed.before.path,
      changed.after.path,
      'files of two paths are shown as one that was renamed',
    );
    const { files } = before;
    const then = (await vscode.workspace.openTextDocument(changed.before)).getText();
    assert.equal(then, new TextDecoder().decode(files.get('agents/greeter/skills/greet.js')));
    await openChanges('Versions of greeter', pairs);
    await until('the multi-diff is open', () =>
      vscode.window.tabGroups.all.some(({ tabs }) =>
        tabs.some(({ label }) => label.startsWith('Versions of greeter')),
      ),
    );
  });

  it('are read for one who still waits when another who wanted them gives up', async () => {
    api.snapshots.forgetDrafts();
    const leaving = new AbortController();
    const both = [
      api.snapshots.read(source(), { kind: 'draft' }, leaving.signal),
      api.snapshots.read(source(), { kind: 'draft' }),
    ];
    leaving.abort();
    const [left, waiting] = await Promise.allSettled(both);
    assert.equal(left?.status, 'rejected');
    assert.ok(waiting?.status === 'fulfilled', String(waiting?.status === 'rejected' && waiting.reason));
    assert.match(Buffer.from(waiting.value.files.get(skill) ?? []).toString(), /Good day|Good evening/);
  });

  it('come from what this workspace kept when the server is gone', async () => {
    const from = source();
    const kept = await api.snapshots.read(from, {
      kind: 'source',
      hash: made.now.agent('greeter')?.sourceHash ?? '',
    });
    assert.match(Buffer.from(kept.files.get(skill) ?? []).toString(), /Good evening/);
    // As a window that is reloaded while it uses another server.
    const elsewhere = { ...from, server: 'https://gone.example' };
    await assert.rejects(api.snapshots.read(elsewhere, { kind: 'draft' }), (error: Error) => {
      assert.match(
        error.message,
        /^The files of greeter draft are not known: .*It is of https:\/\/gone\.example, which is not among/,
      );
      return true;
    });
    const uri = versionUri(elsewhere, { kind: 'version', id: 'none', semver: '9.9.9' }, skill);
    await assert.rejects(
      async () => vscode.workspace.openTextDocument(uri),
      /files of greeter v9\.9\.9 are not known/,
    );
  });

  it('say so when the server does not have the version either', async () => {
    await assert.rejects(
      api.snapshots.read(source(), { kind: 'version', id: 'none', semver: '7.0.0' }),
      /^PoliteError: The files of greeter v7\.0\.0 are not known: .* does not have it\.$/,
    );
    await assert.rejects(
      api.snapshots.read(source(), { kind: 'source', hash: `sha256:${'0'.repeat(64)}` }),
      /The files of greeter state 00000000 are not known/,
    );
  });
});
