import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseSkill, type SkillParam } from '../../../src/project';
import { folderSkillInfo, promptDescription } from '../../../src/project/skills/describe';

const names = (params: readonly SkillParam[]) =>
  params.map((param) => `${param.name}${param.optional ? '?' : ''}: ${param.type}`);

describe('parseSkill: a module', () => {
  it('that is a function of a documented argument object', () => {
    const info = parseSkill(`
      /**
       * Looks up an order
       * by its number.
       * @param {object} args - What to look up.
       * @param {string} args.orderId - Order number, such as A-1001.
       * @param {number} [args.limit=3] - How many.
       * @returns {Order} The order.
       */
      module.exports = function (args) { return args.orderId; };`);
    assert.equal(info.shape, 'commonjs');
    assert.equal(info.description, 'Looks up an order by its number.');
    assert.equal(info.call, 'object');
    assert.deepEqual(info.params, [
      { name: 'orderId', type: 'string', description: 'Order number, such as A-1001.', optional: false },
      { name: 'limit', type: 'number', description: 'How many.', optional: true },
    ]);
    assert.equal(info.returns, 'Order');
  });

  it('that destructures its argument', () => {
    const info = parseSkill(`module.exports = ({ orderId, reason = 'none', ...rest }) => orderId;`);
    assert.equal(info.call, 'object');
    assert.deepEqual(names(info.params), ['orderId: any', 'reason?: any']);
  });

  it('that takes its types from a typedef of the file', () => {
    const info = parseSkill(`
      /**
       * @typedef {object} Wanted
       * @property {string} city - Where.
       * @property {number} [days] - How long.
       */
      /** @param {Wanted} wanted */
      module.exports = function weather(wanted) { return wanted.city; };`);
    assert.equal(info.call, 'object');
    assert.deepEqual(names(info.params), ['city: string', 'days?: number']);
  });

  it('that takes its types from a type in place', () => {
    const info = parseSkill(`
      /** @param {{ city: string, days?: Array<{a: number, b: string}> }} args */
      module.exports = (args) => args.city;`);
    assert.deepEqual(names(info.params), ['city: string', 'days?: Array<{a: number, b: string}>']);
  });

  it('with positional parameters', () => {
    const info = parseSkill(`
      /**
       * Adds.
       * @param {number} a First
       * @param {number} b Second
       */
      function add(a, b = 1) { return a + b; }
      module.exports = add;`);
    assert.equal(info.call, 'positional');
    assert.equal(info.description, 'Adds.');
    assert.deepEqual(names(info.params), ['a: number', 'b?: number']);
  });

  it('with one text parameter, whose own methods are not fields', () => {
    const info = parseSkill('module.exports = (text) => text.trim().toLowerCase();');
    assert.equal(info.call, 'positional');
    assert.deepEqual(names(info.params), ['text: any']);
  });

  it('without documentation, by the fields that it reads', () => {
    const info = parseSkill(`module.exports = function (input) { return input.city + (input.days || 1); };`);
    assert.equal(info.call, 'object');
    assert.deepEqual(names(info.params), ['city: any', 'days?: any']);
  });

  it('that is an object of functions', () => {
    const info = parseSkill(`
      /** Adds up. */
      function add(a) { return a; }
      module.exports = {
        add,
        /** Takes away. */
        subtract({ from, amount }) { return from - amount; },
        rate: 0.19,
      };
      exports.late = () => 1;`);
    assert.deepEqual(info.exportsNames, ['add', 'subtract', 'rate', 'late']);
    assert.deepEqual(
      info.functions.map((one) => [one.name, one.call, one.description]),
      [
        ['add', 'positional', 'Adds up.'],
        ['subtract', 'object', 'Takes away.'],
        ['late', 'none', ''],
      ],
    );
    assert.equal(info.call, 'none');
  });

  it('through exports = module.exports', () => {
    const info = parseSkill('exports = module.exports = (args) => args.id;');
    assert.equal(info.shape, 'commonjs');
    assert.deepEqual(names(info.params), ['id: any']);
  });
});

describe('parseSkill: a bare body', () => {
  it('reads args by member, by destructuring and with fallbacks', () => {
    const info = parseSkill(`
      const { city, days = 2 } = args;
      const unit = args['unit'] ?? 'C';
      if (args.hasOwnProperty('x')) log(1);
      return search(city + args.country, { limit: days });`);
    assert.equal(info.shape, 'bare');
    assert.equal(info.call, 'object');
    assert.deepEqual(names(info.params), ['city: any', 'days?: any', 'unit?: any', 'country: any']);
    assert.deepEqual(
      info.calls.map((call) => call.name),
      ['log', 'search'],
    );
  });

  it('takes plain @param names as fields of args', () => {
    const info = parseSkill(`
      /**
       * Refunds an order.
       * @param {string} orderId - Which one.
       */
      return args.orderId;`);
    assert.equal(info.description, 'Refunds an order.');
    assert.deepEqual(names(info.params), ['orderId: string']);
  });

  it('does not take the documentation of a helper for its own', () => {
    const info = parseSkill(`
      /** Makes it loud. */
      function loud(args) { return args.text; }
      return loud({ text: args.name });`);
    assert.deepEqual(names(info.params), ['name: any']);
  });

  it('without arguments', () => {
    assert.equal(parseSkill('return { now: Date.now() };').call, 'none');
  });

  it('lists required modules with the place of their names', () => {
    const text = "const a = require('orders');\nreturn require(`stock`)(require(args.name));";
    const { requires } = parseSkill(text);
    assert.deepEqual(
      requires.map((one) => [one.name, text.substr(one.range.offset, one.range.length), one.range.line]),
      [
        ['orders', "'orders'", 1],
        ['stock', '`stock`', 2],
      ],
    );
  });

  it('leaves out what the file declares itself', () => {
    const info = parseSkill('function search(q) { return q; }\nreturn search(args.q);');
    assert.deepEqual(info.calls, []);
  });
});

