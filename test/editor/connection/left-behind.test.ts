import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Fault, type FaultServer, startFaultServer } from '../../fixtures/servers';
import { until } from '../support/api';
import { desk } from '../support/desk';
import { presses } from '../support/messages';
import { forgetServers, workOn } from '../support/servers';

const project = { id: 'p1', name: 'Slow', created_at: '', updated_at: '' };
const session = { id: 's1', title: 'Of the slow one', status: 'completed', created_at: '', updated_at: '' };
let config = {
  id: 'a1',
  name: 'Greeter',
  code_first_project: 'left-behind',
  code_first_local_id: 'greeter',
  draft_source_hash: 'sha256:other',
  created_at: '',
  updated_at: '',
};

describe('A server that is left before it has answered', () => {
  const here = desk('left-behind');
  let slow: FaultServer;
  /** Begins the path that is answered only when the test says so; "" for none. */
  let held = '';
  let release: () => void = () => undefined;

  beforeEach(async () => {
    held = '';
    slow = await startFaultServer(async ({ path, method }): Promise<Fault> => {
      const asked = `${method} ${path.replace('/api/sdk', '')}`;
      if (held !== '' && asked.startsWith(held)) {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      if (asked.startsWith('GET /project/settings')) return answer({ fetch_allow: [] });
      if (asked.startsWith('PATCH /project/settings')) return answer({ fetch_allow: [] });
      if (asked.startsWith('GET /project')) return answer(project);
      if (asked.startsWith('GET /agents?')) return answer({ sessions: [session] });
      if (asked.startsWith('GET /agent-configs')) return answer([config]);
      return { kind: 'answer', status: 404, body: { message: 'no', code: 'NOT_FOUND' } };
    });
  });
  afterEach(async () => {
    release();
    await forgetServers(here.api, slow);
    await slow.close();
  });

  const answer = (body: unknown): Fault => ({ kind: 'answer', body });
  /** Settles when the slow server has been asked what it does not answer. */
  const asked = (path: string) =>
    until(`${path} is asked for`, () => slow.requests.some((one) => one.path.includes(path)));
  /** Has something go on at the slow server, so that its connection outlives another choice. */
  const holding = async () => {
    const client = await here.api.connection.client();
    const { server } = here.api.connection.state;
    let end: () => void = () => undefined;
    const going = new Promise<void>((resolve) => {
      end = resolve;
    });
    const done = here.api.connection.finishing({ server, client }, () => going);
    return async () => {
      end();
      await done;
    };
  };

  it('says nothing in the view of sessions of the next', async () => {
    await workOn(here.api, 'Slow', slow);
    held = 'GET /agents?';
    const reading = vscode.commands.executeCommand('tavora.refreshSessions');
    await asked('/agents?');
    await here.api.connection.choose('embedded');
    await reading;
    assert.deepEqual([here.api.sessions.message, here.api.sessions.getChildren()], [undefined, []]);
  });

  it('lists no sessions under the name of the next, though its connection is still needed', async () => {
    await workOn(here.api, 'Slow', slow);
    const done = await holding();
    held = 'GET /agents?';
    const reading = vscode.commands.executeCommand('tavora.refreshSessions');
    await asked('/agents?');
    await here.api.connection.choose('embedded');
    held = '';
    release();
    await reading;
    assert.deepEqual(here.api.sessions.getChildren(), []);
    await done();
  });

  it('tells nothing of the agents of the next', async () => {
    const { api } = here;
    // The one that is asked about first.
    const [first] = api.workspaces.projects;
    assert.ok(first);
    const { name } = first.project;
    config = { ...config, code_first_project: name };
    const records = () => api.drafts.recordsAt(api.connection.state.server, name);
    const told: string[] = [];
    held = 'GET /project';
    await workOn(api, 'Slow', slow);
    const reading = api.drafts.refresh();
    await asked('/project');
    await api.connection.choose('embedded');
    // The next one corrects it as soon as it answers; until then it would be shown, and believed.
    const shown = api.drafts.onDidChange(() => told.push(JSON.stringify(records())));
    held = '';
    release();
    await reading;
    shown.dispose();
    assert.doesNotMatch(told.join('\n'), /a1/);
  });

  it('is not changed without its name, where it is production and the next is not', async () => {
    await here.api.connection.profiles.save({ id: 'live', label: 'Live', url: slow.url, production: true });
    await here.api.connection.keys.set(slow.url, 'tvr_live');
    await here.api.connection.choose('live');
    const done = await holding();
    const person = here.person(presses(), ['api.example.com', undefined]);
    held = 'GET /project/settings';
    const changing = vscode.commands.executeCommand('tavora.allowHost');
    await asked('/project/settings');
    await here.api.connection.choose('embedded');
    held = '';
    release();
    await changing;
    assert.match(person.questions.asked[1] ?? '', /Type Live to allow api\.example\.com/);
    assert.deepEqual(
      slow.requests.filter(({ method }) => method === 'PATCH'),
      [],
    );
    await done();
  });

  it('does not start the embedded runtime to write a run down that ended there', async () => {
    await workOn(here.api, 'Slow', slow);
    assert.equal(here.api.connection.runtimePid, undefined);
    here.api.runLogs.ended('a-session', 'embedded');
    await here.api.runLogs.settled();
    assert.equal(here.api.connection.runtimePid, undefined);
  });
});
