import assert from 'node:assert/strict';
import { describeServers } from '../../../../src/runtime/mcp';

/** What a model is told of one tool with these parameters. */
function lines(parameters: Record<string, unknown>, name = 'find', description = ''): string[] {
  return describeServers([{ server: 'desk', tools: [{ name, description, parameters }] }])
    .split('\n')
    .slice(1);
}

const object = (properties: Record<string, unknown>, required: string[] = []) => ({
  type: 'object',
  properties,
  required,
});

describe('what a model is told of MCP tools', () => {
  const types: [schema: Record<string, unknown>, written: string][] = [
    [{ type: 'string' }, 'string'],
    [{ type: 'integer' }, 'number'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ enum: ['a', 1] }, '"a" | 1'],
    [{ type: 'array', items: { type: 'string' } }, 'string[]'],
    [{ type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number' }] } }, 'Array<string | number>'],
    [{ type: 'array' }, 'unknown[]'],
    [object({ x: { type: 'boolean' } }, ['x']), '{ x: boolean }'],
    [{ type: 'object' }, 'object'],
    [object({ a: object({ b: object({ c: { type: 'string' } }) }) }), '{ a?: { b?: object } }'],
    [{ $ref: '#/x' }, 'unknown'],
    [{}, 'unknown'],
  ];
  for (const [schema, written] of types) {
    it(`writes ${JSON.stringify(schema).slice(0, 50)} as ${written}`, () => {
      assert.deepEqual(lines(object({ v: schema }, ['v'])), [
        `- \`require('desk').find({ v: ${written} })\``,
      ]);
    });
  }

  it('marks what may be left out, and describes what is described', () => {
    const parameters = object(
      { id: { type: 'integer', description: 'Its\nnumber.' }, deep: { type: 'boolean' } },
      ['id'],
    );
    assert.deepEqual(lines(parameters, 'find', 'Finds one.'), [
      "- `require('desk').find({ id: number, deep?: boolean })`: Finds one.",
      '  - id: Its number.',
    ]);
  });

  it('quotes what is no name in JavaScript', () => {
    assert.deepEqual(lines(object({ 'x-y': { type: 'string' } }), "it's-on"), [
      "- `require('desk')['it\\'s-on']({ 'x-y'?: string })`",
    ]);
  });

  it('shortens what is long', () => {
    const [line = ''] = lines({}, 'find', 'word '.repeat(500));
    assert.ok(line.length < 500 && line.endsWith('…'), line);
  });

  for (const odd of [
    {},
    { properties: null },
    { properties: [] },
    { properties: { a: 7 } },
    { required: 'x' },
  ]) {
    it(`survives ${JSON.stringify(odd)}`, () => assert.equal(lines(odd).length, 1));
  }

  it('says what is wrong with a server, or not known', () => {
    const text = describeServers([
      { server: 'a', problem: 'It is down.' },
      { server: 'b', tools: [] },
      { server: 'c' },
    ]);
    assert.equal(
      text,
      '### a\nCannot be used now. It is down.\n\n### b\nIt has no tools.\n\n### c\nIts tools are listed when a run begins.',
    );
  });
});
