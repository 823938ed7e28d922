import assert from 'node:assert/strict';
import { coverMap, type SandboxSkill } from '../../../src/runtime/sandbox';
import { Bench } from './harness';

describe('what skills count', () => {
  const bench = new Bench();

  /** Runs a block and writes what its only skill counted: each part as its text, with how often it ran. */
  async function counts(source: string, block = "require('own')({})"): Promise<Counted> {
    const skills = [{ name: 'own', path: 'own.js', source }];
    const { counts: given } = await bench.run(block, { skills, coverage: true });
    return described(
      source,
      given.map((one) => one.counts),
    );
  }

  it('in a body that is its own function', async () => {
    const { statements } = await counts('const n = args.n;\nif (n) return 1;\nreturn 2;\n');
    assert.deepEqual(statements, ['1 const n = args.n;', '1 if (n) return 1;', '0 return 1;', '1 return 2;']);
  });

  it('in CommonJS: what is said when it loads, and what each call does', async () => {
    const { statements, functions } = await counts(
      'const rate = 2;\nmodule.exports = { double(n) { return n * rate }, never: (n) => n };\nfunction unused() { rate; }',
      "const own = require('own'); own.double(1) + own.double(2)",
    );
    assert.deepEqual(statements, [
      '1 const rate = 2;',
      '1 module.exports = { double(n) { return n * rate }, never: (n) => n };',
      '2 return n * rate',
      '0 n',
      '0 rate;',
    ]);
    assert.deepEqual(functions, ['2 double: double(n)', '0 never: (n) =>', '0 unused: function unused()']);
  });

  it('in loops, with and without braces', async () => {
    const { statements } = await counts(
      'let n = 0; for (let i = 0; i < 3; i++) n++; while (n < 5) { n++ } do n++; while (n < 7)\nfor (const x of []) n = x; return n',
    );
    assert.deepEqual(statements, [
      '1 let n = 0;',
      '1 for (let i = 0; i < 3; i++) n++;',
      '3 n++;',
      '1 while (n < 5) { n++ }',
      '2 n++',
      '1 do n++; while (n < 7)',
      '2 n++;',
      '1 for (const x of []) n = x;',
      '0 n = x;',
      '1 return n',
    ]);
  });

  it('in labels, blocks and try', async () => {
    const { statements } = await counts(
      'out: for (const a of [1, 2]) { for (;;) continue out; } { log(1) } try { throw 1 } catch { log(2) } finally { log(3) }',
    );
    assert.deepEqual(statements, [
      '1 out: for (const a of [1, 2]) { for (;;) continue out; }',
      '2 for (;;) continue out;',
      '2 continue out;',
      '1 log(1)',
      '1 try { throw 1 } catch { log(2) } finally { log(3) }',
      '1 throw 1',
      '1 log(2)',
      '1 log(3)',
    ]);
  });

  it('up to where it threw', async () => {
    const { statements } = await counts('log(1); null.x; log(2)');
    assert.deepEqual(statements, ['1 log(1);', '1 null.x;', '0 log(2)']);
  });

  it('of an if: both ways, also the one that is not written', async () => {
    const { branches } = await counts(
      'for (const n of [1, 2, 3]) { if (n > 1) { } if (n > 2) log(n); else if (n > 1) log(2); else {} x: if (n) log(3) }',
    );
    assert.deepEqual(branches, [
      'if: 2 if { } | 1 else ',
      'if: 1 if log(n); | 2 else if (n > 1) log(2); else {}',
      'if: 1 if log(2); | 1 else {}',
      'if: 3 if log(3)',
    ]);
  });

  it('of a switch: each case, those it falls into too', async () => {
    const { branches } = await counts(
      'for (const n of [1, 2]) switch (n) { case 1: case 2: log(n); break; case 3: { log(3) } default: }',
    );
    assert.deepEqual(branches, [
      'switch: 1 case 1 case 1: | 2 case 2 case 2: log(n); break; | 0 case 3 case 3: { log(3) } | 0 default default:',
    ]);
  });

  it('of operators that leave something out', async () => {
    const { branches } = await counts('const a = args.a ? (1, 2) : { b: 3 }; return args.x && a || (a ?? 4)');
    assert.deepEqual(branches, [
      'conditional: 0 if true 1, 2 | 1 if false { b: 3 }',
      'logical: 0 right of && a',
      'logical: 1 right of || a ?? 4',
      'logical: 0 right of ?? 4',
    ]);
  });

  it('of functions of every kind, by their heads', async () => {
    const { functions } = await counts(
      `'use strict';
function* gen() { yield 1; yield 2 }
class A { constructor() {} get g() { return 1 } static s() { 'use strict' } #p = () => ({}); async m() { await 1 } }
const o = { f: function () {}, 'k l': () => {}, set v(x) {} };
const nested = (a) => (b) => a + b;
[...gen()]; new A().g; A.s(); o.f(); o.v = 1; nested(1)(2); nested(1);
[1, 2].map((x) => x);`,
    );
    assert.deepEqual(functions, [
      '1 gen: function* gen()',
      '1 constructor: constructor()',
      '1 g: get g()',
      '1 s: static s()',
      '0 p: () => (',
      '0 m: async m()',
      '1 f: function ()',
      '0 k l: () =>',
      '1 v: set v(x)',
      '2 nested: (a) =>',
      '1 : (b) =>',
      '2 : (x) =>',
    ]);
  });

  it('over the blocks of a run: each block its own', async () => {
    const skills = [{ name: 'own', path: 'own.js', source: 'return args' }];
    const sandbox = await bench.open({ skills, coverage: true });
    const blocks = ["require('own')(1)", '1', "const own = require('own'); own(1); own(2)"];
    const given = [];
    for (const block of blocks) given.push((await sandbox.run(block)).counts);
    assert.deepEqual(given, [[{ path: 'own.js', counts: [1] }], [], [{ path: 'own.js', counts: [2] }]]);
  });

  it('of each skill of its own, also one that another loads', async () => {
    const skills: SandboxSkill[] = [
      { name: 'one', path: 'skills/one.js', source: "return require('two')(args) + 1" },
      { name: 'two', path: 'skills/two/main.js', source: 'module.exports = (n) => n * 2' },
      { name: 'three', path: 'skills/three.js', source: 'return 3' },
    ];
    const { counts: given, value } = await bench.run("require('one')(2)", { skills, coverage: true });
    assert.equal(value, 5);
    assert.deepEqual(given, [
      { path: 'skills/one.js', counts: [1] },
      { path: 'skills/two/main.js', counts: [1, 1] },
    ]);
  });

  it('also when the block is stopped by a limit', async () => {
    const skills = [{ name: 'own', path: 'own.js', source: 'let n = 1;\nfor (;;) ;' }];
    const limits = { timeMs: 2_000 };
    const { error, counts: given } = await bench.run("require('own')()", { skills, limits, coverage: true });
    assert.equal(error?.kind, 'timeout');
    assert.deepEqual(given, [{ path: 'own.js', counts: [1, 1] }]);
  });

  it('whatever a script has done to the built-in objects', async () => {
    const source =
      'Array.prototype.toJSON = Number.prototype.toJSON = null;\nString.prototype.concat = null;\nreturn 1';
    assert.deepEqual(
      (await counts(source)).statements.map((one) => one.slice(0, 8)),
      ['1 Array.', '1 String', '1 return'],
    );
  });

  it('nothing of a skill that cannot be read, or has too many parts', async () => {
    assert.equal(coverMap('const a = ;'), undefined);
    const large = 'log(1);\n'.repeat(5_001);
    assert.equal(coverMap(large), undefined);
    const skills = [{ name: 'own', path: 'own.js', source: `${large}return 9` }];
    const { value, counts: given } = await bench.run("require('own')()", { skills, coverage: true });
    assert.equal(value, 9);
    assert.deepEqual(given, []);
    const broken = [{ name: 'own', path: 'own.js', source: 'return 1;\nconst a = ;' }];
    const { error } = await bench.run("require('own')()", { skills: broken, coverage: true });
    assert.deepEqual([error?.kind, error?.file, error?.line], ['syntax', 'own.js', 2]);
  });

  it('nothing where an empty file has nothing', async () => {
    assert.deepEqual(coverMap('// only a comment\n'), {
      statements: [],
      functions: [],
      branches: [],
      counters: 0,
    });
    assert.deepEqual((await counts('// only a comment\n', "require('own')")).statements, []);
  });

  it('nothing inside a with, where names can be the object’s', async () => {
    const { statements } = await counts('const o = { a: 1 }; with (o) { a = 2; } return o.a');
    assert.deepEqual(statements, ['1 const o = { a: 1 };', '1 with (o) { a = 2; }', '1 return o.a']);
  });

  it('at lines and columns as an editor counts them', () => {
    const map = coverMap('/* 𝒳 */ log(1);\r\n  return 2;\r\n');
    assert.deepEqual(map?.statements, [
      { start_line: 1, start_column: 10, end_line: 1, end_column: 17, counter: 0 },
      { start_line: 2, start_column: 3, end_line: 2, end_column: 12, counter: 1 },
    ]);
  });
});

interface Counted {
  statements: string[];
  functions: string[];
  branches: string[];
}

function described(source: string, given: readonly number[][]): Counted {
  const map = coverMap(source);
  assert.ok(map, 'it can be counted');
  const lines = source.split('\n');
  const text = (span: (typeof map.statements)[number] | (typeof map.branches)[number]): string => {
    const picked = lines.slice(span.start_line - 1, span.end_line);
    const last = picked.length - 1;
    picked[last] = (picked[last] ?? '').slice(0, span.end_column - 1);
    picked[0] = (picked[0] ?? '').slice(span.start_column - 1);
    return picked.join('\n');
  };
  const count = (counter: number): number => given.reduce((sum, one) => sum + (one[counter] ?? 0), 0);
  return {
    statements: map.statements.map((one) => `${count(one.counter)} ${text(one)}`),
    functions: map.functions.map((one) => `${count(one.counter)} ${one.name}: ${text(one)}`),
    branches: map.branches.map(({ kind, arms }) => {
      const ways = arms.map((arm) => {
        const times = count(arm.counter) - (arm.less === undefined ? 0 : count(arm.less));
        return `${times} ${arm.label} ${text(arm)}`;
      });
      return `${kind}: ${ways.join(' | ')}`;
    }),
  };
}
