import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkSkill, type RangedIssue, type SkillContext, validateSkill } from '../../../src/project';

const context: SkillContext = {
  modules: ['lookup-order', 'refund-order'],
  prompts: ['tone'],
  mcpServers: ['crm'],
  capabilities: ['search', 'require'],
  hosted: true,
};

const found = (text: string, given: SkillContext = context): RangedIssue[] =>
  checkSkill('skills/a.js', text, given);

/** `code line:column underlined text`, for every issue. */
function picture(text: string, given: SkillContext = context): string[] {
  return found(text, given).map((issue) => {
    assert.ok(issue.range, `${issue.code} has a range`);
    assert.equal(issue.line, issue.range.line);
    assert.equal(issue.column, issue.range.column);
    assert.equal(issue.file, 'skills/a.js');
    const marked = text.substr(issue.range.offset, issue.range.length);
    return `${issue.code} ${issue.line}:${issue.column} ${marked}`;
  });
}

describe('rules for skills: valid code has no issue', () => {
  const valid: Record<string, string> = {
    'a bare body': 'return { text: "Hello " + args.name };',
    'a module': 'module.exports = function (args) { return args; };',
    'exports by name': 'exports.a = 1; exports.b = () => exports.a;',
    'every primitive that needs no capability':
      'log(1); data.x = confirm("?"); return [choice("?", []), input("?")];',
    'declared capabilities': 'return search("x").concat(searchDocuments("y"));',
    'all three ways to require':
      "return [require('lookup-order'), require('./lookup-order'), require('./skills/lookup-order')];",
    'an MCP server': "return require('crm').find(args);",
    'a required name that is computed': 'return require(args.skill)(args);',
    'a name of Node declared by the file':
      'const process = { env: {} }; function Buffer() {} return [process.env, new Buffer()];',
    'parameters that shadow':
      'module.exports = (window, { document }, [console = 1], ...fetch) => [window, document, console, fetch];',
    'a guard with typeof': "if (typeof process !== 'undefined') log(process.env); return 1;",
    'properties that are called like globals':
      'const a = { process: 1, window() {}, "document": 2 }; return a.process + a.document + args.console;',
    'labels and catch bindings':
      'setTimeout: for (;;) { try { break setTimeout; } catch (console) { log(console); } } return 1;',
    'var lifted out of a block': 'if (args.a) { var later = 1; } return later;',
    'a function used before it stands there': 'return twice(2); function twice(n) { return n * 2; }',
    'a function declared in a block': 'if (args.a) { function f() { return 1; } } return f();',
    'classes with private fields':
      'class Cart { #n = 0; static from(x) { return new Cart(); } add() { return ++this.#n; } } return Cart.from(1).add();',
    'a class expression that names itself':
      'const A = class B { static make() { return new B(); } }; return A.make();',
    'default parameters that use earlier ones': 'const f = (a, b = a, { c = b } = {}) => c; return f(1);',
    'a loop with its own variable':
      'for (const key in args) log(key); for (let i = 0, n = 2; i < n; i++) log(i); return 1;',
    'a global made by assignment': 'total = 0; total += 1; return total;',
    'destructuring into existing names':
      'let a, b; [a, { b }] = [1, { b: 2 }]; ({ a, ...b } = args); return a + b;',
    'arguments and this': 'function f() { return arguments.length; } return f.call(this);',
    with: 'with (args) { return orderId; }',
    'generators, getters, tagged templates':
      'function* g() { yield 1; } const o = { get x() { return 1; }, set x(v) {}, async: 1 }; return [String.raw`a`, ...g(), o.x];',
    'an async helper inside': 'const later = () => { async function f() {} return f; }; return typeof later;',
    'a regular expression with a group name': 'return /(?<y>\\d+)/u.test(args.text) && /\\\\p{2}/.test("");',
    'a hash-bang and CRLF': '#!/usr/bin/env node\r\nreturn 1;\r\n',
    'Unicode names': 'const größe = args.größe, \u{20000} = 1; return größe + \u{20000};',
    'return in one branch only': 'if (args.ok) return 1;',
    'a return in a block': 'switch (args.kind) { case 1: { return 2; } }',
    'a skill that is required conditionally': "return args.a ? require('crm') : null;",
    'new.target and nested arrow arguments':
      'function F() { return new.target ? 1 : (() => arguments[0])(); } return new F();',
    'language globals':
      'return [new Map(), JSON, Math, Symbol, Promise, Reflect, new Proxy({}, {}), BigInt(1), globalThis, NaN, new DataView(new ArrayBuffer(1))].length;',
  };
  for (const [title, text] of Object.entries(valid)) {
    it(title, () => assert.deepEqual(picture(text), []));
  }
});

