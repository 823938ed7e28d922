import assert from 'node:assert/strict';
import type { AgentSession, RunEvent, SyncResult, Trace } from '../../src/protocol';
import { comparedRows, divergence, type StepRow } from '../../src/webviews/studio/steps';
import { manifestOf, sampleFiles } from './support/manifest';
import { type EventReader, Server } from './support/server';

const block = (source: string) => `\`\`\`js\n${source}\n\`\`\``;

/** Calls of every kind: one that is answered, one that throws, a question, a log, and what they leave in `data`. */
const source = `const size = ai('Which size?');
let missing = '';
try { getDocument('none'); } catch (error) { missing = error.message; }
log(size);
data.size = size;
[size, missing, confirm('Order it?')]`;

describe('where a replay differs from its original', () => {
  const server = new Server();
  let parent: Trace;

  before(() => server.start());
  after(() => server.dispose());

  beforeEach(async () => {
    const synced = await server.json<SyncResult>('PUT', '/source-sync', await manifestOf(sampleFiles()));
    const { body } = await server.json<AgentSession>('POST', '/agents', {
      agent_id: synced.body.agents[0]?.agentId,
      target: 'draft',
    });
    server.model.says(block(source), 'XL', 'XL is ordered.');
    const stream = await server.stream(`/agents/${body.id}/run`, { message: 'Order one.' });
    await answered(stream, body.id, true);
    parent = await trace(body.id);
  });

  afterEach(() => assert.equal(server.model.left, 0));

  const trace = async (id: string) => (await server.json<Trace>('GET', `/studio/${id}`)).body;

  /** Follows a run to its end, and gives its question an answer. */
  async function answered(stream: EventReader, id: string, value: boolean): Promise<void> {
    const { args } = await stream.until('input_request');
    await server.json('POST', `/agents/${id}/input`, { request_id: args?.request_id, value });
    assert.equal((await stream.rest()).at(-1)?.type, 'done');
  }

  const begin = (body: Record<string, unknown>) => server.stream(`/studio/${parent.session.id}/replay`, body);
  const idOf = (started: RunEvent | undefined) => String(started?.args?.session_id);

  /** The rows that the studio shows for the original and a replay of it. */
  async function replayed(body: { from_step: number } & Record<string, unknown>): Promise<StepRow[]> {
    const events = await (await begin(body)).rest();
    assert.equal(events.at(-1)?.type, 'done', JSON.stringify(events.at(-1)));
    return comparedRows(parent, await trace(idOf(events[0])), body.from_step);
  }

  const indexOf = (call: string) =>
    parent.steps.findIndex(({ tool_args: args }) => (args as { call?: string } | null)?.call === call);

  it('is nowhere when every answer is from the record', async () => {
    const rows = await replayed({ from_step: 0, reuse: 'all' });
    assert.equal(divergence(rows), undefined);
    assert.deepEqual(new Set(rows.map(({ relation }) => relation)), new Set(['same', 'recorded']));
    const calls = rows.filter(({ right }) => typeof right?.record.args.call === 'string');
    assert.deepEqual(
      calls.map(({ left, right }) => [left?.summary, right?.summary]),
      calls.map(({ left }) => [left?.summary, left?.summary]),
    );
    assert.ok(calls.length > 0 && calls.every(({ right }) => right?.record.args.recorded_from !== undefined));
  });

  it('is at the first call that got something else, though it reads the same', async () => {
    // As long as what was recorded: the line for people says how many characters it gave.
    server.model.says('XS', 'XS is ordered.');
    const rows = await replayed({ from_step: 0, reuse: 'all', live: [indexOf('ai')] });
    const first = divergence(rows);
    assert.equal(first?.left?.step.step_index, indexOf('ai'));
    assert.equal(first?.left?.summary, first?.right?.summary);
    const different = rows.filter(({ relation }) => relation === 'different');
    assert.deepEqual(
      different.map(({ left, right }) => left?.step.step_type ?? right?.step.step_type),
      ['sandbox_event', 'sandbox_event', 'execute_js_result', 'data_update', 'response'],
    );
  });

  it('is at the question that got another answer, when it is asked again', async () => {
    server.model.says('Nothing is ordered.');
    const stream = await begin({ from_step: 0, reuse: 'all', live: [indexOf('confirm')] });
    const id = idOf(await stream.next());
    await answered(stream, id, false);
    const first = divergence(comparedRows(parent, await trace(id), 0));
    assert.equal(first?.left?.step.step_index, indexOf('confirm'));
  });

  it('is at the step whose outcome was changed by hand', async () => {
    server.model.says('XS is ordered.');
    const edited = indexOf('ai');
    const stream = await begin({ from_step: edited + 1, edits: [{ step_index: edited, value: 'XS' }] });
    const id = idOf(await stream.next());
    await answered(stream, id, true);
    const first = divergence(comparedRows(parent, await trace(id), edited + 1));
    assert.equal(first?.left?.step.step_index, edited);
    assert.equal(first?.right?.summary, 'ai, changed by hand: "XS"');
  });
});
