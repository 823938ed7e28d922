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

  describe('are told where a skill calls them', () => {
    const skills = [
      {
        name: 'outer',
        path: 'skills/outer.js',
        source: "const inner = require('inner');\nreturn [1].map(() => inner(args));",
      },
      { name: 'inner', path: 'skills/inner.js', source: "const a = 1;\nreturn 0 || search('x', { a });" },
      { name: 'own', path: 'skills/own.js', source: 'return args.call();' },
      {
        name: 'sly',
        path: 'skills/sly.js',
        source: "Error.stackTraceLimit = 0;\nError.prepareStackTrace = () => 'lies';\nreturn search('x');",
      },
      {
        name: 'icy',
        path: 'skills/icy.js',
        source: `Object.defineProperty(Error, 'stackTraceLimit', { value: 0 });
Object.freeze(Error);
return search('x');`,
      },
      {
        name: 'trap',
        path: 'skills/trap.js',
        source: `const no = { get() { throw new Error('mine'); }, set() { throw new Error('mine'); } };
Object.defineProperties(Error, { stackTraceLimit: no, prepareStackTrace: no });
return search('x');`,
      },
    ];
    const cases: [what: string, source: string, from: object | undefined][] = [
      ['the innermost one', "require('outer')({})", { file: 'skills/inner.js', line: 2, column: 13 }],
      ['whatever it makes of stacks', "require('sly')({})", { file: 'skills/sly.js', line: 3, column: 8 }],
      ['though stacks are frozen', "require('icy')({})", { file: 'skills/icy.js', line: 3, column: 8 }],
      [
        'though they are made to throw',
        "require('trap')({})",
        { file: 'skills/trap.js', line: 3, column: 8 },
      ],
      ['not where the block does', "search('x')", undefined],
      ['nor where a function of the block does', "require('own')({ call: () => search('x') })", undefined],
    ];
    for (const [what, source, from] of cases) {
      it(what, async () => {
        const places: unknown[] = [];
        const result = await bench.run(source, {
          primitives: ['search'],
          skills,
          call: async (_name, _args, _signal, place) => {
            places.push(place);
            return [];
          },
        });
        assert.equal(result.error, undefined, result.formatted);
        assert.deepEqual(places, [from]);
      });
    }
  });
});
