import assert from 'node:assert/strict';
import type { SkillParam } from '../../../src/project';
import { argumentsOf, choicesOf, readValue, writtenValue } from '../../../src/workbench/run-skill/values';

const param = (type: string, optional = false): SkillParam => ({
  name: 'it',
  type,
  description: '',
  optional,
});
const read = (type: string, text: string, optional = false) => {
  const result = readValue(param(type, optional), text);
  return 'value' in result ? result.value : new Error(result.problem);
};

describe('What a person types for a skill', () => {
  it('is a text where the skill takes one, whatever it looks like', () => {
    assert.equal(read('string', '42'), '42');
    assert.equal(read('string', ''), '');
    assert.equal(read('string | undefined', '{"a":1}'), '{"a":1}');
  });

  it('is a number only when it is one', () => {
    assert.equal(read('number', ' 1.5 '), 1.5);
    for (const bad of ['', ' ', 'x', '1,5', 'Infinity', 'NaN']) {
      assert.match(String(read('number', bad)), /is a number/, JSON.stringify(bad));
    }
  });

  it('is JSON for lists and objects, and of the right kind', () => {
    assert.deepEqual(read('string[]', '["a"]'), ['a']);
    assert.deepEqual(read('Array<string>', '[]'), []);
    assert.deepEqual(read('{ a: number }', '{"a": 1}'), { a: 1 });
    assert.match(String(read('string[]', '{"a": 1}')), /is a list/);
    assert.match(String(read('Record<string, number>', '[1]')), /is an object/);
    assert.match(String(read('{ a: number }', 'null')), /is an object/);
    assert.match(String(read('{ a: number }', '{a: 1}')), /as JSON/);
  });

  it('is JSON where anything goes, and else the text', () => {
    assert.equal(read('any', '42'), 42);
    assert.equal(read('any', 'hello'), 'hello');
    assert.equal(read('string | number', '42'), 42);
    assert.equal(read('string | string[]', '42'), '42');
    assert.deepEqual(read('string | string[]', '["a"]'), ['a']);
  });

  it('may be left out only where the skill says so', () => {
    assert.equal(read('number', '', true), undefined);
    assert.match(String(read('number', '')), /is a number/);
  });

  it('is chosen, where there is a choice', () => {
    const labels = (type: string) => choicesOf(param(type))?.map(({ label, value }) => [label, value]);
    assert.deepEqual(labels('boolean'), [
      ['true', true],
      ['false', false],
    ]);
    assert.deepEqual(labels("'a' | 'b'"), [
      ['a', 'a'],
      ['b', 'b'],
    ]);
    assert.deepEqual(labels('1 | 2 | undefined'), [
      ['1', 1],
      ['2', 2],
    ]);
    for (const open of ['string', "'a' | string", 'boolean | number', 'any', '']) {
      assert.equal(choicesOf(param(open)), undefined, open);
    }
  });

  it('is offered again as it was typed', () => {
    for (const [type, text] of [
      ['string', '42'],
      ['number', '42'],
      ['string[]', '["a"]'],
      ['any', '{"a":1}'],
    ] as const) {
      const value = read(type, text);
      assert.deepEqual(read(type, writtenValue(param(type), value)), value, type);
    }
    assert.equal(writtenValue(param('string'), undefined), '');
  });

  it('becomes one object, or arguments in order', () => {
    const params = [
      param('string'),
      { ...param('number', true), name: 'other' },
      { ...param('string', true), name: 'third' },
    ];
    const values = new Map<string, unknown>([
      ['it', 'a'],
      ['other', undefined],
      ['third', 'c'],
    ]);
    assert.deepEqual(argumentsOf('object', params, values), [{ it: 'a', third: 'c' }]);
    assert.deepEqual(argumentsOf('positional', params, values), ['a', null, 'c']);
    assert.deepEqual(argumentsOf('positional', params, new Map([['it', 'a']])), ['a']);
    assert.deepEqual(argumentsOf('none', params, values), []);
  });
});
