import assert from 'node:assert/strict';
import {
  type AgentSession,
  promptOf,
  type SyncResult,
  type Trace,
  toldBefore,
  usedPrompts,
} from '../../src/protocol';
import { manifestOf, sampleFiles } from './support/manifest';
import { Server } from './support/server';

const block = (source: string) => `\`\`\`js\n${source}\n\`\`\``;

describe('what a trace says that the model was told', () => {
  const server = new Server();
  let id = '';

  before(() => server.start());
  after(() => server.dispose());

  const sync = async (persona: string) => {
    const files = sampleFiles({ 'agents/support/persona.md': persona });
    const { body } = await server.json<SyncResult>('PUT', '/source-sync', await manifestOf(files));
    return body.agents[0]?.agentId ?? '';
  };
  const trace = async (session: string) => (await server.json<Trace>('GET', `/studio/${session}`)).body;

  /** Two turns under two personas, the first with a result that is too long for a model. */
  beforeEach(async () => {
    server.model.requests.length = 0;
    const { body } = await server.json<AgentSession>('POST', '/agents', {
      agent_id: await sync('You are slow.'),
      target: 'draft',
    });
    id = body.id;
    server.model.says(`I look.\n${block("'x'.repeat(30000)")}`, 'Many.', 'Still many.');
    assert.equal((await server.run(id, 'How many?')).at(-1)?.type, 'done');
    await sync('You are fast.');
    assert.equal((await server.run(id, 'And now?')).at(-1)?.type, 'done');
  });

  it('is what it was told, call by call: prompt, conversation, and results as long as they were given', async () => {
    const { steps } = await trace(id);
    const answers = steps.filter(({ step_type: type }) => type === 'execute_js' || type === 'response');
    assert.equal(answers.length, 3);
    assert.deepEqual(
      answers.map((step) => ({
        system: promptOf(steps, step),
        messages: toldBefore(steps, step.step_index),
      })),
      server.model.requests.map(({ system, messages }) => ({ system, messages })),
    );
    assert.match(promptOf(steps, answers[0] as never) ?? '', /You are slow/);
    assert.match(promptOf(steps, answers[2] as never) ?? '', /You are fast/);
    const [result] = toldBefore(steps, answers[1]?.step_index ?? 0).slice(-1);
    assert.match(result?.content ?? '', /^x{20000}|^'x{19999}/);
    assert.match(result?.content ?? '', /more characters are in the trace\)$/);
  });

  it('has the text of each prompt once', async () => {
    const { steps } = await trace(id);
    const texts = steps.filter(
      ({ tool_args: args }) => (args as { system_prompt?: string } | null)?.system_prompt,
    );
    assert.equal(texts.length, 2);
    assert.deepEqual(
      usedPrompts(steps).map(({ text }) => /You are (\w+)/.exec(text)?.[1]),
      ['slow', 'fast'],
    );
  });

  it('is asked again by nobody when the answers are recorded, however long the result was', async () => {
    const { steps } = await trace(id);
    const second = steps.filter(({ step_type: type }) => type === 'message')[1];
    const asked = server.model.requests.length;
    const body = { from_step: second?.step_index, reuse: 'all' };
    const events = await (await server.stream(`/studio/${id}/replay`, body)).rest();
    assert.equal(events.at(-1)?.type, 'done', JSON.stringify(events.at(-1)));
    assert.equal(server.model.requests.length, asked);
  });
});
