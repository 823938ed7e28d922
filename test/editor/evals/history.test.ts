import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { hasEnded } from '../../../src/client';
import type { TestApi } from '../../../src/extension';
import { Archive } from '../../../src/workbench/delivery/archive';
import { EvalHistory } from '../../../src/workbench/evals/history';
import { activated, closeEditors, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';

const file = 'agents/greeter/evals/greets-by-name.json';

describe('The history of evals', () => {
  let api: TestApi;
  let made: TestProject;
  let messages: Messages;
  let serverId: string;

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'remembered');
    await made.write(
      file,
      JSON.stringify({
        name: 'Greets by name',
        input: 'Please greet Ada.',
        expectations: [{ kind: 'contains', value: 'Ada' }],
        pass_threshold: 7,
      }),
    );
    await until('the case is known', () => made.now.agent('greeter')?.evals[0]?.name === 'Greets by name');
    const { agents } = await api.drafts.ensureSynced(made.now, new AbortController().signal);
    serverId = agents[0]?.agentId ?? '';
  });
  after(() => made.remove());
  beforeEach(() => {
    messages = new Messages();
  });
  afterEach(async () => {
    messages.restore();
    await closeEditors();
  });

  const owner = () => api.evalHistory.owner(made.now, 'greeter');
  const records = () => api.evalHistory.of(owner());
  /** Runs the evals of the draft as another client does, behind the extension's back. */
  const runElsewhere = async () => {
    const client = await api.connection.client();
    const { id } = await client.evals.start(serverId, { target: 'draft' });
    await until('the run has ended', async () => hasEnded((await client.evals.run(id)).run), 60_000);
    return id;
  };
  const hover = async (text: string) => {
    const document = await vscode.workspace.openTextDocument(made.uri(file));
    const at = document.positionAt(document.getText().indexOf(text) + 1);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      at,
    );
    return hovers
      .flatMap(({ contents }) => contents as vscode.MarkdownString[])
      .find(({ value }) => value.includes('| When |'));
  };

  it('has nothing before the first run, and the case no trend', async () => {
    assert.deepEqual(await records(), []);
    assert.equal(await hover('Greets by name'), undefined);
  });

  it('keeps a run of the window, once, whatever the server tells later', async () => {
    const changes: string[] = [];
    const listening = api.evalHistory.onDidChange(({ agentId }) => changes.push(agentId));
    await vscode.commands.executeCommand('tavora.evaluate', { folder: made.folder, agentId: 'greeter' });
    const [record] = await until('it is kept', async () => {
      const found = await records();
      return found.length > 0 ? found : undefined;
    });
    listening.dispose();
    assert.deepEqual(changes, ['greeter']);
    assert.ok(record);
    const { caseName, target, score, threshold, pass, sourceHash, sessionId, repetition } = record;
    assert.deepEqual(
      { caseName, target, score, threshold, pass, repetition },
      { caseName: 'Greets by name', target: 'draft', score: 10, threshold: 7, pass: true, repetition: 1 },
    );
    assert.equal(sourceHash, made.now.agent('greeter')?.sourceHash);
    assert.ok(sessionId);
    assert.equal(await api.evalHistory.fill(made.now, 'greeter'), true);
    assert.equal((await records()).length, 1);
  });

  it('adds what was run elsewhere, and outlives the window', async () => {
    const id = await runElsewhere();
    assert.equal(await api.evalHistory.fill(made.now, 'greeter'), true);
    const found = await records();
    assert.deepEqual([found.length, found.at(-1)?.runId], [2, id]);
    const storage = api.context.storageUri ?? api.context.globalStorageUri;
    const reloaded = new EvalHistory(api, new Archive(path.join(storage.fsPath, 'archive')));
    assert.deepEqual(await reloaded.of(owner()), found);
    reloaded.dispose();
  });

  it('shows the trend over name and input of the case, with a link to the trace and no other command', async () => {
    for (const text of ['Greets by name', 'Please greet']) {
      const content = await hover(text);
      assert.match(
        content?.value ?? '',
        /██\n[\s\S]*✓ 10\.0 of at least 7 \| \[Trace\]\(command:tavora\.openStudio\?/,
      );
    }
    assert.equal(await hover('contains'), undefined);
  });

  it('knows a version by its source after a deployment, and lists a run of what is live under it', async () => {
    const place = await api.drafts.place(made.now, AbortSignal.timeout(30_000));
    const { client, scope } = place;
    const hashes = new Map([['greeter', api.drafts.record(made.now, 'greeter')?.synced?.hash ?? '']]);
    await api.drafts.deployed(place, made.now, await client.source.deploy(scope), hashes, []);
    const semver = api.drafts.record(made.now, 'greeter')?.deployed?.semver.replace(/^v/, '');
    assert.ok(semver);
    const { id } = await client.evals.start(serverId, { target: 'live' });
    await until('the run has ended', async () => hasEnded((await client.evals.run(id)).run), 60_000);
    await api.evalHistory.fill(made.now, 'greeter');
    const found = await records();
    assert.deepEqual([found.at(-1)?.target, found.at(-1)?.semver?.replace(/^v/, '')], ['live', semver]);
    const deployments = await api.evalHistory.deployments(owner(), found);
    assert.deepEqual(
      deployments.map((one) => [one.semver, one.source]),
      [[semver, made.now.agent('greeter')?.sourceHash]],
    );
  });

  it('opens one panel, fills it from the server, and follows what is run', async () => {
    const id = await runElsewhere();
    await vscode.commands.executeCommand('tavora.showEvals', { folder: made.folder, agentId: 'greeter' });
    const panel = api.evalsView.panel;
    assert.ok(panel);
    await until('the run from elsewhere is shown', () => panel.shown?.some(({ runId }) => runId === id));
    await vscode.commands.executeCommand('tavora.showEvals', made.uri(file));
    assert.equal(api.evalsView.panel, panel);
    await vscode.commands.executeCommand('tavora.evaluate', { folder: made.folder, agentId: 'greeter' });
    const count = (await records()).length;
    await until('the new run is shown', () => panel.shown?.length === count);
    panel.panel.dispose();
    assert.equal(api.evalsView.panel, undefined);
  });

  it('shows nothing of one server under the name of another, be that in reach or not', async () => {
    await vscode.commands.executeCommand('tavora.showEvals', { folder: made.folder, agentId: 'greeter' });
    const panel = api.evalsView.panel;
    assert.ok(panel);
    await until('the results are shown', () => (panel.shown?.length ?? 0) > 0);
    const url = 'http://127.0.0.1:9';
    await api.connection.profiles.save({ id: 'away', label: 'Away', url });
    await api.connection.keys.set(url, 'tvr_away');
    try {
      await api.connection.choose('away');
      await until('none is shown', () => panel.shown?.length === 0);
      await until('the server has been asked', () => api.connection.state.kind === 'failed');
      assert.deepEqual(panel.shown, []);
      await api.connection.choose('embedded');
      await until('they are shown again', () => (panel.shown?.length ?? 0) > 0);
    } finally {
      await api.connection.choose('embedded');
      await vscode.workspace
        .getConfiguration('tavora')
        .update('servers', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('shows nothing of one environment under the name of another on the same server', async () => {
    await vscode.commands.executeCommand('tavora.showEvals', { folder: made.folder, agentId: 'greeter' });
    const panel = api.evalsView.panel;
    assert.ok(panel);
    await until('the results are shown', () => (panel.shown?.length ?? 0) > 0);
    const staging = { id: 'staging', label: 'Staging', url: 'embedded', environment: 'staging' };
    await api.connection.profiles.save(staging);
    try {
      await api.connection.choose('staging');
      await until('none is shown', () => panel.shown?.length === 0);
    } finally {
      await api.connection.choose('embedded');
      await vscode.workspace
        .getConfiguration('tavora')
        .update('servers', undefined, vscode.ConfigurationTarget.Global);
    }
    await until('they are shown again', () => (panel.shown?.length ?? 0) > 0);
  });

  it('brings the panel back with its agent after a reload, once', async () => {
    const make = () => vscode.window.createWebviewPanel('tavora.evals', 'Evals', vscode.ViewColumn.Active);
    const agent = JSON.stringify([made.folder.toString(), 'greeter']);
    await api.evalsView.deserializeWebviewPanel(make(), { agent });
    await until('the results are shown', () =>
      api.evalsView.panel?.shown?.some(({ project }) => project === 'remembered'),
    );
    const second = make();
    let closed = false;
    second.onDidDispose(() => {
      closed = true;
    });
    await api.evalsView.deserializeWebviewPanel(second, { agent });
    assert.ok(closed);
    api.evalsView.panel?.panel.dispose();
  });

  it('goes on under the new id of an agent that was renamed', async () => {
    const before = (await records()).map(({ runId }) => runId);
    assert.ok(before.length > 0);
    const { server } = api.connection.state;
    const rename = (from: string, to: string) =>
      api.drafts.rename(made.now, server, [from, to], AbortSignal.timeout(30_000));
    await rename('greeter', 'welcomer');
    try {
      const there = api.evalHistory.owner(made.now, 'welcomer');
      const copied = await until('the results are there', async () => {
        const all = await api.evalHistory.of(there);
        return all.length >= before.length ? all : undefined;
      });
      assert.deepEqual(
        copied.map(({ runId }) => runId),
        before,
      );
    } finally {
      await rename('welcomer', 'greeter');
    }
    assert.deepEqual(
      (await records()).map(({ runId }) => runId),
      before,
    );
  });
});