describe('parseSkill: syntax errors', () => {
  const at = (text: string) => {
    const { error } = parseSkill(text);
    assert.ok(error, 'an error is expected');
    return `${error.line}:${error.column} ${text.substr(error.offset, error.range.length)}`;
  };
  const cases: [string, string][] = [
    ['const a = ;\nreturn a;', '1:11 ;'],
    ['return {\n  a: 1,\n', '2:7 ,'],
    ['const text = "open\nreturn text;', '1:14 "open'],
    ['return foo(1, 2;', '1:16 ;'],
    ['let x = 1;\r\nlet x = 2;\r\n', '2:5 x'],
    ['const größe = 1;\nreturn größe größe;', '2:14 größe'],
    ['// 👋\nreturn )', '2:8 )'],
    ['if (a) {\n  return 1;\n}}\n', '3:2 }'],
    ['return a ? b;', '1:13 ;'],
    ['function () {}', '1:10 ('],
  ];
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => assert.equal(at(text), expected));
  }

  it('speak in sentences', () => {
    assert.match(parseSkill('return (1;').error?.message ?? '', /^Unexpected ";"\.$/);
    assert.match(parseSkill('return {').error?.message ?? '', /ends too early/);
    assert.match(parseSkill('return "a').error?.message ?? '', /quote is missing/);
  });

  it('end politely for code nested without end', () => {
    for (const text of ['['.repeat(200_000), `return ${'('.repeat(100_000)}1${')'.repeat(100_000)}`]) {
      assert.notEqual(parseSkill(text).error, undefined);
    }
  });

  it('never throws, whatever the text (property)', () => {
    const token = fc.constantFrom(
      ...'return args . ( ) { } [ ] => async await function const x = 1 , ; " ` ${ /* */ // \n module exports require class'.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(token).map((parts) => parts.join(' ')),
        ),
        (text) => {
          const info = parseSkill(text);
          if (info.error) assert.ok(info.error.offset >= 0 && info.error.offset <= text.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a folder’s main.d.ts', () => {
  const code = parseSkill('module.exports = function (args) { return args.q; };');

  it('describes the call better than the code', () => {
    const info = folderSkillInfo(
      code,
      `// types
      export interface Args {
        /** What to look for; see https://example.com. */
        q: string;
        /**
         * How many rows.
         * @default 3
         */
        limit?: number
        filters: { color: string; size?: number }[],
      }
      /** Searches the catalogue. */
      export default function find(args: Args): Promise<Row[]>;`,
    );
    assert.equal(info.description, 'Searches the catalogue.');
    assert.equal(info.call, 'object');
    assert.deepEqual(names(info.params), [
      'q: string',
      'limit?: number',
      'filters: { color: string; size?: number }[]',
    ]);
    assert.equal(info.params[0]?.description, 'What to look for; see https://example.com.');
    assert.equal(info.params[1]?.description, 'How many rows.');
    assert.equal(info.returns, 'Promise<Row[]>');
  });

  it('with a type in place, positional parameters, and export =', () => {
    const place = folderSkillInfo(
      code,
      'declare function main(args: { a: number; b?: string }): void;\nexport = main;',
    );
    assert.deepEqual(names(place.params), ['a: number', 'b?: string']);
    const two = folderSkillInfo(code, 'export default function (a: number, b?: "x" | "y"): string;');
    assert.equal(two.call, 'positional');
    assert.deepEqual(names(two.params), ['a: number', 'b?: "x" | "y"']);
  });

  it('documents the functions of an object', () => {
    const object = parseSkill('module.exports = { add(a) { return a; }, other() {} };');
    const info = folderSkillInfo(object, '/** Adds. */\nexport function add(args: { a: number }): number;');
    assert.deepEqual(
      info.functions.map((one) => [one.name, one.description, one.call, ...names(one.params)]),
      [
        ['add', 'Adds.', 'object', 'a: number'],
        ['other', '', 'none'],
      ],
    );
  });

  for (const text of [
    '',
    'export',
    'interface A {',
    'declare function f(',
    '/** unclosed',
    '}}}}',
    'type A = {',
  ]) {
    it(`is left aside when it says nothing: ${JSON.stringify(text)}`, () => {
      assert.deepEqual(folderSkillInfo(code, text), code);
    });
  }
});

describe('promptDescription', () => {
  it('prefers the front matter', () => {
    assert.equal(
      promptDescription('---\r\nname: x\r\ndescription: "When to refund"\r\n---\r\n# Refunds\r\n'),
      'When to refund',
    );
  });
  it('takes the first paragraph, then the heading', () => {
    assert.equal(promptDescription('# Tone\n\nBe warm\nand brief.\n\nMore.'), 'Be warm and brief.');
    assert.equal(promptDescription('## Only a heading'), 'Only a heading');
    assert.equal(promptDescription('# Tone\nBe warm.'), 'Be warm.');
    assert.equal(promptDescription(''), '');
  });
  it('is short', () => {
    assert.equal(promptDescription('word '.repeat(100)).length, 200);
  });
});
