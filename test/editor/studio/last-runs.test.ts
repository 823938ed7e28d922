import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Fault, type FaultServer, startFaultServer } from '../../fixtures/servers';
import { desk } from '../support/desk';
import { presses } from '../support/messages';
import { forgetServers, workOn } from '../support/servers';

const at = '2026-01-01T00:00:00Z';
const sessionOf = (id: string, agent: string) => ({
  id,
  title: `Session ${id}`,
  status: 'completed',
  created_at: at,
  updated_at: at,
  metadata: { local_id: agent },
});
const stepsOf = (id: string) => [
  {
    id: `${id}-0`,
    session_id: id,
    step_index: 0,
    step_type: 'message',
    content: 'Greet Ada',
    created_at: at,
  },
  {
    id: `${id}-1`,
    session_id: id,
    step_index: 1,
    step_type: 'execute_js',
    content: "return require('greet')({ name: 'Ada' })",
    created_at: at,
  },
];

describe('The last runs of a skill', () => {
  const here = desk('last-runs');
  let server: FaultServer;
  let all: ReturnType<typeof sessionOf>[];
  let broken: Set<string>;

  beforeEach(async () => {
    // The agent's own stand behind two pages of another's.
    all = Array.from({ length: 200 }, (_, index) => sessionOf(`other-${index}`, 'someone'));
    all.push(...['a', 'b', 'c'].map((id) => sessionOf(id, 'greeter')));
    broken = new Set();
    const answers: Record<string, unknown> = {
      project: { id: 'p', name: 'P', created_at: '', updated_at: '' },
      'agent-configs': [],
    };
    server = await startFaultServer(({ path }): Fault => {
      const { pathname, searchParams } = new URL(path, 'http://localhost');
      const name = pathname.split('/').at(-1) ?? '';
      const session = all.find(({ id }) => id === name);
      if (name === 'agents') {
        const [limit, offset] = ['limit', 'offset'].map((one) => Number(searchParams.get(one) ?? 0));
        return { kind: 'answer', body: all.slice(offset, (offset ?? 0) + (limit ?? 0)) };
      }
      if (session && broken.has(name)) {
        return { kind: 'garbage' };
      }
      if (session && !pathname.includes('studio')) {
        return { kind: 'answer', body: { session, steps: stepsOf(name) } };
      }
      return Object.hasOwn(answers, name)
        ? { kind: 'answer', body: answers[name] }
        : { kind: 'answer', status: 404, body: { message: 'no such path', code: 'NOT_FOUND' } };
    });
    await workOn(here.api, 'Crowded', server);
  });
  afterEach(async () => {
    await forgetServers(here.api, server);
    await server.close();
  });

  const look = () =>
    vscode.commands.executeCommand('tavora.showLastRuns', here.made.uri('agents/greeter/skills/greet.js'));

  it('are found behind the sessions of other agents, and one that cannot be read is named', async () => {
    broken.add('b');
    const { questions, messages } = here.person(presses(), ['Session c']);
    await look();
    assert.equal(questions.asked[0]?.split(' | ').length, 2);
    assert.match(questions.asked[0] ?? '', /Session a.*Session c/);
    assert.ok(messages.find(/^“Session b” could not be read and was skipped: /));
    assert.ok(here.api.studio.panel('c'), 'the picked one is opened');
    // Nothing of the others was read.
    assert.ok(server.requests.every(({ path }) => !path.includes('/agents/other-')));
  });

  it('are none where no session of the agent can be read, and it is said why', async () => {
    for (const id of ['a', 'b', 'c']) broken.add(id);
    const { messages } = here.person(presses());
    await look();
    assert.ok(
      messages.find(
        /^None of the 3 sessions of .* on Crowded ran greet from a block\. .* could not be read and were skipped: /,
      ),
    );
  });

  it('are none where the agent has no sessions', async () => {
    all.splice(200);
    const { messages } = here.person(presses());
    await look();
    assert.ok(messages.find(/ has no sessions on Crowded yet\.$/));
  });
});