describe('rules for skills: each problem at its place', () => {
  const cases: [string, string, string[]][] = [
    ['a syntax error', 'return {\n  text: "a" "b"\n};', ['skill-js-parse 2:13 "b"']],
    ['import', "import a from 'a';\nreturn a;", ['sandbox-no-import 1:1 import']],
    ['export', 'export const a = 1;', ['sandbox-no-import 1:1 export']],
    ['export from', "export { a as b } from './b';", ['sandbox-no-import 1:1 export']],
    ['import()', "return import('x');", ['sandbox-no-import 1:8 import']],
    ['a Node module', "const fs = require('fs');\nreturn fs;", ["sandbox-no-node 1:20 'fs'"]],
    [
      'a Node module with a scheme',
      'return require("node:anything");',
      ['sandbox-no-node 1:16 "node:anything"'],
    ],
    ['process', 'return process.env.KEY;', ['sandbox-missing-global 1:8 process']],
    ['a timer', 'setTimeout(() => {}, 1);\nreturn 1;', ['sandbox-missing-global 1:1 setTimeout']],
    [
      'console in a nested function',
      'return args.map((x) => { console.log(x); });',
      ['sandbox-missing-global 1:26 console'],
    ],
    ['shorthand', 'return { process };', ['sandbox-missing-global 1:10 process']],
    ['await at the top', "const a = await search('x');\nreturn a;", ['sandbox-no-await 1:11 await']],
    ['await in an arrow', 'return args.ids.map((id) => await search(id));', ['skill-js-parse 1:29 await']],
    ['an async export', 'module.exports = async (args) => args;', ['sandbox-async 1:18 async']],
    ['an async generator', 'async function* f() {}\nreturn f;', ['hosted-engine 1:1 async']],
    [
      'for await',
      'const f = async () => { for await (const a of args) log(a); };\nreturn f;',
      ['sandbox-async 1:11 async', 'hosted-engine 1:25 for await'],
    ],
    ['newer statics', 'return Promise.withResolvers();', ['hosted-engine 1:8 Promise.withResolvers']],
    ['newer globals', 'return new WeakRef(args);', ['hosted-engine 1:12 WeakRef']],
    [
      'regular expression flags',
      'return /a/v.test(args.x) || /b/d;',
      ['hosted-engine 1:8 /a/v', 'hosted-engine 1:29 /b/d'],
    ],
    ['property escapes', 'return /\\p{Lu}/u;', ['hosted-engine 1:8 /\\p{Lu}/u']],
    ['a typo', 'const total = 1;\nreturn totl;', ['undefined-name 2:8 totl']],
    ['a typo of a primitive', "return serach('x');", ['undefined-name 1:8 serach']],
    ['an unknown module', "return require('lookup-oder')(args);", ["unknown-require 1:16 'lookup-oder'"]],
    [
      'a module with its extension',
      "return require('./lookup-order.js');",
      ["hosted-engine 1:16 './lookup-order.js'"],
    ],
    [
      'a module by its path',
      "return require('../skills/lookup-order/main');",
      ["hosted-engine 1:16 '../skills/lookup-order/main'"],
    ],
    ['an MCP server by a path', "return require('./crm');", ["unknown-require 1:16 './crm'"]],
    ['a prompt skill', "return require('tone');", ["unknown-require 1:16 'tone'"]],
    ['an undeclared capability, once', "fetch('a'); return fetch('b');", ['undeclared-capability 1:1 fetch']],
    ['a function of the hosted service', "return context('region');", ['hosted-only 1:8 context']],
    ['an empty file', '', ['skill-no-result 1:1 ']],
    ['only comments', '// nothing yet\n', ['skill-no-result 1:1 /']],
    ['no return', 'const a = args.a;', ['skill-no-result 1:1 c']],
    ['a return only inside a function', 'const f = () => { return 1; };', ['skill-no-result 1:1 c']],
    ['a return without a value', 'if (args.a) return;', ['skill-no-result 1:1 i']],
    ['after CRLF and an astral character', "const a = '👋';\r\nreturn wndow;", ['undefined-name 2:8 wndow']],
    [
      'a loop variable used outside',
      'for (let i = 0; i < 2; i++) log(i);\nreturn i;',
      ['undefined-name 2:8 i'],
    ],
    [
      'a block’s name used outside',
      'if (args.a) { const inner = 1; log(inner); }\nreturn inner;',
      ['undefined-name 2:8 inner'],
    ],
    [
      'a parameter used outside',
      'const f = (inner) => inner;\nreturn f(inner);',
      ['undefined-name 2:10 inner'],
    ],
  ];
  for (const [title, text, expected] of cases) {
    it(title, () => assert.deepEqual(picture(text), expected));
  }

  it('says what to do instead', () => {
    const hint = (text: string) => found(text)[0]?.hint ?? '';
    assert.match(hint('return console.log(1);'), /log\(message\)/);
    assert.match(hint("return require('lookup-oder');"), /Did you mean "lookup-order"\?/);
    assert.match(hint("return require('./lookup-order.js');"), /Write require\('lookup-order'\)/);
    assert.match(hint("return serach('x');"), /Did you mean "search"\?/);
    assert.match(hint("return fetch('x');"), /Add "fetch" to "capabilities"/);
  });

  it('says nothing of capabilities when the agent declares none', () => {
    assert.deepEqual(picture("return fetch('x');", { ...context, capabilities: undefined }), []);
    assert.deepEqual(picture("return fetch('x');", { ...context, capabilities: [] }), [
      'undeclared-capability 1:8 fetch',
    ]);
  });

  it('knows the modules of the hosted service by their capability', () => {
    const text = "return require('http').get(args.url);";
    assert.deepEqual(picture(text), ["sandbox-no-node 1:16 'http'"]);
    assert.deepEqual(picture(text, { ...context, capabilities: ['require', 'http_module'] }), [
      "hosted-only 1:16 'http'",
    ]);
  });

  it('lets a skill or server be called like a module of Node', () => {
    assert.deepEqual(picture("return require('events');", { ...context, mcpServers: ['events'] }), []);
  });
});

describe('validateSkill', () => {
  it('takes other skills on trust', () => {
    assert.deepEqual(validateSkill({ name: 'a', type: 'module', source: "return require('b')(args);" }), []);
  });
  it('reports what is wrong by itself', () => {
    const [issue] = validateSkill({ name: 'a', type: 'module', source: "return require('fs');" });
    assert.equal(issue?.code, 'sandbox-no-node');
    assert.equal(issue?.file, 'skills/a.js');
    assert.equal(issue?.severity, 'fatal');
  });
  it('wants text in a prompt skill, and nothing of other types', () => {
    assert.equal(validateSkill({ name: '', type: 'prompt', source: ' \n' })[0]?.code, 'skill-no-result');
    assert.deepEqual(validateSkill({ name: 'a', type: 'prompt', source: 'Be brief.' }), []);
    assert.deepEqual(validateSkill({ name: 'a', type: 'webhook', source: '' }), []);
  });
});
