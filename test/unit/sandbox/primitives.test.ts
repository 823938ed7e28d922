import assert from 'node:assert/strict';
import { primitives } from '../../../src/project';
import { Bench } from './harness';

describe('sandbox: primitives', () => {
  const bench = new Bench();
  const own = 'Object.getOwnPropertyNames(globalThis)';

  it('are exactly those of the list that models and people read', async () => {
    const listed = primitives.map(({ name }) => name);
    const bare = new Set((await bench.value(own, { primitives: [] })) as string[]);
    const added = ((await bench.value(own, { primitives: listed })) as string[]).filter(
      (name) => !bare.has(name),
    );
    const builtIn = ['data', 'log', 'require'];
    assert.ok(builtIn.every((name) => bare.has(name)));
    assert.deepEqual([...added, ...builtIn].sort(), [...listed].sort());
  });

  for (const { name, example } of primitives) {
    it(`can be used as the example of ${name} says`, async () => {
      const skills = [
        { name: 'lookup-order', path: 'skills/lookup-order.js', source: 'return { id: args.orderId }' },
      ];
      const answers: Record<string, unknown> = {
        fetch: { status: 200, ok: true, headers: {}, body: '{}' },
        listIndexes: [{ id: '1', name: 'shop', description: '' }],
        confirm: true,
      };
      const source = `const args = { orderId: 'A-1001' }; const text = 'words'; const rows = [{ document_id: 'doc_1' }];\n{\n${example}\n}`;
      const result = await bench.run(source, {
        primitives: primitives.map((one) => one.name),
        skills,
        call: async (asked) => answers[asked] ?? 'answer',
      });
      assert.equal(result.error, undefined, result.formatted);
    });
  }
});
