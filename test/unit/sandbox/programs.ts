import fc from 'fast-check';

/** What a script can mean; instrumented it must mean the same. */
export const programs: Record<string, string> = {
  'the value of the last expression': '1 + 1',
  'the value of a branch': 'const n = 3; if (n > 2) "big"; else "small"',
  'the value of a branch in braces':
    'let n = 1; if (n > 2) { "big" } else if (n === 1) { "one" } else "small"',
  'return at the top level': 'const a = [1, 2]; return a.map((x) => x * 2); a',
  'return of nothing': 'if (true) return\n1',
  'a directive before everything': '"use strict"; (function () { return this === undefined })()',
  'a directive in a function': 'function f() { "use strict"; return this === undefined } f()',
  'no directive in a function': 'function f() { return this === undefined } f()',
  'labelled loops':
    'let out = []; outer: for (let i = 0; i < 4; i++) { for (const j of [1, 2, 3]) { if (j === 2) continue outer; if (i === 3) break outer; out.push(i * j) } } out',
  'a label in front of a block': 'let a = 0; done: { a = 1; if (a) break done; a = 2 } a',
  'a label in front of a while': 'let i = 0; again: while (true) { i++; if (i < 3) continue again; break } i',
  'closures of loops': 'const all = []; for (let i = 0; i < 3; i++) all.push(() => i); all.map((f) => f())',
  'closures of loops over keys':
    'const all = []; for (const key in { a: 1, b: 2 }) all.push(() => key); all.map((f) => f())',
  'var in loops': 'var all = []; for (var i = 0; i < 3; i++) all.push(() => i); all.map((f) => f())',
  generators:
    'function* count(n) { for (let i = 0; i < n; i++) { const got = yield i; if (got) return got } return "end" } const c = count(5); [c.next(), c.next(), c.next("stop"), c.next()]',
  'generators that are left':
    'let left = 0; function* g() { try { yield 1; yield 2 } finally { left++ } } for (const x of g()) break; left',
  'generators in generators':
    'function* a() { yield 1; yield* b(); return 4 } function* b() { yield 2; yield 3 } [...a()]',
  'async functions':
    'async function a(x) { const y = await x; if (y > 1) throw new Error("big"); return y } [await a(1), await a(2).catch((e) => e.message)]',
  'await at the top level': 'const x = await Promise.resolve(4); x + 1',
  'await in a loop': 'let sum = 0; for await (const x of [Promise.resolve(1), 2]) sum += x; sum',
  'async generators':
    'async function* g() { yield 1; await null; yield 2 } const all = []; for await (const x of g()) all.push(x); all',
  'order of promises':
    'const seen = []; const p = Promise.resolve().then(() => seen.push("then")); seen.push("now"); await p; seen',
  getters: 'const o = { get a() { return this.b + 1 }, b: 2, set a(v) { this.b = v } }; o.a = 5; o.a',
  classes:
    'class A { #x = 1; static made = 0; static { A.made = 7 } constructor(y) { this.y = y } get sum() { return this.#x + this.y } static of(y) { return new A(y) } } class B extends A { constructor() { super(4); this.z = super.sum } } [A.of(2).sum, new B().z, A.made]',
  'fields with functions': 'class A { f = () => this.v; v = 3 } new A().f()',
  'arrow bodies': 'const f = (a) => (b) => ({ a, b }); f(1)(2)',
  'arrow bodies of sequences': 'const f = (a) => (a++, a); f(1)',
  'arrow bodies in arguments': '[3, 1, 2].sort((a, b) => a - b).map((n) => n > 1 ? n : -n)',
  'arguments in arrows': 'function f() { const g = () => arguments[0]; return g() } f(7)',
  'arguments that are bound to names': 'function f(a) { arguments[0] = 9; return a } f(1)',
  'this in arrows': 'const o = { v: 2, f() { return [1].map((x) => x + this.v) } }; o.f()',
  'default parameters': 'function f(a, b = a + 1, { c = b * 2 } = {}) { return [a, b, c] } f(1)',
  'default parameters that call': 'function g() { return 5 } function f(a = g()) { return a } f()',
  'hoisted functions': 'const before = later(); function later() { return "hoisted" } before',
  'hoisted var': 'const seen = typeof a; var a = 1; seen',
  'functions in blocks': 'let r = []; { r.push(f()); function f() { return 1 } } r.push(f()); r',
  'functions of one name': 'function f() { return 1 } function f() { return 2 } var f2 = f(); f2',
  'a var and a function of one name': 'var f; function f() { return 1 } typeof f',
  'the dead zone': 'try { x; let x = 1 } catch (e) { e.name }',
  switch:
    'function f(x) { switch (x) { case 1: let a = "one"; return a; case 2: case 3: return "few"; default: { return "many" } } } [f(1), f(2), f(3), f(9)]',
  'switch that falls through':
    'const seen = []; switch (1) { case 1: seen.push(1); case 2: seen.push(2); break; case 3: seen.push(3) } seen',
  'try, catch and finally':
    'function f(x) { try { if (x) throw x; return "try" } catch (e) { return "catch " + e } finally { if (x === 2) return "finally" } } [f(0), f(1), f(2)]',
  'catch without a name': 'let a = 0; try { null.x } catch { a = 1 } a',
  'do while without braces': 'let i = 0; do i++; while (i < 5) i',
  'nothing in a body': 'let i = 0; for (; i < 3; i++); while (false); i',
  'dangling else': 'let r = ""; for (const x of [0, 1]) if (x) if (x > 0) r += "a"; else r += "b"; r',
  with: 'const o = { a: 1 }; let r; with (o) r = a; with (o) { a = 5 } [r, o.a]',
  'automatic semicolons': 'let a = 1\nlet b = a\n++b\nconst c = [1, 2]\n;[a, b] = c\nb',
  'names of functions':
    'const f = () => 1; const o = { g() {}, h: function () {}, i: () => 2 }; class K {} [f.name, o.g.name, o.h.name, o.i.name, K.name, (function () {}).name, (() => {}).name]',
  'length of functions': '[((a, b) => a).length, (function (a, b = 1, ...c) {}).length]',
  'new.target': 'function F() { return new.target === F } [new F() instanceof F, F()]',
  'tagged templates': 'const tag = (s, ...v) => s.raw.join("|") + v.join(","); tag`a\\n` + tag`b`',
  'comments at the end': 'const a = 2 // two\n/* more */ a // end',
  'comma and void': 'let a = 0; void (a = 1), a++, a',
  'optional calls': 'const o = { f: (x) => x }; [o.f?.(1), o.g?.(2), o?.h?.i]',
  'delete and in': 'const o = { a: 1 }; delete o.a; "a" in o',
  'a name called eval': 'const f = (eval) => eval + 1; f(1)',
  'an eval of its own': 'const x = 2; eval("x + 1")',
  'eval that declares': 'eval("var made = 3"); made',
  'names that look like ours': 'const $tavoraCode$ = 1; $tavoraCode$ + 1',
  data: 'data.list = [1]; data.list.push(2); data.at = data.list.length; data',
  logs: 'log("a"); for (const x of [1, 2]) log(x); 3',
  proxies:
    'const seen = []; const p = new Proxy({}, { get: (t, k) => { seen.push(String(k)); return 1 } }); p.a + p.b; seen',
  'an object that watches who reads it':
    'let reads = 0; const o = { get a() { reads++; return 1 } }; const b = o; const c = b; reads',
  'values that cannot be read':
    'const bad = { get x() { throw new Error("no") } }; const p = new Proxy({}, { ownKeys() { throw new Error("never") } }); typeof bad + typeof p',
  'regular expressions': 'const r = /a+/g; r.exec("caat"); r.lastIndex',
  'a shebang': '#!/usr/bin/env node\n5',
  'windows lines': 'const a = 1;\r\nconst b = a + 1;\r\nb',
  unicode: 'const größe = "ß𝒳"; const 𝒳 = größe.length; 𝒳',
};

