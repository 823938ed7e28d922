import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { TavoraClient } from '../../../src/client';
import type { Services } from '../../../src/workbench/shared/services';
import { SessionActivity } from '../../../src/workbench/shared/session-activity';
import { LiveSession } from '../../../src/workbench/studio/live-session';
import { type FaultServer, frame, startFaultServer } from '../../fixtures/servers';
import { until } from '../support/api';
import { askInChat, askingSkill } from '../support/chat';
import { desk } from '../support/desk';
import { forgetServers, workOn } from '../support/servers';

describe('A run under way that the studio shows', () => {
  const here = desk('live-session');

  describe('when its server falls silent', () => {
    let server: FaultServer;
    let live: LiveSession;
    const activity = new SessionActivity();
    const running = {
      session: { id: 's1', title: '', status: 'running', created_at: '', updated_at: '' },
      steps: [],
      system_prompt: '',
      tools: [],
    } as unknown as Parameters<LiveSession['look']>[0];

    beforeEach(async () => {
      server = await startFaultServer({ kind: 'stream', pieces: [': ping\n\n'], end: 'stall' });
      const client = new TavoraClient({
        baseUrl: server.url,
        apiKey: 'tvr_live',
        timeouts: { silenceMs: 300 },
      });
      const services = { connection: { client: async () => client }, log: here.api.log };
      live = new LiveSession(services as unknown as Services, activity);
    });
    afterEach(async () => {
      live.dispose();
      await server.close();
    });

    it('is said not to be followed any more, until it is followed again', async () => {
      live.look(running);
      assert.equal(live.problem, '');
      await until('it is given up', () => live.problem !== '');
      assert.match(live.problem, /^Nothing came from the server for .* refresh to see\.$/);
      server.become({ kind: 'stream', pieces: [frame({ type: 'done' })] });
      live.again();
      live.look(running);
      assert.equal(live.problem, '');
      await until('it is followed again', () => server.requests.length === 2);
      await server.requests[1]?.closed;
      assert.equal(live.problem, '');
    });
  });

  it('is stopped from its row and from its trace, whoever began it', async () => {
    await here.made.write('agents/greeter/skills/greet.js', askingSkill);
    const sessionId = await askInChat(here.api, here.made, 'Hello');
    const client = await here.api.connection.client();
    for (const stop of ['row', 'trace']) {
      // Another client than the chat.
      const reading = (async () => {
        for await (const _ of client.sessions.run(sessionId, 'Greet Ada'));
      })();
      await until('it asks', async () => (await client.sessions.get(sessionId)).session.status === 'waiting');
      if (stop === 'row') {
        await vscode.commands.executeCommand('tavora.refreshSessions');
        const row = here.api.sessions
          .getChildren()
          .find((one) => 'session' in one && one.sessionId === sessionId);
        assert.ok(row);
        assert.equal(here.api.sessions.getTreeItem(row).contextValue, 'tavora.session.waiting');
        await vscode.commands.executeCommand('tavora.stopRun', row);
      } else {
        await vscode.commands.executeCommand('tavora.openStudio', sessionId);
        const panel = await until('the trace is open', () => here.api.studio.panel(sessionId));
        await panel.handle({ type: 'stop-run' });
      }
      await reading;
      assert.equal((await client.sessions.get(sessionId)).session.status, 'cancelled');
    }
    await here.api.chat.chat.begin();
  });

  it('is said to go on where its server cannot end it', async () => {
    const answers: Record<string, unknown> = {
      project: { id: 'p', name: 'P', created_at: '', updated_at: '' },
      'agent-configs': [],
    };
    const server = await startFaultServer(({ path }) => {
      const body = answers[new URL(path, 'http://localhost').pathname.split('/').at(-1) ?? ''];
      return body === undefined
        ? { kind: 'answer', status: 404, body: { message: 'no such path', code: 'NOT_FOUND' } }
        : { kind: 'answer', body };
    });
    await workOn(here.api, 'Endless', server);
    try {
      await vscode.commands.executeCommand('tavora.stopRun', 's1');
      assert.ok(here.messages.find(/Endless cannot end a run by its session/));
    } finally {
      await forgetServers(here.api, server);
      await server.close();
    }
  });
});
