import assert from 'node:assert/strict';
import fc from 'fast-check';
import { JsonProblem, parseJson } from '../../../../src/runtime/http/json';
import { computedMs } from '../../../fixtures/computed';

describe('reading JSON', () => {
  it('gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        assert.deepEqual(parseJson(text), JSON.parse(text));
      }),
    );
  });

  it('refuses what JSON.parse refuses, and never quotes it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12 }), (text) => {
        let readable = true;
        try {
          JSON.parse(text);
        } catch {
          readable = false;
        }
        if (readable) parseJson(text);
        else
          assert.throws(
            () => parseJson(text),
            (error) => error instanceof JsonProblem && !error.message.includes(text),
          );
      }),
    );
  });

  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

  it('takes 200 levels and no more', () => {
    parseJson(nested(200));
    assert.throws(() => parseJson(nested(201)), /nested more than 200 levels deep/);
    assert.throws(() => parseJson('{"a":'.repeat(100_000)), /nested more than 200 levels deep/);
  });

  it('does not count brackets in strings', () => {
    const text = JSON.stringify([`${'['.repeat(5_000)}"\\`, '\\"{{{', nested(300)]);
    assert.deepEqual(parseJson(text), JSON.parse(text));
  });

  it('counts brackets behind strings that end in backslashes', () => {
    assert.throws(() => parseJson(`["a\\\\",${nested(300)}]`), /nested/);
    assert.throws(() => parseJson(`["a\\"",${nested(300)}]`), /nested/);
  });

  it('is quick about a long string, and about one that is all backslashes', () => {
    const began = computedMs();
    parseJson(JSON.stringify('a'.repeat(10_000_000)));
    parseJson(`"${'\\\\'.repeat(1_000_000)}"`);
    assert.ok(computedMs() - began < 3_000);
    // Each quote follows many backslashes.
    parseJson(`"${'\\\\\\"'.repeat(300_000)}"`);
    assert.ok(computedMs() - began < 6_000);
  });
});
