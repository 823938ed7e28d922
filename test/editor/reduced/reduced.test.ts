import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import type { AgentSession, DeployResult } from '../../../src/protocol';
import { agentKey } from '../../../src/workbench/chat/agents';
import { conversationsOf } from '../../../src/workbench/chat/history';
import { versionUri, type Which } from '../../../src/workbench/delivery/files';
import { ownerOf } from '../../../src/workbench/shared/session-owner';
import { type ReducedServer, startReduced } from '../../fixtures/servers/reduced';
import { activated, closeEditors, until } from '../support/api';
import { agree, Messages } from '../support/messages';
import { TestProject } from '../support/project';
import { TestRuns } from '../support/test-runs';

const skill = 'agents/greeter/skills/greet.js';

/** One person's day on a server that has only what the public reference names. */
describe('A server of the public reference', function () {
  // A runtime of its own, and a day's work of it.
  this.timeout(120_000);

  let api: TestApi;
  let made: TestProject;
  let server: ReducedServer;
  let messages: Messages;
  let first: Which;
  let original: string;

  before(async () => {
    api = await activated();
    server = await startReduced({
      file: vscode.Uri.joinPath(api.context.extensionUri, 'dist', 'runtime.js').fsPath,
    });
    made = await TestProject.make(api, 'public');
    original = await made.read(skill);
    await api.connection.profiles.save({ id: 'public', label: 'Public', url: server.url });
    await api.connection.keys.set(server.url, server.apiKey);
    await api.connection.choose('public');
  });
  after(async () => {
    await api.chat.chat.begin();
    await api.connection.choose('embedded');
    await api.connection.keys.remove(server.url);
    const { Global } = vscode.ConfigurationTarget;
    await vscode.workspace.getConfiguration('tavora').update('servers', undefined, Global);
    await made.remove();
    await server.close();
  });
  beforeEach(() => {
    messages = new Messages(agree);
  });
  afterEach(async () => {
    // Whatever such a server lacks is said in words: nobody is shown a status or a path of the API.
    const shown = messages.shown.map(({ message, detail }) => `${message} ${detail}`).join('\n');
    messages.restore();
    await closeEditors();
    assert.doesNotMatch(shown, /\b404\b|NOT_FOUND|There is no (GET|POST|PATCH|PUT|DELETE)/);
  });

  const state = () => api.drafts.state(made.now, 'greeter');
  const chat = () => api.chat.chat;
  const deploy = async (): Promise<Which> => {
    const target = { folder: made.folder };
    const result = await vscode.commands.executeCommand<DeployResult>('tavora.deploy', target);
    const [agent] = result?.agents ?? [];
    assert.ok(agent, JSON.stringify(messages.shown));
    return { kind: 'version', id: agent.versionId, semver: agent.semver };
  };
  const text = async (which: Which) => {
    const source = api.snapshots.sourceOf(made.now, 'greeter');
    return (await vscode.workspace.openTextDocument(versionUri(source, which, skill))).getText();
  };

  it('takes a draft and deploys it', async () => {
    await vscode.commands.executeCommand('tavora.sync', { folder: made.folder });
    assert.equal(state(), 'draft');
    first = await deploy();
    assert.equal(state(), 'deployed');
    assert.ok(messages.find(/^Deployed public: greeter v1\.0\.0/), JSON.stringify(messages.shown));
  });

  it('knows its own work as no drift, and what is changed', async () => {
    await made.write(skill, original.replace('Hello', 'Good day'));
    await until('the change is seen', () => state() === 'changed' || state() === 'draft');
    const second = await deploy();
    assert.notDeepEqual(second, first);
    assert.equal(messages.find(/Deploy Anyway|another|else/), undefined, JSON.stringify(messages.shown));
    assert.equal(state(), 'deployed');
  });

  it('shows the files of every version that was deployed from here', async () => {
    assert.equal(await text(first), original);
    assert.match(await text({ kind: 'draft' }), /Good day/);
  });

  it('believes what was recorded after it is connected again', async () => {
    await api.connection.choose('embedded');
    await api.connection.choose('public');
    await api.connection.client();
    await until('the records are read again', () => api.connection.state.kind === 'connected');
    await api.drafts.refresh();
    assert.equal(state(), 'deployed');
  });

  it('chats, traces and replays', async () => {
    await chat().choose({ agent: agentKey(made.folder, 'greeter'), target: 'draft' });
    await chat().begin();
    await chat().send('Greet Ada');
    const last = chat().entries.at(-1);
    assert.equal(last?.kind === 'ending' ? last.ending.kind : '', 'done', JSON.stringify(last));
    const id = chat().sessionId ?? '';
    await vscode.commands.executeCommand('tavora.openStudio', id);
    const panel = await until('the trace is read', () => {
      const one = api.studio.panel(id);
      return one?.lastTrace ? one : undefined;
    });
    assert.ok((panel.lastTrace?.steps.length ?? 0) > 1);
    panel.replayFrom({ fromStep: 0, message: 'Greet Cleo' });
    const replay = await until('the replay has ended', () =>
      panel.lastReplay?.phase === 'ended' ? panel.lastReplay : undefined,
    );
    assert.equal(replay.problem, '');
    assert.ok(replay.id && replay.id !== id);
    assert.ok(replay.isReplay);
    // Such a server adds nothing to a session by itself: its agent is known from what was sent.
    const { session } = await chat().stored();
    assert.equal(session.metadata?.local_id, 'greeter');
    await vscode.commands.executeCommand('tavora.refreshSessions');
    const row = api.sessions.getChildren().find((one) => 'session' in one && one.sessionId === id);
    assert.match(String(row && api.sessions.getTreeItem(row).description), /greeter/);
    const { project } = chat().agent ?? {};
    assert.ok(project);
    const { signal } = new AbortController();
    const conversations: AgentSession[] = [];
    for await (const some of conversationsOf(api, { project, agentId: 'greeter' }, signal)) {
      conversations.push(...some);
    }
    assert.ok(conversations.some((one) => one.id === id));
    const owner = ownerOf({ workspaces: api.workspaces, drafts: api.drafts }, session);
    assert.equal(owner?.project.folder.toString(), made.folder.toString());
  });

  it('debugs a session that belongs to its agent', async () => {
    // Nothing but debugging asks for the debugger.
    assert.deepEqual([...new Set(server.refused.filter((one) => / \/debug\//.test(one)))], []);
    const debugged = { type: 'tavora', request: 'launch', name: 'Test', project: made.folder.fsPath };
    const input = { agent: 'greeter', input: 'Greet Dora', stopAtEnd: false };
    let ended = false;
    const listening = vscode.debug.onDidTerminateDebugSession(() => {
      ended = true;
    });
    try {
      assert.ok(await vscode.debug.startDebugging(undefined, { ...debugged, ...input }));
      await until('it has ended', () => ended);
    } finally {
      listening.dispose();
    }
    const client = await api.connection.client();
    const [newest] = await client.sessions.list({ limit: 1 });
    assert.equal(newest?.title, 'Greet Dora');
    assert.equal(newest?.metadata?.local_id, 'greeter');
  });

  it('runs evals of the draft and of what is live', async () => {
    const runs = new TestRuns(api.evals);
    try {
      const root = await until('the cases are listed', () => {
        const item = api.evals.controller.items.get(made.folder.toString());
        return item && api.evals.tree.casesOf([item]).length > 0 ? item : undefined;
      });
      for (const profile of [api.evals.draft, api.evals.live]) {
        const { token } = new vscode.CancellationTokenSource();
        await profile.runHandler(new vscode.TestRunRequest([root], [], profile), token);
        const verdicts = Object.values(runs.last.verdicts);
        assert.ok(verdicts.length > 0 && runs.last.ended);
        assert.ok(
          verdicts.every((one) => one === 'passed' || one === 'failed'),
          JSON.stringify(runs.last.verdicts) + runs.last.output,
        );
        assert.doesNotMatch(runs.last.output, /\b404\b|NOT_FOUND/);
      }
    } finally {
      runs.restore();
    }
    // Its runs and versions tell no source: what was noted here says over which version a run was.
    const source = api.snapshots.sourceOf(made.now, 'greeter');
    const { versions } = await api.versions.history.list(source, undefined);
    const scored = versions.filter(({ score }) => score !== undefined);
    assert.equal(scored.length, 1, JSON.stringify(versions));
    assert.equal(scored[0]?.id, api.drafts.record(made.now, 'greeter')?.deployed?.versionId);
  });

  it('validates, with what it finds', async () => {
    await vscode.commands.executeCommand('tavora.validate', { folder: made.folder });
    assert.ok(messages.find(/has no problems/), JSON.stringify(messages.shown));
  });

  it('was asked for extras, and went on without', () => {
    assert.ok(server.refused.length > 0);
  });
});
