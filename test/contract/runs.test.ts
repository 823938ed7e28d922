import assert from 'node:assert/strict';
import type { AgentSession, AgentStep, SyncResult } from '../../src/protocol';
import { manifestOf, sampleFiles } from './support/manifest';
import { Server } from './support/server';

describe('a run over HTTP', () => {
  const server = new Server();
  let agentId = '';

  before(async () => {
    await server.start();
    const { status, body } = await server.json<SyncResult>(
      'PUT',
      '/source-sync',
      await manifestOf(sampleFiles()),
    );
    assert.equal(status, 200, JSON.stringify(body));
    agentId = body.agents[0]?.agentId ?? '';
  });

  after(() => server.dispose());

  async function newSession(body: Record<string, unknown> = {}): Promise<string> {
    const created = await server.json<AgentSession>('POST', '/agents', {
      agent_id: agentId,
      target: 'draft',
      ...body,
    });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    return created.body.id;
  }

  it('streams the block, its result, what changed and the answer, and keeps each step', async () => {
    const id = await newSession();
    server.model.says(
      "I look it up.\n\n```js\ndata.order = require('order')({ id: 'A-1' });\ndata.order.total\n```\nignored",
      'It costs 42.',
    );
    const events = await server.run(id, 'What does order A-1 cost?');
    assert.deepEqual(
      events.map((event) => event.type),
      ['sandbox_event', 'execute_js', 'execute_js_result', 'data_update', 'response', 'done'],
      JSON.stringify(events.at(-1)),
    );
    assert.equal(events[0]?.content, 'I look it up.');
    assert.equal(events[2]?.result, 42);
    assert.deepEqual(events[3]?.args, { order: { id: 'A-1', total: 42 } });
    assert.equal(events[4]?.content, 'It costs 42.');
    assert.deepEqual(events[5]?.summary, {
      session_id: id,
      steps: 6,
      tokens: { prompt: 20, completion: 10 },
    });

    const { body } = await server.json<{ session: AgentSession; steps: AgentStep[] }>('GET', `/agents/${id}`);
    assert.equal(body.session.status, 'completed');
    assert.equal(body.session.step_count, 6);
    assert.deepEqual(
      body.steps.map((step) => [step.step_index, step.step_type]),
      [
        [0, 'message'],
        [1, 'sandbox_event'],
        [2, 'execute_js'],
        [3, 'execute_js_result'],
        [4, 'data_update'],
        [5, 'response'],
      ],
    );
  });
});
