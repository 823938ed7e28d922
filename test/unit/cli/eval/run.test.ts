import assert from 'node:assert/strict';
import { runAgent } from '../../../../src/cli/eval/run';
import { TavoraClient } from '../../../../src/client';
import { type FaultServer, startFaultServer } from '../../../fixtures/servers';

describe('a run of tavora-eval', () => {
  let server: FaultServer;
  let client: TavoraClient;
  /** How often each run was to repeat its cases. */
  let asked: (number | undefined)[];
  let told: string[];
  const cases = 150;

  /** @param repeats whether the server knows how to */
  const serve = async (repeats: boolean) => {
    asked = [];
    told = [];
    const runOf = (id: number) => ({
      id: `r${id}`,
      status: 'completed',
      total_cases: cases * (repeats ? (asked[id] ?? 1) : 1),
      created_at: '',
      ...(repeats ? { repeat: asked[id] ?? 1 } : {}),
    });
    server = await startFaultServer(({ method, path, body }) => {
      if (method === 'POST') {
        asked.push((JSON.parse(body || '{}') as { repeat?: number }).repeat);
        return { kind: 'answer', body: { run: { ...runOf(asked.length - 1), status: 'running' } } };
      }
      const run = runOf(Number(path.split('/r').at(-1)));
      const results = Array.from({ length: run.total_cases }, (_, at) => ({
        id: `${run.id} ${at}`,
        case_name: `c${at % cases}`,
        score: 9,
        pass: true,
      }));
      return { kind: 'answer', body: { run, results } };
    });
    client = new TavoraClient({ baseUrl: server.url, apiKey: 'tvr_x' });
  };
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  const results = (repeat: number) =>
    runAgent(client, 'a1', {
      cases,
      target: 'draft',
      repeat,
      signal: new AbortController().signal,
      patienceMs: 0,
      progress: (done, total) => told.push(`${done} of ${total}`),
      note: () => undefined,
    });

  it('is split into several where one may not have so many results', async () => {
    await serve(true);
    assert.equal((await results(20)).length, 3_000);
    assert.deepEqual(asked, [13, 7]);
    assert.deepEqual(told, ['1950 of 3000', '3000 of 3000']);
  });

  it('is one where the server takes them all', async () => {
    await serve(true);
    assert.equal((await results(13)).length, 1_950);
    assert.deepEqual(asked, [13]);
  });

  it('is as many as repetitions where the server does not repeat', async () => {
    await serve(false);
    assert.equal((await results(3)).length, 450);
    assert.deepEqual(told, ['150 of 450', '300 of 450', '450 of 450']);
  });
});
