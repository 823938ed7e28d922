import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Bench } from './harness';

describe('sandbox: values', () => {
  const bench = new Bench();

  const table: [source: string, value: unknown, formatted: string][] = [
    ['undefined', null, 'undefined'],
    ['null', null, 'null'],
    ['"text"', 'text', 'text'],
    ['["text"]', ['text'], '["text"]'],
    ['NaN', null, 'NaN'],
    ['-Infinity', null, '-Infinity'],
    ['10n ** 20n', '100000000000000000000', '100000000000000000000n'],
    ['new Date(0)', '1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z'],
    ['new Date(NaN)', null, 'Invalid Date'],
    ['Symbol("s")', 'Symbol(s)', 'Symbol(s)'],
    ['/a+/gi', '/a+/gi', '/a+/gi'],
    ['(function named() {})', '[Function named]', '[Function named]'],
    ['() => 1', '[Function]', '[Function]'],
    ['new TypeError("bad")', 'TypeError: bad', 'TypeError: bad'],
    ['new Map([["a", 1], ["b", [2]]])', { a: 1, b: [2] }, 'Map { "a" => 1, "b" => [2] }'],
    ['new Map([[1, "x"]])', [[1, 'x']], 'Map { 1 => "x" }'],
    ['new Set([1, 1, 2])', [1, 2], 'Set [1, 2]'],
    ['new Uint8Array([1, 2])', [1, 2], 'Uint8Array [1, 2]'],
    ['({ a: undefined, b: 1 })', { b: 1 }, '{ "b": 1 }'],
    ['[undefined]', [null], '[undefined]'],
    ['({ toJSON() { return { shown: true } } })', { shown: true }, '{ "shown": true }'],
    ['new (class Point { constructor() { this.x = 1 } })()', { x: 1 }, 'Point { "x": 1 }'],
    ['Object.create(null)', {}, '{}'],
    ['({ ["__proto__"]: 1 })', JSON.parse('{"__proto__":1}'), '{ "__proto__": 1 }'],
    ['const a = {}; a.self = a; a', { self: '[Circular]' }, '{ "self": [Circular] }'],
    ['const b = { x: 1 }; [b, b]', [{ x: 1 }, { x: 1 }], '[{ "x": 1 }, { "x": 1 }]'],
    [
      '({ get trap() { throw new Error("sprung") } })',
      { trap: '[reading it threw: sprung]' },
      '{ "trap": [reading it threw: sprung] }',
    ],
    ['new Proxy({}, { ownKeys() { throw new Error("no") } })', '[unreadable: no]', '[unreadable: no]'],
    ['[Promise.resolve(1)]', ['[Promise]'], '[[Promise]]'],
    ['[new Number(1), new String("s"), new Boolean(false)]', [1, 's', false], '[1, "s", false]'],
  ];
  for (const [source, value, formatted] of table) {
    it(`shows ${source}`, async () => {
      const result = await bench.run(source);
      assert.deepEqual(result.value, value);
      assert.equal(result.formatted, formatted);
      assert.doesNotThrow(() => JSON.stringify(result.value));
    });
  }

  for (const [whose, patch] of [
    ['arrays', 'Array.prototype.toJSON = () => "patched";'],
    ['objects', 'Object.prototype.toJSON = function () { return this };'],
    ['objects, for good', 'Object.defineProperty(Object.prototype, "toJSON", { value() { return this } });'],
    ['numbers', 'Number.prototype.toJSON = () => "patched"; String.prototype.toJSON = () => "patched";'],
  ] as const) {
    it(`are read as they are by a script that has given toJSON to ${whose}`, async () => {
      const script = `${patch} data.list = [1, [2]]; search('x', { top: [3] }); [4, [5, "six", null], true]`;
      const result = await bench.run(script);
      assert.equal(result.error?.message, undefined);
      assert.deepEqual(result.value, [4, [5, 'six', null], true]);
      assert.deepEqual(result.changed, { list: [1, [2]] });
      assert.deepEqual(bench.calls, [{ name: 'search', args: ['x', { top: [3] }] }]);
    });
  }

  it('are read of an error by a script that has given toJSON to objects', async () => {
    const script = 'Object.prototype.toJSON = () => "patched"; throw new TypeError("told")';
    const error = await bench.failure(script);
    assert.deepEqual([error.name, error.message], ['TypeError', 'told']);
  });

  it('bounds a value that goes on for ever', async () => {
    const result = await bench.run('const make = () => ({ get next() { return make() } }); make()');
    assert.match(result.formatted, /\[Object\]/);
  });

  it('bounds a long list and says how much was left out', async () => {
    const result = await bench.run('Array.from({ length: 60000 }, (_, i) => i)');
    const list = result.value as unknown[];
    assert.equal(list.length, 50_000);
    assert.equal(list.at(-1), '… 10001 more');
    assert.match(result.formatted, /more characters$/);
  });

  it('bounds a huge text', async () => {
    const result = await bench.run('"x".repeat(3000000)');
    assert.equal(String(result.value).length, 1_000_000 + '… 2000000 more characters'.length);
    assert.ok(result.formatted.length < 25_000);
  });

  it('lays out what does not fit on a line, as JSON that can be read back', async () => {
    const value = {
      order: 'A-1001',
      items: ['Rain jacket, size M', 'Wool socks, three pairs'],
      total: 89.9,
      note: 'é',
    };
    const result = await bench.run(`(${JSON.stringify(value)})`);
    assert.deepEqual(JSON.parse(result.formatted), value);
    assert.match(result.formatted, /^\{\n {2}"order": "A-1001",\n/);
  });

  it('carries any JSON out unchanged', async () => {
    const sandbox = await bench.open({ call: async (_name, args) => args[0] });
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (value) => {
        // -0 is 0 in JSON.
        const plain: unknown = JSON.parse(JSON.stringify(value));
        const result = await sandbox.run(`search(JSON.parse(${JSON.stringify(JSON.stringify(plain))}))`);
        assert.deepEqual(result.value, plain);
      }),
      { numRuns: 60 },
    );
  });

  it('answers every text with a result, never with a fault of its own', async () => {
    const sandbox = await bench.open({ limits: { timeMs: 300 } });
    const words = fc.constantFrom(
      'return',
      '(',
      ')',
      '{',
      '}',
      'const a',
      '=',
      'await',
      '`',
      '"',
      '/',
      ';',
      '\n',
      'null.x',
      '//',
      '=>',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(words, fc.string({ unit: 'binary' })), { maxLength: 12 }),
        async (parts) => {
          const result = await sandbox.run(parts.join(' '));
          assert.equal(result.ok, result.error === undefined);
          assert.equal(typeof result.formatted, 'string');
        },
      ),
      { numRuns: 80 },
    );
  });
});
