import assert from 'node:assert/strict';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { TavoraClient } from '../../../src/client';
import type { CoveredFile, EvalRun } from '../../../src/protocol';
import type { ModelRequest } from '../../../src/runtime/models/types';
import { databaseName } from '../../../src/runtime/store';
import { Server } from '../support/server';
import { EvalBench, evalFile, lastMessage, projectWith } from './bench';

const order = evalFile('order', { name: 'Order', input: 'Order 7', criteria: 'Says 42.' });
const refund = evalFile('refund', {
  name: 'Refund',
  input: 'Refund 7',
  criteria: 'Refunds.',
  answers: [true],
});
const order7 = 'agents/support/skills/order.js';
const refunds = 'agents/support/skills/refund.js';

function agent(request: ModelRequest): string {
  if (request.messages.at(-1)?.role === 'tool') return 'Done: 42.';
  const skill = lastMessage(request).startsWith('Order') ? 'order' : 'refund';
  return `\`\`\`js\nrequire('${skill}')({ id: '7' })\n\`\`\``;
}

describe('what a run of evals exercised, over HTTP', () => {
  const server = new Server();
  const bench = new EvalBench(server);
  let client: TavoraClient;
  beforeEach(async () => {
    await server.start();
    client = new TavoraClient({ baseUrl: server.ready.url, apiKey: server.ready.apiKey });
  });
  afterEach(async () => {
    await client.close();
    await server.dispose();
  });

  const read = async (run: string, query = ''): Promise<CoveredFile[]> =>
    (await bench.get<{ coverage: CoveredFile[] }>(`/eval-runs/${run}/coverage${query}`)).coverage;
  const statements = (files: CoveredFile[], file: string): number[] | undefined =>
    files.find((one) => one.path === file)?.statements.map(({ count }) => count);

  it('is noted for each skill, and what nobody exercised with 0', async () => {
    bench.answer(agent);
    const agentId = await bench.sync(projectWith({ ...order, ...refund }));
    const { run } = await bench.run(agentId, { coverage: true, case_names: ['Order'], repeat: 2 });
    assert.equal(run.coverage, true);
    const files = await read(run.id);
    assert.deepEqual(
      files.map(({ path: file }) => file),
      [order7, refunds],
    );
    const [found] = files;
    assert.equal(found?.agent_id, agentId);
    assert.match(found?.hash ?? '', /^sha256:[0-9a-f]{64}$/);
    // Exporting, the test, what it throws, the return: twice but for the throw.
    assert.deepEqual(statements(files, order7), [2, 2, 0, 2]);
    assert.deepEqual(found?.functions, [
      { name: '', start_line: 6, start_column: 18, end_line: 6, end_column: 33, count: 2 },
    ]);
    assert.deepEqual(
      found?.branches.map(({ kind, arms }) => [kind, arms.map(({ label, count }) => [label, count])]),
      [
        [
          'if',
          [
            ['if', 0],
            ['else', 2],
          ],
        ],
        ['logical', [['right of ||', 2]]],
      ],
    );
    assert.deepEqual(statements(files, refunds), [0, 0, 0]);
    assert.deepEqual([found?.cases.length, files[1]?.cases], [1, []]);
    assert.deepEqual(await client.evals.coverage(run.id), files);
  });

  it('is there by case, by name and by id', async () => {
    bench.answer(agent);
    const agentId = await bench.sync(projectWith({ ...order, ...refund }));
    const { run, results } = await bench.run(agentId, { coverage: true });
    const whole = await read(run.id);
    assert.deepEqual(
      [statements(whole, order7), statements(whole, refunds)],
      [
        [1, 1, 0, 1],
        [1, 0, 1],
      ],
    );
    for (const result of results) {
      const name = result.case_name;
      const own = await read(run.id, `?case=${encodeURIComponent(name)}`);
      assert.deepEqual(await read(run.id, `?case=${result.case_id}`), own);
      assert.deepEqual(await client.evals.coverage(run.id, { case: name }), own);
      const [mine, other] = name === 'Order' ? [order7, refunds] : [refunds, order7];
      assert.deepEqual(statements(own, mine), statements(whole, mine));
      assert.ok(statements(own, other)?.every((count) => count === 0));
      assert.deepEqual(whole.find((file) => file.path === mine)?.cases, [result.case_id]);
    }
    const unknown = await server.json('GET', `/eval-runs/${run.id}/coverage?case=nobody`);
    assert.equal(unknown.status, 404);
  });

  it('is not there when it was not asked for', async () => {
    bench.answer(agent);
    const { run } = await bench.run(await bench.sync(projectWith(order)));
    assert.equal(run.coverage, false);
    const { status, body } = await server.json<{ message: string }>('GET', `/eval-runs/${run.id}/coverage`);
    assert.equal(status, 404);
    assert.match(body.message, /without it/);
    assert.equal(await client.evals.coverage(run.id), undefined);
    const refused = await server.json('POST', `/agent-configs/${run.agent_id}/eval-runs?target=draft`, {
      coverage: 'yes',
    });
    assert.equal(refused.status, 400);
  });

  it('is kept when a run is cancelled, as far as it came', async () => {
    bench.answer((request) =>
      request.messages.at(-1)?.role === 'tool'
        ? new Promise((_, reject) =>
            request.signal.addEventListener('abort', () => reject(request.signal.reason)),
          )
        : agent(request),
    );
    const agentId = await bench.sync(projectWith({ ...order, ...refund }));
    const { id } = await bench.start(agentId, { coverage: true });
    const { pending } = await bench.until(
      id,
      (detail) => detail.pending.length === 2 && server.model.requests.length === 4,
    );
    await server.json<{ run: EvalRun }>('POST', `/eval-runs/${id}/cancel`);
    assert.equal(pending.length, 2);
    const files = await read(id);
    assert.deepEqual(
      [statements(files, order7), statements(files, refunds)],
      [
        [1, 1, 0, 1],
        [1, 0, 1],
      ],
    );
  });

  it('is not another project’s, and gone with its run', async () => {
    bench.answer(agent);
    const { run } = await bench.run(await bench.sync(projectWith(order)), { coverage: true });
    const database = new DatabaseSync(path.join(server.data, databaseName));
    try {
      const { project_id: own } = database.prepare('select project_id from eval_runs').get() ?? {};
      database.exec(
        "insert into projects (id, name, slug, description, created_at, updated_at, fetch_allow) values ('other', 'Other', 'other', '', '', '', '[]'); update eval_runs set project_id = 'other'",
      );
      assert.equal((await server.json('GET', `/eval-runs/${run.id}/coverage`)).status, 404);
      database.prepare('update eval_runs set project_id = ?').run(own ?? '');
      assert.equal((await read(run.id)).length, 2);
      database.exec('delete from eval_runs');
      const left = database.prepare(
        'select (select count(*) from eval_coverage_files) + (select count(*) from eval_coverage_counts) as n',
      );
      assert.equal(left.get()?.n, 0);
    } finally {
      database.close();
    }
  });
});
