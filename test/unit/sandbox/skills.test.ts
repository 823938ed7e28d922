import assert from 'node:assert/strict';
import { Bench } from './harness';

const skill = (name: string, source: string): { name: string; path: string; source: string } => ({
  name,
  path: `agents/a/skills/${name}.js`,
  source,
});

describe('sandbox: require', () => {
  const bench = new Bench();

  it('reaches one and the same module by every name of it', async () => {
    const skills = [skill('order', 'let count = 0; module.exports = () => ++count;')];
    const source = `const names = ['order', './order', './skills/order', '../skills/order.js', 'skills/order/main.js'];
      names.map((name) => require(name)())`;
    assert.deepEqual(await bench.value(source, { skills }), [1, 2, 3, 4, 5]);
  });

  const shapes: [what: string, source: string, use: string, expected: unknown][] = [
    ['module.exports', 'module.exports = (args) => args.a + 1', 'require("s")({ a: 1 })', 2],
    ['exports', 'exports.double = (x) => x * 2', 'require("s").double(4)', 8],
    ['an object', 'module.exports = { a: 1, f() { return this.a } }', 'require("s").f()', 1],
    ['a bare body', 'return args.a * 10', 'require("s")({ a: 2 })', 20],
    ['a bare body that gives nothing', 'data.seen = args', 'require("s")(1); data.seen', 1],
    ['a comment at the end', 'return 1 // one', 'require("s")()', 1],
    ['primitives', 'return search(args)', 'require("s")("q")', ['row']],
  ];
  for (const [what, source, use, expected] of shapes) {
    it(`loads ${what}`, async () => {
      assert.deepEqual(
        await bench.value(use, { skills: [skill('s', source)], call: async () => ['row'] }),
        expected,
      );
    });
  }

  it('lets skills require each other in a circle', async () => {
    const skills = [
      skill('a', 'exports.name = "a"; exports.other = () => require("b").name;'),
      skill('b', 'const a = require("a"); exports.name = "b of " + a.name;'),
    ];
    assert.equal(await bench.value('require("a").other()', { skills }), 'b of a');
  });

  it('runs a skill again that failed to load', async () => {
    const sandbox = await bench.open({
      skills: [skill('s', 'if (!data.ready) throw new Error("not yet"); module.exports = 1')],
    });
    assert.match((await sandbox.run('require("s")')).formatted, /not yet/);
    assert.equal((await sandbox.run('data.ready = true; require("s")')).value, 1);
  });

  it('says what there is when a name is wrong', async () => {
    const error = await bench.failure('require("ordr")', {
      skills: [skill('order', 'return 1')],
      mcp: [{ name: 'crm' }],
    });
    assert.equal(
      error.message,
      'There is no skill or MCP server "ordr". Did you mean "order"? It can reach "order" and "crm".',
    );
    assert.match((await bench.failure('require("x")')).message, /This agent has none/);
    assert.equal((await bench.failure('require(5)')).name, 'TypeError');
  });

  it('calls the tools of an MCP server', async () => {
    const mcp = [{ name: 'crm', tools: ['find'] }, { name: 'open' }];
    const call = async (name: string, args: unknown[]): Promise<unknown> => ({ name, args });
    assert.deepEqual(await bench.value('require("crm").find({ id: 1 })', { mcp, call }), {
      name: 'mcp',
      args: ['crm', 'find', { id: 1 }],
    });
    assert.deepEqual(await bench.value('require("open").anything()', { mcp, call }), {
      name: 'mcp',
      args: ['open', 'anything'],
    });
    assert.equal(
      (await bench.failure('require("crm").fnd()', { mcp, call })).message,
      'MCP server "crm" has no tool "fnd". It has: find.',
    );
    assert.equal(await bench.value('await require("open"); 1', { mcp, call }), 1);
  });
});
