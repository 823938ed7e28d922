import assert from 'node:assert/strict';
import type { AgentSession, Analysis, SyncResult } from '../../src/protocol';
import { createModelRouter } from '../../src/runtime/models';
import { events, ProviderServer } from '../unit/models/server';
import { manifestOf, sampleFiles } from './support/manifest';
import { Server } from './support/server';

const path = 'agents/support/skills/order.js';
const fixed = `/** Adds the tax: \`"42" × 1.1\`. */\nmodule.exports = ({ id }) => ({ id, total: 46.2 });\n`;
const call = "```js\nreturn require('order')({ id: 'A-1' }).total;\n```";

/** An answer as OpenAI streams one, in pieces that end anywhere. */
function streamed(text: string) {
  const pieces = text.match(/[\s\S]{1,40}/g) ?? [];
  return events(
    ...pieces.map((content) => ({
      choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason: null }],
    })),
    {
      choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
      usage: { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 },
    },
    '[DONE]',
  );
}

describe('an analysis by a model that speaks OpenAI’s protocol', () => {
  const server = new Server();
  const provider = new ProviderServer();

  before(async () => {
    await provider.start();
    await server.start({
      models: (secrets) =>
        createModelRouter({ secrets, env: { OPENROUTER_API_KEY: 'or-key' } }, { fetch: provider.fetch }),
    });
  });
  after(async () => {
    await server.dispose();
    await provider.stop();
  });

  it('changes a skill, which a replay then runs', async () => {
    const files = sampleFiles();
    const config = 'agents/support/agent.jsonc';
    files[config] = (files[config] ?? '').replace('test/scripted', 'openrouter/some/model');
    const synced = await server.json<SyncResult>('PUT', '/source-sync', await manifestOf(files));
    const body = { agent_id: synced.body.agents[0]?.agentId, target: 'draft' };
    const { id } = (await server.json<AgentSession>('POST', '/agents', body)).body;
    provider.answer(streamed(call), streamed('It is 42.'));
    assert.equal((await server.run(id, 'What is the total of A-1?')).at(-1)?.type, 'done');

    const said = {
      prompt_changes: '',
      reasoning: 'The tax is missing.',
      skill_changes: [{ skill: 'order', path, content: fixed }],
    };
    provider.answer(streamed(`\`\`\`json\n${JSON.stringify(said, undefined, 2)}\n\`\`\``));
    const analysis = await server.json<Analysis>('POST', `/studio/${id}/analyze`, {
      failed_steps: [2],
      expected_outcome: 'With the tax.',
    });
    assert.equal(analysis.status, 200, JSON.stringify(analysis.body));
    const { skill_changes: changes } = analysis.body;
    assert.deepEqual(changes, [{ skill: 'order', path, before: files[path], after: fixed }]);
    assert.match(
      JSON.stringify(provider.seen[0]?.body.messages),
      /### order \(agents\/support\/skills\/order\.js\)/,
    );

    provider.answer(streamed(call), streamed('It is 46.2.'));
    const replayed = await (
      await server.stream(`/studio/${id}/replay`, { from_step: 0, suggestion: { skill_changes: changes } })
    ).rest();
    assert.equal(replayed.find(({ type }) => type === 'execute_js_result')?.content, '46.2');
    assert.equal(replayed.at(-1)?.type, 'done');
  });
});
