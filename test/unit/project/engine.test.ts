import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import variant from '@jitl/quickjs-ng-wasmfile-release-sync';
import { tokenizer } from 'acorn';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { newQuickJSWASMModuleFromVariant, type QuickJSContext } from 'quickjs-emscripten-core';
import { parseSkill, primitives } from '../../../src/project';
import {
  languageGlobals,
  localOnlyGlobals,
  localOnlyStatics,
  missingGlobals,
} from '../../../src/project/skills/globals';

describe('what the rules say of the engine, asked of the engine itself', () => {
  let context: QuickJSContext;

  before(async () => {
    context = (await newQuickJSWASMModuleFromVariant(variant)).newContext();
  });
  after(() => context.dispose());

  function evaluate(code: string): unknown {
    const result = context.evalCode(code);
    const handle = context.unwrapResult(result);
    const value: unknown = context.dump(handle);
    handle.dispose();
    return value;
  }

  function compiles(code: string): boolean {
    const result = context.evalCode(`(function (args, module, exports, require) {${code}\n})`);
    const fine = !result.error;
    (result.error ?? result.value).dispose();
    return fine;
  }

  it('has every name that the rules call part of the language', () => {
    for (const name of [...languageGlobals, ...localOnlyGlobals]) {
      assert.equal(evaluate(`"${name}" in globalThis`), true, name);
    }
    for (const name of localOnlyStatics) assert.equal(evaluate(`typeof ${name}`), 'function', name);
  });

  it('has none of the names that the rules call missing, nor a primitive of its own', () => {
    for (const name of [...missingGlobals.keys(), ...primitives.map((one) => one.name)]) {
      assert.equal(evaluate(`"${name}" in globalThis`), false, name);
    }
  });

  const accepted = [
    'return args?.a ?? 1',
    'class A { #x = 1; static { this.y = 2; } get x() { return this.#x; } } return new A().x',
    'const { a, ...rest } = args; return [...Object.keys(rest), a]',
    'label: for (const x of [1]) { continue label; } return 1_000n',
    'return /(?<year>\\d{4})/u.exec("2026")?.groups.year',
    'return /[a-z]/v.test("a")',
    'return /\\p{L}/u.test("Ä")',
    'return `a$' + '{1}b`; function later() {}',
    'var a = 1; a ||= 2; a ??= 3; return a ** 2',
    'async function f() { for await (const x of []) { await x; } } return 1',
    'function* g() { yield* [1]; } return [...g()]',
    'try { throw 1 } catch { return 2 } finally { log(3) }',
    'if (true) function inBlock() {} return 1',
    'return "\\u2028"',
  ];
  for (const code of accepted) {
    it(`agrees that this is valid: ${code}`, () => {
      assert.equal(parseSkill(code).error, undefined);
      assert.equal(compiles(code), true);
    });
  }

  it('agrees on the sample’s skills with one token taken out, replaced or put in (property)', () => {
    const folder = 'examples/support/tavora/agents/support/skills';
    const samples = [`${folder}/lookup-order.js`, `${folder}/refund-order/main.js`].map((file) => {
      const text = readFileSync(file, 'utf8');
      return { text, tokens: [...tokenizer(text, { ecmaVersion: 2024 })] };
    });
    const how = fc.constantFrom('take out', 'replace', 'put in');
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.nat(),
        how,
        ({ text, tokens }, at, from, change) => {
          const token = tokens[at % tokens.length];
          const other = tokens[from % tokens.length];
          assert.ok(token && other);
          const piece = change === 'take out' ? '' : `${text.slice(other.start, other.end)} `;
          const changed =
            text.slice(0, token.start) + piece + text.slice(change === 'put in' ? token.start : token.end);
          assert.equal(parseSkill(changed).error === undefined, compiles(changed), changed);
        },
      ),
      // The same changes every time: two parsers may differ in a corner that is no fault of ours.
      { numRuns: 300, seed: 1 },
    );
  });

  const refused = [
    'return {',
    'const a = 1; const a = 2;',
    'return /(?i:a)/',
    'return /(?<n>a)|(?<n>b)/',
    'using x = null;',
    'return 08n',
    'const x;',
    'break',
    'return class { accessor x = 1 ; # }',
    'let let = 1',
    '"use strict"; with (args) {}',
    'return a => {} ()',
    'for (const x of [1]) { break missing; }',
  ];
  for (const code of refused) {
    it(`agrees that this is not: ${code}`, () => {
      assert.notEqual(parseSkill(code).error, undefined);
      assert.equal(compiles(code), false);
    });
  }
});
