import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stepsOf } from '../../../../src/runtime/routes/agents';
import { openStore, type Store, toWireStep } from '../../../../src/runtime/store';

describe('steps as JSON', () => {
  let store: Store;
  let projectId = '';

  before(async () => {
    store = await openStore(':memory:');
    projectId = (await store.projects.ensure('local', 'Local', '')).id;
  });
  after(() => store.close());

  const newSession = () =>
    store.sessions.create({
      projectId,
      agentId: null,
      target: 'live',
      versionId: null,
      title: '',
      tools: null,
      metadata: {},
      indexIds: null,
    });

  const read = async (id: string): Promise<unknown> =>
    JSON.parse(Buffer.concat(await store.steps.listJson(id)).toString());

  it('says what the steps say, whatever they hold', async () => {
    const text = fc.string({ unit: 'grapheme' });
    const step = fc.record({
      type: fc.constantFrom('message', 'execute_js', 'response'),
      content: fc.oneof(text, fc.constantFrom('}', '"}', '\\', '\u0000', 'a\u0000b', '}}}"', '\u2028')),
      toolName: fc.option(text, { nil: undefined }),
      toolArgs: fc.option(fc.dictionary(text, fc.jsonValue()), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), fc.boolean(), async (steps, copied) => {
        let { id } = await newSession();
        for (const [index, one] of steps.entries()) await store.steps.add(id, index, one);
        if (copied) {
          const parent = await store.steps.list(id);
          id = (await newSession()).id;
          await store.steps.copy(parent, id);
        }
        const expected = (await store.steps.list(id)).map(toWireStep);
        assert.deepEqual(await read(id), JSON.parse(JSON.stringify(expected)));
      }),
    );
  });

  it('takes values that are nested deeper than SQLite reads JSON', async () => {
    const { id } = await newSession();
    let nested: unknown = 'deep';
    for (let level = 0; level < 3_000; level++) nested = [nested];
    await store.steps.add(id, 0, { type: 'execute_js_result', content: '', toolArgs: { result: nested } });
    const [step] = (await read(id)) as { tool_args: { result: unknown } }[];
    assert.equal(JSON.stringify(step?.tool_args.result), JSON.stringify(nested));
  });

  it('has every step once and in order, also where they are read in several turns', async () => {
    for (const count of [999, 1_000, 1_001, 2_000]) {
      const { id } = await newSession();
      await store.transaction(async ({ steps }) => {
        for (let at = 0; at < count; at++) await steps.add(id, at, { type: 'message', content: `${at}` });
      });
      const steps = (await read(id)) as { content: string }[];
      assert.deepEqual(
        steps.map(({ content }) => Number(content)),
        Array.from({ length: count }, (_, at) => at),
      );
    }
  });

  it('is not given in part when the session is deleted while it is read', async () => {
    const session = await newSession();
    await store.transaction(async ({ steps }) => {
      for (let at = 0; at < 3_000; at++) await steps.add(session.id, at, { type: 'message', content: '' });
    });
    const reading = stepsOf({ store, projectId }, session);
    await Promise.all([
      assert.rejects(reading, { status: 404 }),
      new Promise<void>((resolve, reject) => {
        setImmediate(() => store.sessions.delete(session.id).then(resolve, reject));
      }),
    ]);
  });

  it('lets others have their turn while a long session is read', async () => {
    const { id } = await newSession();
    await store.transaction(async ({ steps }) => {
      for (let at = 0; at < 3_000; at++) await steps.add(id, at, { type: 'message', content: '' });
    });
    let others = false;
    setImmediate(() => {
      others = true;
    });
    await store.steps.listJson(id);
    assert.ok(others, 'nothing else ran until all steps were read');
  });
});
