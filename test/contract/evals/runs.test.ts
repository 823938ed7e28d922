import assert from 'node:assert/strict';
import type { EvalRun, SessionWithSteps, Trace } from '../../../src/protocol';
import { ModelPrices } from '../../../src/runtime/limits';
import type { ModelRequest } from '../../../src/runtime/models/types';
import { Server } from '../support/server';
import { EvalBench, evalFile, isJudge, judged, lastMessage, projectWith, type SentDetail } from './bench';

const greeting = evalFile('greeting', { name: 'Greets', input: 'Hello', criteria: 'Greets back.' });
const order = evalFile('order', {
  name: 'Finds the order',
  input: 'Where is order 7?',
  expectations: [
    { kind: 'contains', value: 'total 42' },
    { kind: 'not_contains', value: 'sorry' },
  ],
});

/** Looks the order up by the skill, then says what it costs. */
function lookup(request: ModelRequest): string {
  const last = request.messages.at(-1);
  if (lastMessage(request) === 'Hello') return 'Hello to you!';
  return last?.role === 'tool'
    ? 'Its total  42 is paid.'
    : "Looking.\n```js\nrequire('order')({ id: '7' })\n```";
}

/** Answers nothing until the run is stopped. */
function hanging({ signal }: ModelRequest): Promise<string> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

