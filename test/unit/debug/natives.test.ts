import assert from 'node:assert/strict';
import { type Tree, toJson } from '../../../src/runtime/sandbox/tree';
import { Bench } from '../sandbox/harness';
import { Watching } from './watching';

/** What a script may do to what a debugger could be tempted to use. */
const spoilt: [string, string][] = [
  ['JSON.stringify', 'JSON.stringify = function () { throw new Error("mine"); };'],
  ['JSON.parse', 'JSON.parse = function () { throw new Error("mine"); };'],
  ['toJSON of all objects', 'Object.prototype.toJSON = function () { throw new Error("mine"); };'],
  ['toJSON of all arrays', 'Array.prototype.toJSON = function () { return "patched"; };'],
  ['Object.keys and Array.isArray', 'Object.keys = Array.isArray = null;'],
  [
    'Error, which is frozen',
    'Object.defineProperty(Error, "stackTraceLimit", { value: 0 }); Object.freeze(Error);',
  ],
  [
    'Error.stackTraceLimit into an accessor',
    'Object.defineProperty(Error, "stackTraceLimit", { get() { throw 1; }, set() { throw 2; } });',
  ],
];

describe('a debugger that looks at scripts', () => {
  const bench = new Bench();

  for (const [what, spoiling] of spoilt) {
    it(`reads names though they have changed ${what}`, async () => {
      const watching = new Watching();
      watching.breakpoints = { lines: [{ id: 1, file: 'block:1', line: 3 }], functions: [], filters: [] };
      watching.questions = [{ evaluate: 'order.items.length', depth: 1 }];
      const source = `${spoiling}\nconst order = { id: 'A-1', items: [1, 2] };\norder.id;`;
      const { ok, value, formatted } = await bench.run(source, { debug: () => watching });
      assert.ok(ok, formatted);
      assert.equal(value, 'A-1');
      assert.deepEqual(
        watching.stops.map(({ reason }) => reason),
        ['breakpoint'],
      );
      const said = watching.seen.flatMap(({ values }) =>
        values.order ? [toJson(values.order as Tree)] : [],
      );
      assert.deepEqual(said.at(-1), { id: 'A-1', items: [1, 2] });
      assert.deepEqual(watching.answers, ['2']);
    });
  }

  it('reads what is beside a getter or a toJSON that throws, and calls neither', async () => {
    const watching = new Watching();
    const source = [
      'let called = 0;',
      'const odd = { id: 7, get bad() { called++; throw new Error("bad"); }, toJSON() { called++; throw new Error("no"); } };',
      'called;',
    ].join('\n');
    const { value } = await bench.run(source, { debug: () => watching });
    assert.equal(value, 0);
    const said = watching.seen.flatMap(({ values }) => (values.odd ? [toJson(values.odd as Tree)] : []));
    assert.equal((said.at(-1) as { id: number }).id, 7);
  });
});
