import type { TestApi } from '../../../src/extension';
import type { Ending } from '../../../src/webviews/chat/messages';
import { agentKey } from '../../../src/workbench/chat/agents';
import { type Fault, type FaultServer, type Received, startFaultServer } from '../../fixtures/servers';
import { activated } from './api';
import { TestProject } from './project';
import { forgetServers, workOn } from './servers';

/** How a request is met: as told at once, or once something has happened. */
type Answer = Fault | (() => Fault | Promise<Fault>);

/** A session of the project's agent, as a server tells it. */
export const sessionOf = (id: string, status = 'running') => ({
  id,
  title: '',
  status,
  created_at: '2026-01-01T00:00:00Z',
  metadata: { local_id: 'greeter', agent_id: 'a1', target: 'draft' },
});

export const json = (body: unknown): Fault => ({ kind: 'answer', body });

/**
 * Gives the suite that calls it a chat with a server of which each test says how it meets a request, by the last part
 * of its path. Left alone it has the session s1, without a step, and no way to run it.
 */
export function faultyChat(name: string) {
  let api: TestApi;
  let made: TestProject;
  let server: FaultServer;
  let answers: Map<string, Answer>;

  before(async () => {
    api = await activated();
    made = await TestProject.make(api, name);
  });
  after(() => made.remove());
  beforeEach(async () => {
    answers = new Map<string, Answer>([
      ['project', json({ id: 'p', name: 'P', created_at: '', updated_at: '' })],
      ['agent-configs', json([])],
      [
        'source-sync',
        json({
          draftHash: made.now.project.sourceHash,
          syncedAt: '2026-01-02T00:00:00Z',
          agents: [{ localId: 'greeter', agentId: 'a1', sourceHash: made.now.agent('greeter')?.sourceHash }],
        }),
      ],
      ['agents', json(sessionOf('s1'))],
      ['s1', json({ session: sessionOf('s1'), steps: [] })],
    ]);
    server = await startFaultServer(async ({ path }: Received): Promise<Fault> => {
      const answer = answers.get(lastPart(path));
      if (answer) {
        return typeof answer === 'function' ? await answer() : answer;
      }
      return { kind: 'answer', status: 404, body: { message: 'no such path', code: 'NOT_FOUND' } };
    });
    await workOn(api, 'Unlucky', server);
    await chat().choose({ agent: agentKey(made.folder, 'greeter'), target: 'draft' });
    await chat().begin();
  });
  afterEach(async () => {
    await chat().begin();
    await forgetServers(api, server);
    await server.close();
  });

  const chat = () => api.chat.chat;
  return {
    chat,
    get api() {
      return api;
    },
    get made() {
      return made;
    },
    /** Meets requests for a path that ends so this way from now on. */
    meet(last: string, answer: Answer): void {
      answers.set(last, answer);
    },
    /** The requests of a kind until now, by the last part of their path. */
    asked: (method: string, last: string): Received[] =>
      server.requests.filter((one) => one.method === method && lastPart(one.path) === last),
    /** How the last turn ended; undefined while it has not. */
    ending: (): Ending | undefined => {
      const last = chat().entries.at(-1);
      return last?.kind === 'ending' ? last.ending : undefined;
    },
  };
}

function lastPart(path: string): string {
  return new URL(path, 'http://server').pathname.split('/').at(-1) ?? '';
}
