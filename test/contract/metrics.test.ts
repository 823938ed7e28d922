import assert from 'node:assert/strict';
import type { AgentSession, Metrics } from '../../src/protocol';
import { EvalBench, evalFile, judged, projectWith } from './evals/bench';
import { Server } from './support/server';

describe('metrics over HTTP', () => {
  const server = new Server();
  const bench = new EvalBench(server);
  beforeEach(() => server.start());
  afterEach(() => server.dispose());

  const metrics = () => bench.get<Metrics>('/metrics');
  const session = async () => (await server.json<AgentSession>('POST', '/agents', {})).body.id;

  it('are nothing at first', async () => {
    assert.deepEqual(await metrics(), {
      tokens: { prompt_tokens: 0, candidate_tokens: 0, total_tokens: 0, request_count: 0 },
      agents: {
        total_sessions: 0,
        active_sessions: 0,
        completed_sessions: 0,
        error_sessions: 0,
        total_steps: 0,
      },
      evals: { total_runs: 0, completed_runs: 0, total_passed: 0, total_failed: 0, average_score: 0 },
    });
  });

  it('count sessions by how they ended, their steps, and what models were asked', async () => {
    server.model.says('```js\n1 + 1\n```', 'Two.');
    await server.run(await session(), 'What is 1 + 1?');
    server.model.says(async () => {
      throw new Error('The model is gone.');
    });
    await server.run(await session(), 'Hello?');
    await session();
    const { tokens, agents } = await metrics();
    assert.deepEqual(tokens, { prompt_tokens: 20, candidate_tokens: 10, total_tokens: 30, request_count: 2 });
    assert.deepEqual(agents, {
      total_sessions: 3,
      active_sessions: 0,
      completed_sessions: 1,
      error_sessions: 1,
      total_steps: 6,
    });
  });

  it('count a session that runs as active', async () => {
    server.model.says("```js\nconfirm('Go on?')\n```");
    const stream = await server.stream(`/agents/${await session()}/run`, { message: 'Ask' });
    await stream.until('input_request');
    assert.equal((await metrics()).agents.active_sessions, 1);
  });

  it('do not count a call again that a replay took over', async () => {
    server.model.says('One.');
    const id = await session();
    await server.run(id, 'Say one');
    const before = (await metrics()).tokens;
    server.model.says('Two.');
    await (await server.stream(`/studio/${id}/replay`, { from_step: 2, message: 'Say two' })).rest();
    const { tokens } = await metrics();
    assert.equal(tokens.request_count, before.request_count + 1);
    assert.equal(tokens.prompt_tokens, before.prompt_tokens + 10);
  });

  it('count runs of evals, their results and what their judges spent', async () => {
    bench.answer(() => 'Hello!', judged(8));
    const files = {
      ...evalFile('a', { input: 'Hi', criteria: 'x' }),
      ...evalFile('b', { input: 'Ho', criteria: 'y', pass_threshold: 9 }),
    };
    const id = await bench.sync(projectWith(files));
    await bench.run(id);
    bench.answer(() => 'Hello!', 'no score');
    await bench.run(id, { case_names: ['a'] });
    const { evals, tokens } = await metrics();
    assert.deepEqual(evals, {
      total_runs: 2,
      completed_runs: 2,
      total_passed: 1,
      total_failed: 2,
      average_score: 8,
    });
    // Three answers, two judgements, and two tries of a judge that gave none.
    assert.equal(tokens.prompt_tokens, 10 * (3 + 2 + 2));
    assert.equal(tokens.request_count, 3 + 2 + 1);
  });
});