/** Scripts that fail: what they say and where must be the same. */
export const failures: Record<string, string> = {
  'a thrown error': 'const a = 1;\n  throw new TypeError("no");',
  'a property of undefined': 'const a = {};\nconst b = a.b.c;\nb',
  'a property of undefined in return': 'function f(a) {\n  return a.b.c;\n}\nf({})',
  'in an arrow': 'const f = (a) => a.b.c;\n[1].map((x) => f(x))',
  'in a condition': 'let a;\nif (a.b) {\n  1\n}',
  'in a branch without braces': 'let a = 1;\nif (a) null.x;\nelse 2',
  'in a loop without braces': 'let a;\nfor (const x of [1]) a.push(x)',
  'a thrown text': 'throw "text"',
  'a thrown nothing': 'throw undefined',
  'a name that is not there': 'const x = 1; /* ä𝒳 */ missing(x)',
  'deep inside': 'const f = (n) => { if (n === 0) throw new Error("deep"); return f(n - 1); };\nf(5)',
  'in a generator': 'function* g() {\n  yield 1;\n  null.x;\n}\n[...g()]',
  'in an async function': 'async function f() {\n  await null;\n  null.x;\n}\nawait f()',
  'in a getter': 'const o = {\n  get a() { return this.b.c; },\n};\no.a',
  'in a constructor': 'class A {\n  constructor() { this.a.b; }\n}\nnew A()',
  'in finally': 'try { 1 } finally {\n  null.x\n}',
  'a syntax error': 'const a = ;',
  'a syntax error on another line': 'const a = 1;\n\n  b c',
};

