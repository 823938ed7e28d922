import assert from 'node:assert/strict';
import { Bench } from './harness';

const bare = { name: 'bare', path: 'agents/a/skills/bare.js' };
const module = { name: 'mod', path: 'agents/a/skills/mod.js' };

describe('sandbox: errors', () => {
  const bench = new Bench();

  const places: [what: string, source: string, line: number, column: number][] = [
    ['on the first line', 'null.x', 1, 1],
    ['further along the first line', 'const a = 1; nope()', 1, 14],
    ['behind letters outside ASCII', '/* é😀 */ nope();', 1, 11],
    ['behind letters outside ASCII on a later line', '1;\n"é😀"; nope()', 2, 8],
    ['in a return', '\n\n  return null.x', 3, 3],
    ['in a declaration', 'let a = 1;\nlet b = null.x;', 2, 1],
    ['in a condition', '1;\nif (null.x) 2', 2, 1],
    ['in the body of an if without braces', 'if (true)\n  return null.x', 2, 3],
    ['in a loop', 'for (const a of [1]) {\n  const b = null.x\n}', 2, 3],
    [
      'in the test of a while',
      'let a = { b: 1 };\nwhile (a.b) {\n  log();\n  a = null;\n}\nfunction log() {}',
      2,
      7,
    ],
    ['in the test of a do', 'let n = 0;\ndo {\n  n++;\n} while (null.x)', 4, 9],
    ['in the test of a for', 'let a = { b: 1 };\nfor (; a.b;) {\n  a = null;\n}', 2, 8],
    ['in the update of a for', 'let n = 0;\nfor (; n < 2; n += null.x) {\n  n++;\n}', 2, 15],
    ['in an arrow', '[1].map(\n  (one) => null.x)', 2, 12],
    ['in a function of an object', 'const o = {\n  f() {\n    return null.x\n  }\n};\no.f()', 3, 5],
    ['after await', 'await null;\nthrow new Error("x")', 2, 11],
    ['in a class', 'class A {\n  constructor() { this.x = null.y }\n}\nnew A()', 2, 19],
    ['behind a directive', "'use strict'; const a = 1;\nnope", 2, 1],
    ['with Windows line ends', '1;\r\n2;\r\n  nope()', 3, 3],
  ];
  for (const [what, source, line, column] of places) {
    it(`names the place ${what}`, async () => {
      const error = await bench.failure(source);
      assert.deepEqual([error.line, error.column, error.file], [line, column, undefined]);
    });
  }

  const skills: [what: string, source: string, line: number, column: number][] = [
    ['on the first line', 'return null.x', 1, 1],
    ['on a later line', 'const a = args.a;\n\nreturn a.b.c', 3, 1],
    ['behind a comment', '/**\n * Does it.\n */\n\nthrow new Error("x")', 5, 11],
  ];
  for (const [what, source, line, column] of skills) {
    it(`names file and place in a bare skill ${what}`, async () => {
      const error = await bench.failure("require('bare')({ a: 1 })", { skills: [{ ...bare, source }] });
      assert.deepEqual([error.file, error.line, error.column], [bare.path, line, column]);
      assert.match(error.stack, /^at bare \(agents\/a\/skills\/bare\.js:\d+:\d+\)\nat block 1:1:1$/);
    });
    it(`names file and place in a CommonJS skill ${what}`, async () => {
      const inside = `module.exports = function (args) { ${source}\n}`;
      const error = await bench.failure("require('mod')({ a: 1 })", {
        skills: [{ ...module, source: inside }],
      });
      const shift = line === 1 ? 'module.exports = function (args) { '.length : 0;
      assert.deepEqual([error.file, error.line, error.column], [module.path, line, column + shift]);
    });
  }

  it('names the place in a skill that cannot be read', async () => {
    const error = await bench.failure('1;\nrequire("mod")', {
      skills: [{ ...module, source: 'module.exports = {\n  a: ,\n}' }],
    });
    assert.deepEqual([error.kind, error.file, error.line, error.column], ['syntax', module.path, 2, 6]);
    assert.match(error.message, /Unexpected/);
  });

  it('names the place in a block that cannot be read', async () => {
    const error = await bench.failure('const a = 1;\nlet x = ;');
    assert.deepEqual([error.kind, error.name, error.line, error.column], ['syntax', 'SyntaxError', 2, 9]);
  });

  it('tells a script that cannot be read from text that a script cannot read', async () => {
    const error = await bench.failure('JSON.parse("{")');
    assert.deepEqual([error.kind, error.name], ['throw', 'SyntaxError']);
  });

  const thrown: [source: string, message: string][] = [
    ['throw "words"', 'words'],
    ['throw { code: 5 }', '{ "code": 5 }'],
    ['throw undefined', 'undefined'],
    ['throw null', 'null'],
    ['throw new Proxy({}, { get() { throw 1 } })', '{}'],
    ['throw new Proxy({}, { ownKeys() { throw new Error("no") } })', '[unreadable: no]'],
    ['Promise.reject(new Error("late"))', 'late'],
    ['class Own extends Error { get message() { throw 1 } } throw new Own()', 'unreadable'],
  ];
  for (const [source, message] of thrown) {
    it(`explains ${source}`, async () => assert.equal((await bench.failure(source)).message, message));
  }

  it('says when a promise can never settle', async () => {
    assert.match((await bench.failure('new Promise(() => {})')).message, /nothing is left to settle/);
  });

  it('shows name, message and stack in what people read', async () => {
    const { formatted } = await bench.run('function inner() { throw new RangeError("too far") }\ninner()');
    assert.equal(formatted, 'RangeError: too far\nat inner (block 1:1:30)\nat block 1:2:1');
  });
});
