import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { type Fault, type FaultServer, frame, startFaultServer } from '../../fixtures/servers';
import { activated, closeEditors, until } from '../support/api';
import { TestProject } from '../support/project';
import { forgetServers, workOn } from '../support/servers';

const at = '2026-01-01T00:00:00Z';
const message = {
  id: 'm0',
  session_id: 's8',
  step_index: 0,
  step_type: 'message',
  content: 'Write the report.',
  created_at: at,
};
const config = { id: 'reporter', name: 'Reporter', model: 'local/rehearsal' };

describe('A run that was begun elsewhere, as by a schedule', () => {
  let api: TestApi;
  let made: TestProject;
  let server: FaultServer;
  let status = 'running';

  before(async () => {
    api = await activated();
    made = await TestProject.make(api, 'followed');
    await made.write('agents/reporter/agent.jsonc', JSON.stringify(config));
    await until('the agent is there', () => made.now.agent('reporter'));
    server = await startFaultServer(({ path }): Fault => {
      const name = new URL(path, 'http://localhost').pathname.split('/').at(-1) ?? '';
      if (name === 'events') {
        status = 'completed';
        return { kind: 'stream', pieces: [frame({ type: 'done' })] };
      }
      const metadata = { local_id: 'reporter', schedule: 'Morning' };
      const session = { id: 's8', title: 'Morning', status, metadata, created_at: at, updated_at: at };
      const answers: Record<string, unknown> = {
        project: { id: 'p', name: 'P', created_at: '', updated_at: '' },
        'agent-configs': [],
        s8: { session, steps: [message], system_prompt: '', tools: [] },
      };
      return Object.hasOwn(answers, name)
        ? { kind: 'answer', body: answers[name] }
        : { kind: 'answer', status: 404, body: { message: 'no such path', code: 'NOT_FOUND' } };
    });
    await workOn(api, 'Followed', server);
  });
  after(async () => {
    await closeEditors();
    await forgetServers(api, server);
    await server.close();
    await made.remove();
  });

  it('is in the log of runs once its trace was open until it ended', async () => {
    await vscode.commands.executeCommand('tavora.openStudio', 's8');
    const log = await until('it is written down', async () => {
      await api.runLogs.settled();
      const logs = await vscode.workspace.fs.readDirectory(made.folder);
      if (!logs.some(([name]) => name === '.runs')) return undefined;
      const runs = await vscode.workspace.fs.readDirectory(made.uri('.runs'));
      return runs.find(([name]) => name.endsWith('-reporter-s8.md'))?.[0];
    });
    const text = await vscode.workspace.fs.readFile(made.uri(`.runs/${log}`));
    assert.match(new TextDecoder().decode(text), /Write the report\./);
  });
});
