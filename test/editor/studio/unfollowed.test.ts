import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { type Fault, type FaultServer, startFaultServer } from '../../fixtures/servers';
import { activated, closeEditors, until } from '../support/api';
import { forgetServers, workOn } from '../support/servers';

const session = {
  id: 's7',
  title: 'Under way',
  status: 'running',
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
};
const step = {
  id: 'm0',
  session_id: 's7',
  step_index: 0,
  step_type: 'message',
  content: 'Hello',
  created_at: session.created_at,
};

describe('A trace under way on a server that does not let it be followed', () => {
  let api: TestApi;
  let server: FaultServer;
  let events: Fault;

  before(async () => {
    api = await activated();
  });
  beforeEach(async () => {
    const answers: Record<string, unknown> = {
      project: { id: 'p', name: 'P', created_at: '', updated_at: '' },
      'agent-configs': [],
      s7: { session, steps: [step], system_prompt: '', tools: [] },
    };
    server = await startFaultServer(({ path }): Fault => {
      const name = new URL(path, 'http://localhost').pathname.split('/').at(-1) ?? '';
      if (name === 'events') {
        return events;
      }
      return Object.hasOwn(answers, name)
        ? { kind: 'answer', body: answers[name] }
        : { kind: 'answer', status: 404, body: { message: 'no such path', code: 'NOT_FOUND' } };
    });
    await workOn(api, 'Unfollowed', server);
  });
  afterEach(async () => {
    await closeEditors();
    await forgetServers(api, server);
    await server.close();
  });

  const asked = (part: string) => server.requests.filter(({ path }) => path.includes(part)).length;

  const endings: [string, Fault][] = [
    ['refuses', { kind: 'answer', status: 403, body: { message: 'Not with this key.' } }],
    ['answers with no stream', { kind: 'answer', body: 'Hello from the proxy.' }],
    ['ends the stream at once', { kind: 'stream', pieces: [] }],
  ];
  for (const [what, fault] of endings) {
    it(`is asked once when it ${what}, and again with Refresh`, async () => {
      events = fault;
      await vscode.commands.executeCommand('tavora.openStudio', 's7');
      const panel = await until('the trace is read', () => {
        const one = api.studio.panel('s7');
        return one?.lastTrace ? one : undefined;
      });
      await until('the run was to be followed', () => asked('/events') > 0);
      // What came of the following is looked at once more.
      await until('the trace is read again', () => asked('/studio/s7') > 1);
      for (let look = 0; look < 3; look++) {
        await panel.handle({ type: 'ready' });
      }
      assert.equal(asked('/events'), 1);
      await panel.handle({ type: 'refresh' });
      await until('it is asked again', () => asked('/events') === 2);
    });
  }
});
