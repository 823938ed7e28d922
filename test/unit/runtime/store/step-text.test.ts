import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openStore, type Store, toWireStep } from '../../../../src/runtime/store';

describe('steps as text', () => {
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
        assert.deepEqual(JSON.parse(await store.steps.listText(id)), JSON.parse(JSON.stringify(expected)));
      }),
    );
  });

  it('takes values that are nested deeper than SQLite reads JSON', async () => {
    const { id } = await newSession();
    let nested: unknown = 'deep';
    for (let level = 0; level < 3_000; level++) nested = [nested];
    await store.steps.add(id, 0, { type: 'execute_js_result', content: '', toolArgs: { result: nested } });
    const [step] = JSON.parse(await store.steps.listText(id)) as { tool_args: { result: unknown } }[];
    assert.equal(JSON.stringify(step?.tool_args.result), JSON.stringify(nested));
  });
});
