import assert from 'node:assert/strict';
import { TavoraClient } from '../../../../src/client';
import { belongingWords, countBelongings } from '../../../../src/workbench/delivery/agents/belongings';
import { type FaultServer, startFaultServer } from '../../../fixtures/servers';

const at = '2026-01-02T03:04:05Z';

describe('what a server has of an agent', () => {
  let server: FaultServer;
  let client: TavoraClient;

  afterEach(async () => {
    await client.close();
    await server.close();
  });

  /** A server with these lists, of which it gives at most so many at once. */
  const serve = async (lists: Record<string, readonly unknown[]>, page = 500) => {
    server = await startFaultServer(({ path }) => {
      const { pathname, searchParams } = new URL(path, 'http://server.test');
      const name = pathname.split('/').at(-1) ?? '';
      const list = lists[name];
      if (!list) return { kind: 'answer', status: 404, body: { message: 'no such path', code: 'NOT_FOUND' } };
      if (name === 'versions') return { kind: 'answer', body: list };
      const offset = Number(searchParams.get('offset') ?? 0);
      const some = list.slice(offset, offset + Math.min(page, Number(searchParams.get('limit') ?? page)));
      const key = { evals: 'cases', agents: 'sessions', 'scheduled-runs': 'scheduled_runs' }[name] ?? name;
      return { kind: 'answer', body: { [key]: name === 'scheduled-runs' ? list : some } };
    });
    client = new TavoraClient({ baseUrl: server.url, apiKey: 'tvr_x' });
    return await countBelongings(client, 'greeter', 'agent-1', new AbortController().signal);
  };
  const many = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, i) => make(i));
  const evalCase = (id: string, set: string) => ({
    id,
    name: id,
    set_name: set,
    pass_threshold: 7,
    created_at: at,
  });
  const session = (id: string, agent: string) => ({
    id,
    title: id,
    status: 'completed',
    metadata: { agent_id: agent },
    created_at: at,
    updated_at: at,
  });
  const schedule = (id: string, sessionId: string) => ({
    id,
    agent_session_id: sessionId,
    cron_expression: '0 7 * * *',
    message: 'Report.',
    created_at: at,
    updated_at: at,
  });

  it('is counted to the last eval, wherever the project’s others stand', async () => {
    const evals = [
      ...many(1200, (index) => evalCase(`other-${index}`, '__cf__/other')),
      ...many(3, (index) => evalCase(`own-${index}`, '__cf__/agent-1')),
      evalCase('own-by-file', '__cf__/greeter'),
    ];
    const has = await serve({ versions: [], evals, agents: [], 'scheduled-runs': [] }, 100);
    assert.equal(belongingWords(has), 'its draft, 4 evals');
  });

  it('is “at least” as many sessions and schedules where there may be more', async () => {
    const agents = [
      ...many(499, (index) => session(`other-${index}`, 'agent-2')),
      ...many(20, (index) => session(`own-${index}`, 'agent-1')),
    ];
    const schedules = [schedule('a', 'own-0'), schedule('b', 'own-19')];
    const has = await serve({ versions: [], evals: [], agents, 'scheduled-runs': schedules });
    assert.equal(belongingWords(has), 'its draft, at least 1 schedule, at least 1 session');
  });

  it('is not said to be nothing where none was among those looked through', async () => {
    const agents = many(600, (index) => session(`other-${index}`, 'agent-2'));
    const has = await serve({ versions: [], evals: [], agents, 'scheduled-runs': [schedule('a', 'own-0')] });
    assert.equal(belongingWords(has), 'its draft, its schedules, its sessions');
  });

  it('is exact where the server gives fewer at once than it is asked for', async () => {
    const agents = [
      ...many(120, (index) => session(`other-${index}`, 'agent-2')),
      ...many(2, (index) => session(`own-${index}`, 'agent-1')),
    ];
    const has = await serve({ versions: [], evals: [], agents, 'scheduled-runs': [] }, 50);
    assert.equal(belongingWords(has), 'its draft, 2 sessions');
  });
});
