import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type CuttingServer, startCutting } from '../../fixtures/servers';
import { type ReducedServer, startReduced } from '../../fixtures/servers/reduced';
import { until } from '../support/api';
import { askInChat, askingSkill } from '../support/chat';
import { desk } from '../support/desk';
import { askingReplay } from '../support/replay';
import { forgetServers, workOn } from '../support/servers';

describe('A replay whose connection breaks', () => {
  const here = desk('cut-replay');
  let server: ReducedServer;
  let front: CuttingServer;

  before(() => here.made.write('agents/greeter/skills/greet.js', askingSkill));
  beforeEach(async function () {
    this.timeout(60_000);
    // A runtime of its own, because the key of the window's is nobody's to know.
    server = await startReduced({
      env: { TAVORA_RUN_GRACE_SECONDS: '300' },
      file: vscode.Uri.joinPath(here.api.context.extensionUri, 'dist', 'runtime.js').fsPath,
    });
    front = await startCutting(server.full.url);
    await workOn(here.api, 'Cutting', { url: front.url, apiKey: server.full.apiKey });
  });
  afterEach(async () => {
    await here.api.chat.chat.begin();
    await forgetServers(here.api, front);
    await front.close();
    await server.close();
  });

  /** A replay that waits for the answer to its question. */
  async function waiting() {
    const sessionId = await askInChat(here.api, here.made, 'Hello');
    return await askingReplay(here.api, sessionId);
  }

  it('is followed again to its end', async function () {
    this.timeout(60_000);
    const { panel, replayId, requestId } = await waiting();
    front.cut();
    await panel.handle({ type: 'answer', sessionId: replayId, requestId, value: true });
    const ended = await until('it has ended', () =>
      panel.lastReplay?.phase === 'ended' ? panel.lastReplay : undefined,
    );
    assert.equal(ended.problem, '');
    assert.equal(ended.trace?.session.status, 'completed');
    assert.equal(ended.trace?.steps.at(-1)?.step_type, 'response');
  });

  it('is followed again with Refresh where the server was away', async function () {
    this.timeout(60_000);
    const { panel, replayId, requestId } = await waiting();
    front.refuse(true);
    front.cut();
    const broken = await until('it is given up', () =>
      panel.lastReplay?.phase === 'ended' ? panel.lastReplay : undefined,
    );
    assert.notEqual(broken.problem, '');
    front.refuse(false);
    await panel.handle({ type: 'refresh' });
    await until('it is followed', () => panel.lastReplay?.phase === 'running');
    assert.equal(panel.lastReplay?.problem, '');
    await panel.handle({ type: 'answer', sessionId: replayId, requestId, value: true });
    await until('it has ended', () => panel.lastReplay?.trace?.session.status === 'completed');
    assert.equal(panel.lastReplay?.problem, '');
  });

  it('can be stopped while nobody follows it', async function () {
    this.timeout(60_000);
    const { panel } = await waiting();
    front.refuse(true);
    front.cut();
    await until('it is given up', () => panel.lastReplay?.phase === 'ended');
    front.refuse(false);
    await panel.handle({ type: 'stop-replay' });
    await until('it has ended', () => panel.lastReplay?.trace?.session.status === 'cancelled');
    assert.equal(panel.lastReplay?.problem, '');
  });

  it('says why it cannot be stopped, and is followed again with Refresh after that', async function () {
    this.timeout(60_000);
    const { panel, replayId, requestId } = await waiting();
    front.refuse(true);
    front.cut();
    await until('it is given up', () => panel.lastReplay?.phase === 'ended');
    await panel.handle({ type: 'stop-replay' });
    await until('it says why', () => panel.lastReplay?.problem.includes(`${replayId}/stop`));
    front.refuse(false);
    await panel.handle({ type: 'refresh' });
    await until('it is followed', () => panel.lastReplay?.phase === 'running');
    assert.equal(panel.lastReplay?.problem, '');
    await panel.handle({ type: 'answer', sessionId: replayId, requestId, value: true });
    await until('it has ended', () => panel.lastReplay?.trace?.session.status === 'completed');
  });
});
