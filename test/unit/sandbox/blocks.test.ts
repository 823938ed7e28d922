import assert from 'node:assert/strict';
import { Bench } from './harness';

describe('sandbox: blocks', () => {
  const bench = new Bench();

  const values: [what: string, source: string, expected: unknown][] = [
    ['the last expression', '1;\n2 + 3', 5],
    ['a declaration gives nothing', 'const a = 1', null],
    ['an explicit return', 'return 7', 7],
    ['the branch that was taken', 'if (1 > 2) { "a" } else { "b" }', 'b'],
    ['a branch without braces', 'if (true) "a"; else "b"', 'a'],
    ['the handler of a try', 'try { null.x } catch (error) { error.name }', 'TypeError'],
    ['an object in brackets', '({ a: 1 })', { a: 1 }],
    ['text at the start is no directive only', '"hello"', 'hello'],
    ['a comment at the end', '4 // four', 4],
    ['a promise', 'Promise.resolve(5)', 5],
    ['await at the top', 'const x = await Promise.resolve(6); x', 6],
    ['for await', 'let sum = 0; for await (const x of [1, Promise.resolve(2)]) sum += x; sum', 3],
    ['an async function called last', 'async function f() { await null; return 8 } f()', 8],
    ['strict code', '"use strict"; (function () { return this })() === undefined', true],
    ['a hashbang', '#!/usr/bin/env node\n9', 9],
    ['no semicolons', 'let a = 1\nconst f = function () { return a }\nf()', 1],
    [
      'destructuring',
      'const { a, ...rest } = { a: 1, b: 2 }, [c] = [3]; ({ a, rest, c })',
      { a: 1, rest: { b: 2 }, c: 3 },
    ],
    ['nothing at all', '', null],
  ];
  for (const [what, source, expected] of values) {
    it(`gives ${what}`, async () => assert.deepEqual(await bench.value(source), expected));
  }

  it('shares top-level names with later blocks, and lets them be declared anew', async () => {
    const sandbox = await bench.open();
    await sandbox.run(
      'const a = 1; let b = 2; var c = 3; class D { m() { return b } } function e() { b += 1; return b }',
    );
    assert.equal((await sandbox.run('e(); [a, b, c, new D().m()]')).formatted, '[1, 3, 3, 3]');
    const again = await sandbox.run('const a = "new"; a');
    assert.equal(again.value, 'new');
    assert.equal((await sandbox.run('a')).value, 'new');
  });

  it('keeps a constant constant', async () => {
    const error = await bench.failure('const a = 1; a = 2');
    assert.equal(error.name, 'TypeError');
  });

  it('keeps data through the run and names what each block changed', async () => {
    const sandbox = await bench.open({ data: { kept: 1, gone: 2, deep: { a: [1] } } });
    const first = await sandbox.run('data.added = new Date(0); data.deep.a.push(2); delete data.gone;');
    assert.deepEqual(first.changed, { added: '1970-01-01T00:00:00.000Z', deep: { a: [1, 2] }, gone: null });
    assert.deepEqual(first.data, { kept: 1, deep: { a: [1, 2] }, added: '1970-01-01T00:00:00.000Z' });
    const second = await sandbox.run('data.kept');
    assert.equal(second.value, 1);
    assert.deepEqual(second.changed, {});
  });

  it('keeps what a block wrote into data before it failed', async () => {
    const result = await bench.run('data.step = "half"; throw new Error("no")');
    assert.deepEqual(result.changed, { step: 'half' });
  });

  it('lets a block have its own variable called data', async () => {
    const sandbox = await bench.open({ data: { kept: 1 } });
    assert.equal((await sandbox.run('const data = 5; data')).value, 5);
    assert.deepEqual((await sandbox.run('data')).value, { kept: 1 });
  });

  it('refuses data that is no object', async () => {
    const error = await bench.failure('data = 5');
    assert.match(error.message, /data must stay an object/);
  });

  it('waits for primitives as if they were ordinary functions, however deep', async () => {
    const call = async (name: string, args: unknown[]): Promise<unknown> => {
      await new Promise((resolve) => setImmediate(resolve));
      return { name, args };
    };
    const source = `function deep(n) { return n === 0 ? search('q', { limit: 2 }) : [n].map((one) => deep(one - 1))[0] }
      deep(20)`;
    assert.deepEqual(await bench.value(source, { call }), { name: 'search', args: ['q', { limit: 2 }] });
  });

  it('passes answers of any size both ways', async () => {
    const call = async (_name: string, args: unknown[]): Promise<unknown> => String(args[0]).repeat(2);
    assert.equal(await bench.value('ai("é".repeat(400000)).length', { call }), 800_000);
  });

  it('throws a refusal of the host inside the script, where it can be caught', async () => {
    const call = async (): Promise<unknown> => {
      throw new Error('The index is gone.');
    };
    assert.equal(
      await bench.value('try { search("x") } catch (error) { error.message }', { call }),
      'The index is gone.',
    );
    const error = await bench.failure('\n  search("x")', { call });
    assert.deepEqual(
      [error.message, error.kind, error.line, error.column],
      ['The index is gone.', 'throw', 2, 3],
    );
  });

  it('gives undefined and null of the host as they are', async () => {
    const call = async (name: string): Promise<unknown> => (name === 'ai' ? null : undefined);
    assert.deepEqual(await bench.value('[search("x") === undefined, ai("x") === null]', { call }), [
      true,
      true,
    ]);
  });

  it('collects log lines as a person reads them and sends them on', async () => {
    const result = await bench.run('log("found", { a: 1 }, [2]); log(undefined)');
    assert.deepEqual(result.logs, ['found { "a": 1 } [2]', 'undefined']);
    assert.deepEqual(bench.calls[0], { name: 'log', args: ['found { "a": 1 } [2]'] });
  });

  const absent = [
    'process',
    'Buffer',
    'setTimeout',
    'std',
    'os',
    'console',
    'WebAssembly',
    'module',
    'global',
    'tavora',
  ];
  for (const name of absent) {
    it(`has no ${name}, not even for code made from text`, async () => {
      const source = `[typeof ${name}, Function('return typeof ${name}')(), eval('typeof ${name}')]`;
      assert.deepEqual(await bench.value(source), ['undefined', 'undefined', 'undefined']);
    });
  }

  it('cannot import', async () => {
    for (const name of ['std', 'os', 'node:fs', './skills/a.js']) {
      const error = await bench.failure(`import(${JSON.stringify(name)})`);
      assert.match(error.message, /could not load module/);
    }
    assert.equal((await bench.failure('import fs from "fs"')).kind, 'syntax');
  });

  it('cannot reach the host through what the host lends', async () => {
    const source = `const seen = [];
      for (const f of [search, log, require]) seen.push(f.constructor("return typeof process")());
      seen`;
    assert.deepEqual(await bench.value(source), ['undefined', 'undefined', 'undefined']);
  });

  it('survives a script that breaks the built-in objects', async () => {
    const sandbox = await bench.open();
    const result =
      await sandbox.run(`JSON.stringify = () => { throw 1 }; JSON.parse = null; Object.keys = null;
      Array.isArray = () => true; Error = null; Map = null; Array.prototype.push = null; Promise = null;
      ({ a: [1] })`);
    assert.deepEqual(result.value, { a: [1] });
    assert.deepEqual((await sandbox.run('data.a = 1; data')).changed, { a: 1 });
  });

  it('refuses a second block while one runs', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const sandbox = await bench.open({ call: () => held });
    const first = sandbox.run('search("x"); 1');
    await assert.rejects(sandbox.run('2'), /one block at a time/);
    release();
    assert.equal((await first).value, 1);
  });
});
