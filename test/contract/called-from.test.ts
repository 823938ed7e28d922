import assert from 'node:assert/strict';
import type { AgentSession, SyncResult, Trace } from '../../src/protocol';
import { manifestOf, sampleFiles } from './support/manifest';
import { Server } from './support/server';

const skill = 'agents/support/skills/order.js';

describe('the trace of what a skill calls', () => {
  const server = new Server();
  before(() => server.start());
  after(() => server.dispose());

  it('says which line of a skill made it, and nothing where the block did', async () => {
    const files = {
      ...sampleFiles(),
      [skill]: 'const n = 1;\nmodule.exports = () => listIndexes().length + n;\n',
    };
    const synced = await server.json<SyncResult>('PUT', '/source-sync', await manifestOf(files));
    const agentId = synced.body.agents[0]?.agentId;
    const made = await server.json<AgentSession>('POST', '/agents', { agent_id: agentId, target: 'draft' });
    server.model.says("```js\nlistIndexes();\nrequire('order')()\n```", 'Done.');
    await server.run(made.body.id, 'Go');
    const { steps } = (await server.json<Trace>('GET', `/studio/${made.body.id}`)).body;
    assert.deepEqual(
      steps
        .filter(({ tool_name: name }) => name === 'listIndexes')
        .map(({ tool_args: args }) => (args as Record<string, unknown>).called_from),
      [undefined, { file: skill, line: 2, column: 24 }],
    );
  });

  it('says which line of a skill asked a question, as it is asked and on the record', async () => {
    const asking = { ...sampleFiles(), [skill]: "module.exports = () =>\n  confirm('Sure?');\n" };
    const synced = await server.json<SyncResult>('PUT', '/source-sync', await manifestOf(asking));
    const agentId = synced.body.agents[0]?.agentId;
    const made = await server.json<AgentSession>('POST', '/agents', { agent_id: agentId, target: 'draft' });
    server.model.says("```js\nconfirm('Now?');\nrequire('order')()\n```", 'Done.');
    const stream = await server.stream(`/agents/${made.body.id}/run`, { message: 'Go' });
    const asked: unknown[] = [];
    for (let left = 2; left > 0; left--) {
      const { request_id, called_from } = (await stream.until('input_request')).args ?? {};
      asked.push(called_from);
      await server.json('POST', `/agents/${made.body.id}/input`, { request_id, value: true });
    }
    await stream.rest();
    const place = { file: skill, line: 2, column: 3 };
    assert.deepEqual(asked, [undefined, place]);
    const { steps } = (await server.json<Trace>('GET', `/studio/${made.body.id}`)).body;
    assert.deepEqual(
      steps
        .filter(({ step_type: type }) => type === 'input_request')
        .map(({ tool_args: args }) => (args as Record<string, unknown>).called_from),
      [undefined, place],
    );
  });
});