describe('runs of evals over HTTP', () => {
  const server = new Server();
  const bench = new EvalBench(server);
  beforeEach(() => server.start());
  afterEach(() => server.dispose());

  it('run every case of a draft in a session of its own, and judge the answers', async () => {
    bench.answer(lookup, judged(8.5, 'It says hello.'));
    const agentId = await bench.sync(projectWith({ ...greeting, ...order }));
    const started = await bench.start(agentId);
    assert.deepEqual(
      [started.status, started.total_cases, started.passed, started.failed, started.target],
      [started.status, 2, 0, 0, 'draft'],
    );
    assert.ok(['pending', 'running'].includes(started.status), started.status);
    const { run, results, pending } = await bench.ended(started.id);
    assert.equal(run.status, 'completed');
    assert.deepEqual([run.passed, run.failed, run.average_score], [2, 0, 9.25]);
    assert.deepEqual([run.suite_version, run.complete_suite, run.repeat], ['1.0.0', true, 1]);
    assert.deepEqual([run.model, run.judge_model], ['test/scripted', 'test/scripted']);
    assert.equal(run.source_hash, (await bench.config(agentId)).draft_source_hash);
    assert.ok(run.started_at && run.finished_at && run.started_at <= run.finished_at);
    assert.deepEqual(pending, []);
    const [hello, found] = results;
    assert.deepEqual(
      [hello?.case_name, hello?.score, hello?.pass, hello?.reasoning, hello?.response],
      ['Greets', 8.5, true, 'It says hello.', 'Hello to you!'],
    );
    assert.equal(hello?.set_name, `__cf__/${agentId}`);
    assert.deepEqual([hello?.prompt_tokens, hello?.judge_prompt_tokens], [10, 10]);
    assert.deepEqual([found?.score, found?.pass, found?.error], [10, true, null]);
    assert.equal(found?.judge_prompt_tokens, 0, 'expectations need no judge');
    assert.match(found?.reasoning ?? '', /met: the answer has “total 42”/);
    assert.deepEqual(found?.tool_calls, [
      { name: 'execute_js', args: { source: "require('order')({ id: '7' })" }, ok: true },
    ]);
    assert.equal(run.prompt_tokens, 10 + 10 + 20);
    const { session, steps } = await bench.get<SessionWithSteps>(`/agents/${found?.session_id}`);
    assert.equal(session.title, 'Eval: Finds the order');
    assert.equal(session.metadata?.eval_run_id, run.id);
    assert.equal(session.metadata?.source_hash, run.source_hash);
    assert.ok(steps.some(({ step_type }) => step_type === 'execute_js'));
    const trace = await bench.get<Trace>(`/studio/${found?.session_id}`);
    assert.equal(trace.session.id, found?.session_id);
  });

  it('show the judge message, criteria, deeds and answer, and no more than once', async () => {
    bench.answer(lookup);
    const agentId = await bench.sync(
      projectWith(evalFile('order', { input: 'Where is order 7?', criteria: 'Names the total.' })),
    );
    await bench.run(agentId);
    const asked = server.model.requests.filter(isJudge);
    assert.equal(asked.length, 1);
    const content = asked[0]?.messages[0]?.content ?? '';
    for (const part of ['Where is order 7?', 'Names the total.', 'execute_js', 'Its total  42 is paid.']) {
      assert.ok(content.includes(part), content);
    }
  });

  const verdicts: [string, string, number][] = [
    ['in a fence', '```json\n{"score": 7, "reasoning": "ok"}\n```', 7],
    ['as text', 'The verdict: {"score": "8/10", "reasoning": "ok"} Good luck!', 8],
    ['after thoughts in braces', 'I think {about it}. {"reasoning": "a {b} c", "score": 3.5}', 3.5],
    ['of zero', '{"score": 0, "reasoning": "no"}', 0],
    ['of ten', '{"score": 10}', 10],
  ];
  for (const [how, reply, score] of verdicts) {
    it(`read a score ${how}`, async () => {
      bench.answer(lookup, reply);
      const { results } = await bench.run(await bench.sync(projectWith(greeting)));
      assert.deepEqual([results[0]?.score, results[0]?.error], [score, null]);
      assert.equal(results[0]?.pass, score >= 7);
    });
  }

  for (const reply of [
    'I would say seven.',
    '{"score": 11}',
    '{"score": -1}',
    '{"score": null}',
    '{"grade": 5}',
  ]) {
    it(`call ${reply} of a judge an error, not a score of 0`, async () => {
      bench.answer(lookup, reply);
      const { run, results } = await bench.run(await bench.sync(projectWith(greeting)));
      const [result] = results;
      assert.deepEqual([result?.score, result?.pass], [null, false]);
      assert.match(result?.error ?? '', /judge test\/scripted gave no score/);
      assert.equal(result?.response, 'Hello to you!');
      assert.equal(result?.judge_prompt_tokens, 20, 'it is asked twice');
      assert.deepEqual([run.status, run.passed, run.failed, run.average_score], ['completed', 0, 1, 0]);
    });
  }

  it('ask a judge again whose first answer cannot be read', async () => {
    bench.answer(lookup);
    server.model.says('Hello to you!', 'Hm.', judged(6));
    const { results } = await bench.run(await bench.sync(projectWith(greeting)));
    assert.equal(results[0]?.score, 6);
  });

  it('call a judge that fails an error with its reason', async () => {
    server.model.always(async (request) => {
      if (isJudge(request)) throw new Error('The judge is out for lunch.');
      return 'Hi';
    });
    const { results } = await bench.run(await bench.sync(projectWith(greeting)));
    assert.match(results[0]?.error ?? '', /could not be judged: The judge is out for lunch/);
    assert.equal(results[0]?.score, null);
  });

  it('call an agent that fails an error with its reason', async () => {
    server.model.always(async () => {
      throw new Error('The model is gone.');
    });
    const { run, results } = await bench.run(await bench.sync(projectWith(greeting)));
    assert.deepEqual([results[0]?.error, results[0]?.score], ['The model is gone.', null]);
    assert.deepEqual([run.status, run.failed], ['completed', 1]);
  });

  it('take expectations off the score of criteria as far as they are missed', async () => {
    bench.answer(lookup, judged(8));
    const half = evalFile('half', {
      input: 'Hello',
      criteria: 'Greets.',
      expectations: [
        { kind: 'contains', value: 'HELLO TO' },
        { kind: 'contains', value: 'your order' },
      ],
      pass_threshold: 4,
    });
    const { results } = await bench.run(await bench.sync(projectWith(half)));
    assert.deepEqual([results[0]?.score, results[0]?.pass, results[0]?.pass_threshold], [4, true, 4]);
    assert.match(results[0]?.reasoning ?? '', /missed: the answer lacks “your order”/);
  });

  it('say which kinds of expectation there are', async () => {
    bench.answer(lookup);
    const odd = evalFile('odd', { input: 'Hello', expectations: [{ kind: 'regex', value: 'h.*' }] });
    const { results } = await bench.run(await bench.sync(projectWith(odd)));
    assert.match(results[0]?.error ?? '', /"regex" is not one that is known here; use "contains"/);
  });

  describe('whose agent asks', () => {
    const refund = (answers?: unknown[]) =>
      projectWith(
        evalFile('refund', { input: 'Refund 7', criteria: 'Refunds.', ...(answers && { answers }) }),
      );
    const asking = (request: ModelRequest) =>
      request.messages.at(-1)?.role === 'tool'
        ? `Done: ${request.messages.at(-1)?.content}`
        : "```js\nrequire('refund')({ id: '7' })\n```";

    it('answer from the case', async () => {
      bench.answer(asking);
      const { results } = await bench.run(await bench.sync(refund([true])));
      assert.match(results[0]?.response ?? '', /refunded.*true/s);
      const content = server.model.requests.find(isJudge)?.messages[0]?.content ?? '';
      assert.ok(content.includes('“Refund 7?” was answered true'), content);
    });

    it('fail the case, and say what to write, when it has no answer', async () => {
      bench.answer(asking);
      const { results } = await bench.run(await bench.sync(refund()));
      const error = results[0]?.error ?? '';
      assert.match(error, /The agent asked “Refund 7\?” \(confirm\)\. The case has no answer for it\./);
      assert.match(error, /"answers" of agents\/support\/evals\/refund\.json/);
      const { session } = await bench.get<SessionWithSteps>(`/agents/${results[0]?.session_id}`);
      assert.equal(session.status, 'cancelled');
    });

    it('fail the case when its answer does not fit the question', async () => {
      bench.answer(asking);
      const { results } = await bench.run(await bench.sync(refund(['yes'])));
      assert.match(results[0]?.error ?? '', /must be true or false/);
    });
  });

  it('say what they cost where the price of every model is known', async () => {
    bench.answer(lookup);
    const agentId = await bench.sync(projectWith({ ...greeting, ...order }));
    const unknown = await bench.run(agentId);
    assert.deepEqual([unknown.run.cost, unknown.results[0]?.cost], [null, null]);
    await server.stop();
    await server.start({ prices: ModelPrices.read('test/*=1000/2000') });
    const known = await bench.run(agentId);
    // 10 tokens of a prompt at 0.001 and 5 of an answer at 0.002, twice: one case has a judge, one a second step.
    assert.deepEqual(
      known.results.map(({ cost }) => cost),
      [0.04, 0.04],
    );
    assert.equal(known.run.cost, 0.08);
  });

  it('run a case as often as asked, and only those named', async () => {
    bench.answer(lookup);
    const agentId = await bench.sync(projectWith({ ...greeting, ...order }));
    const named = await bench.run(agentId, { case_names: ['Greets'], repeat: 3 });
    assert.deepEqual([named.run.total_cases, named.run.repeat, named.run.complete_suite], [3, 3, false]);
    assert.deepEqual(
      named.results.map(({ case_name, repetition }) => [case_name, repetition]),
      [1, 2, 3].map((n) => ['Greets', n]),
    );
    const caseId = named.results[0]?.case_id;
    const byId = await bench.run(agentId, { case_ids: [caseId] });
    assert.deepEqual(
      byId.results.map(({ case_id }) => case_id),
      [caseId],
    );
  });

  it('are of every case of a suite of thousands, once, and repeat as many as one run may hold', async () => {
    const count = 2_001;
    const cases = Array.from({ length: count }, (_, n) =>
      evalFile(`e${n}`, { input: `${n}`, criteria: 'x' }),
    );
    bench.answer(hanging);
    const agentId = await bench.sync(projectWith(Object.assign({}, ...cases)));
    const { id, total_cases: total, complete_suite: whole } = await bench.start(agentId);
    assert.deepEqual([total, whole], [count, true]);
    const { pending } = await bench.get<SentDetail>(`/eval-runs/${id}`);
    assert.equal(pending.length, count);
    await server.json('POST', `/eval-runs/${id}/cancel`);
    const path = `/agent-configs/${agentId}/eval-runs?target=draft`;
    const again = await server.json<{ message: string; field: string }>('POST', path, { repeat: 2 });
    assert.deepEqual([again.status, again.body.field], [400, 'repeat']);
    assert.match(again.body.message, /^One run repeats 2001 cases at most once; /);
    const some = { repeat: 20, case_names: Array.from({ length: 101 }, (_, n) => `e${n}`) };
    const few = await server.json<{ message: string }>('POST', path, some);
    assert.match(few.body.message, /^One run repeats 101 cases at most 19 times; /);
  });

  it('name every case that the suite does not have', async () => {
    const agentId = await bench.sync(projectWith({ ...greeting, ...order }));
    const body = { case_names: ['Nobody', 'No one'], case_ids: ['none'] };
    const path = `/agent-configs/${agentId}/eval-runs?target=draft`;
    const refused = await server.json<{ message: string; unknown: string[] }>('POST', path, body);
    assert.equal(refused.status, 400);
    assert.match(refused.body.message, /has no case named "Nobody", "No one"/);
    assert.deepEqual(refused.body.unknown, ['Nobody', 'No one', 'none']);
  });

  it('go on a few at a time, and say which wait', async () => {
    const files = Object.assign(
      {},
      ...Array.from({ length: 5 }, (_, n) => evalFile(`e${n}`, { input: `${n}`, criteria: 'x' })),
    );
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    bench.answer(async () => {
      await gate;
      return 'Answer.';
    });
    const { id } = await bench.start(await bench.sync(projectWith(files)));
    const under = await bench.until(
      id,
      ({ pending }) => pending.filter(({ status }) => status === 'running').length === 3,
    );
    assert.equal(under.run.status, 'running');
    assert.equal(under.pending.filter(({ status }) => status === 'pending').length, 2);
    assert.ok(under.pending.slice(0, 3).every(({ session_id }) => session_id));
    release();
    assert.equal((await bench.ended(id)).run.passed, 5);
  });

  it('stop when cancelled, with the sessions that go on, and keep what there is', async () => {
    bench.answer((request) => (lastMessage(request) === 'Hello' ? 'Hi' : hanging(request)));
    const agentId = await bench.sync(projectWith({ ...greeting, ...order }));
    const { id } = await bench.start(agentId);
    const before = await bench.until(
      id,
      ({ results, pending }) => results.length === 1 && pending[0]?.status === 'running',
    );
    const { status, body } = await server.json<{ run: EvalRun }>('POST', `/eval-runs/${id}/cancel`);
    assert.equal(status, 200);
    assert.deepEqual([body.run.status, body.run.error], ['cancelled', 'The run was cancelled.']);
    const { results } = await bench.ended(id);
    assert.deepEqual(
      results.map(({ pass, error }) => [pass, error]),
      [
        [true, null],
        [false, 'The run was cancelled.'],
      ],
    );
    const { session } = await bench.get<SessionWithSteps>(`/agents/${before.pending[0]?.session_id}`);
    assert.equal(session.status, 'cancelled');
    const again = await server.json<{ run: EvalRun }>('POST', `/eval-runs/${id}/cancel`);
    assert.deepEqual([again.status, again.body.run.status], [200, 'cancelled']);
  });

  it('end a case that takes longer than it may', async () => {
    bench.answer(hanging);
    const { results } = await bench.run(await bench.sync(projectWith(greeting)), { timeout_ms: 1_000 });
    assert.equal(results[0]?.error, 'The case was not done within 1 seconds.');
  });

  it('keep to the source that they were started over', async () => {
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    bench.answer(async (request) => {
      await gate;
      return request.system.includes('pirate') ? 'Arr' : 'Hello';
    });
    const files = Object.assign(
      {},
      ...Array.from({ length: 5 }, (_, n) => evalFile(`e${n}`, { input: `${n}`, criteria: 'x' })),
    );
    const agentId = await bench.sync(projectWith(files));
    const { id, source_hash: hash } = await bench.start(agentId);
    await bench.sync(projectWith(files, {}, { 'agents/support/persona.md': 'You are a pirate.' }));
    go();
    const { run, results } = await bench.ended(id);
    assert.deepEqual(new Set(results.map(({ response }) => response)), new Set(['Hello']));
    assert.equal(run.source_hash, hash);
    assert.notEqual((await bench.config(agentId)).draft_source_hash, hash);
  });

  it('run what is live, or a version, when told so', async () => {
    bench.answer(async ({ system }) => (system.includes('pirate') ? 'Arr' : 'Hello'));
    const agentId = await bench.sync(projectWith(greeting));
    const before = await server.json('POST', `/agent-configs/${agentId}/eval-runs`);
    assert.equal(before.status, 409);
    await server.json('POST', '/source-deploy', { project: 'shop' });
    const first = (await bench.config(agentId)).active_version_id;
    await bench.sync(projectWith(greeting, {}, { 'agents/support/persona.md': 'You are a pirate.' }));
    const live = await bench.run(agentId, undefined, 'live');
    assert.deepEqual([live.results[0]?.response, live.run.agent_version_id], ['Hello', first]);
    await server.json('POST', '/source-deploy', { project: 'shop' });
    assert.equal((await bench.run(agentId, {}, 'live')).results[0]?.response, 'Arr');
    const old = await bench.run(agentId, { agent_version_id: first }, 'live');
    assert.deepEqual([old.results[0]?.response, old.run.agent_version_id], ['Hello', first]);
  });

  it('are failed with a reason by a runtime that stops, and by one that finds them after a death', async () => {
    bench.answer(hanging);
    const agentId = await bench.sync(projectWith(greeting));
    const { id } = await bench.start(agentId);
    await bench.until(id, ({ pending }) => pending[0]?.status === 'running');
    await server.stop();
    await server.start();
    const { run, results } = await bench.ended(id);
    assert.deepEqual([run.status, run.error], ['failed', 'The runtime was shut down; run it again.']);
    assert.deepEqual(
      [results[0]?.pass, results[0]?.error],
      [false, 'The runtime was shut down; run it again.'],
    );
  });

  it('end quietly with an agent that is deleted', async () => {
    bench.answer(hanging);
    const agentId = await bench.sync(projectWith(greeting));
    const { id } = await bench.start(agentId);
    await bench.until(id, ({ pending }) => pending[0]?.status === 'running');
    const deleted = await server.request('DELETE', `/agent-configs/${agentId}`);
    assert.equal(deleted.status, 204);
    assert.equal((await server.json('GET', `/eval-runs/${id}`)).status, 404);
    await server.stop();
    assert.deepEqual(
      server.logged.filter((line) => /broke/.test(line)),
      [],
    );
    await server.start();
  });

  describe('refuse', () => {
    let agentId = '';
    beforeEach(async () => {
      bench.answer(lookup);
      agentId = await bench.sync(projectWith(greeting));
    });

    const bodies: [string, unknown, string][] = [
      ['a case that there is not', { case_names: ['Nobody'] }, 'case_names'],
      ['a case id that there is not', { case_ids: ['x'] }, 'case_ids'],
      ['no case at all', { case_names: [] }, 'case_names'],
      ['no repetition', { repeat: 0 }, 'repeat'],
      ['half a repetition', { repeat: 1.5 }, 'repeat'],
      ['too many repetitions', { repeat: 21 }, 'repeat'],
      ['words for a number', { repeat: 'two' }, 'repeat'],
      ['a timeout of nothing', { timeout_ms: 10 }, 'timeout_ms'],
      ['names that are no list', { case_names: 'Greets' }, 'case_names'],
      ['a version of a draft', { agent_version_id: 'v' }, 'agent_version_id'],
    ];
    for (const [what, body, field] of bodies) {
      it(what, async () => {
        const path = `/agent-configs/${agentId}/eval-runs?target=draft`;
        const answer = await server.json('POST', path, body);
        assert.equal(answer.status, 400);
        assert.equal(answer.body.field, field);
        assert.deepEqual((await bench.get<{ runs: EvalRun[] }>('/eval-runs')).runs, []);
      });
    }

    it('a target that there is not', async () => {
      const answer = await server.json('POST', `/agent-configs/${agentId}/eval-runs?target=prod`);
      assert.deepEqual([answer.status, answer.body.field], [400, 'target']);
    });

    it('a body that is not JSON', async () => {
      const answer = await server.json('POST', `/agent-configs/${agentId}/eval-runs?target=draft`, '{oops');
      assert.equal(answer.status, 400);
    });

    it('unknown agents, versions and runs', async () => {
      assert.equal((await server.json('POST', '/agent-configs/nobody/eval-runs')).status, 404);
      assert.equal((await server.json('GET', '/agent-configs/nobody/eval-runs')).status, 404);
      const version = { agent_version_id: 'nobody' };
      assert.equal((await server.json('POST', `/agent-configs/${agentId}/eval-runs`, version)).status, 404);
      assert.equal((await server.json('GET', '/eval-runs/nobody')).status, 404);
      assert.equal((await server.json('POST', '/eval-runs/nobody/cancel')).status, 404);
    });

    it('an agent without evals', async () => {
      const bare = await bench.sync(projectWith({}));
      const answer = await server.json('POST', `/agent-configs/${bare}/eval-runs?target=draft`);
      assert.equal(answer.status, 409);
      assert.match(String(answer.body.message), /has no evals/);
    });
  });

  it('are listed newest first, by agent and in pages', async () => {
    bench.answer(lookup);
    const agentId = await bench.sync(projectWith(greeting));
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) ids.unshift((await bench.run(agentId)).run.id);
    const listed = await bench.get<EvalRun[]>(`/agent-configs/${agentId}/eval-runs`);
    assert.deepEqual(
      listed.map(({ id }) => id),
      ids.slice(0, 5),
    );
    const all = await bench.get<EvalRun[]>(`/agent-configs/${agentId}/eval-runs?limit=50`);
    assert.equal(all.length, 7);
    for (const limit of ['0', '51', 'x']) {
      const { status } = await server.json('GET', `/agent-configs/${agentId}/eval-runs?limit=${limit}`);
      assert.equal(status, 400, limit);
    }
    const page = await bench.get<{ runs: EvalRun[] }>('/eval-runs?limit=2&offset=1');
    assert.deepEqual(
      page.runs.map(({ id }) => id),
      ids.slice(1, 3),
    );
  });
});