/** Programs of statements in each other, which count what they do in `n`, bounded so that they end. */
export const program: fc.Arbitrary<string> = fc
  .letrec((tie) => {
    const statement = tie('statement') as fc.Arbitrary<string>;
    const value = fc.constantFrom(
      'n',
      'n + 1',
      '[n, 2]',
      '"x"',
      '(() => n)()',
      'f(n)',
      '{ a: n }.a',
      'n % 3',
    );
    const safe = value.map((text) =>
      text.startsWith('{')
        ? `(${text.slice(0, text.indexOf('}') + 1)})${text.slice(text.indexOf('}') + 1)}`
        : text,
    );
    const list = fc.array(statement, { maxLength: 3 }).map((parts) => parts.join(' '));
    return {
      statement: fc.oneof(
        { maxDepth: 4, depthIdentifier: 'statement' },
        safe.map((text) => `seen(${text});`),
        safe.map((text) => `n += Number(${text}) || 1;`),
        fc.constant('if (n > 40) throw new Error("stop at " + n);'),
        fc.tuple(safe, statement).map(([test, body]) => `if (${test}) ${body}`),
        fc.tuple(safe, statement, statement).map(([test, a, b]) => `if (${test}) { ${a} } else ${b}`),
        fc.tuple(list).map(([body]) => `for (let i = 0; i < 2; i++) { ${body} n++; }`),
        statement.map((body) => `for (const i of [1, 2]) ${body}`),
        statement.map((body) => `l: for (const i of [1, 2]) { ${body} if (n % 2) continue l; n += i; }`),
        statement.map((body) => `{ let k = 0; do { ${body} } while (++k < 2); }`),
        fc.tuple(list, list).map(([a, b]) => `try { ${a} } catch (e) { seen(e.message); } finally { ${b} }`),
        fc.tuple(safe, list).map(([on, body]) => `switch (${on}) { case 1: n++; default: ${body} }`),
        fc.tuple(list, safe).map(([body, last]) => `seen((function () { ${body} return ${last}; })());`),
        safe.map((text) => `seen([1, 2].map((x) => x + Number(${text})));`),
        list.map((body) => `for (const x of (function* () { yield 1; ${body} yield n; })()) seen(x);`),
        list.map((body) => `{ ${body} }`),
      ),
      program: fc.array(statement, { minLength: 1, maxLength: 5 }),
    };
  })
  .program.map((parts) => {
    const body = (parts as string[]).join('\n');
    // In a function: blocks of one run share their top-level names.
    return `(function () {\nlet n = 0; const all = []; const seen = (x) => { all.push(String(x)); if (all.length > 60) throw new Error("enough"); };\nfunction f(x) { n++; return x; }\ntry {\n${body}\n} catch (e) { all.push(e.message, String(e.stack).replace(/:\\d+\\)/g, ')')); }\nreturn { n, all };\n})()`;
  });
