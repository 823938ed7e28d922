import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { BlockResult, SandboxSkill } from '../../../src/runtime/sandbox';
import { compileBlock } from '../../../src/runtime/sandbox/compile';
import { Bench, visible } from './harness';
import { failures, program, programs } from './programs';

describe('skills that count mean what they meant', () => {
  const bench = new Bench();

  async function both(source: string, skills: SandboxSkill[], limits = {}): Promise<BlockResult[]> {
    const results: BlockResult[] = [];
    for (const coverage of [false, true]) {
      const sandbox = await bench.open({ skills, limits, coverage });
      results.push(await sandbox.run(source));
      sandbox.close();
    }
    assert.deepEqual(results[0]?.counts, []);
    return results;
  }

  const own = (source: string): SandboxSkill[] => [{ name: 'own', path: 'skills/own.js', source }];

  for (const [what, source] of Object.entries(programs)) {
    if (!source.includes('await') && !source.startsWith('#!'))
      it(`with ${what}`, async () => {
        const [plain, counted] = await both("require('own')({})", own(`${source}\n`));
        assert.ok(plain && counted);
        assert.deepEqual(visible(counted), visible(plain));
        assert.equal(counted.counts.length, 1, 'it counted');
      });
    if (!source.startsWith('#!'))
      it(`inside a function, with ${what}`, async () => {
        // A block as the sandbox compiles it: a function that gives the value of its last statement.
        const { code } = compileBlock(source, new Set());
        const [plain, counted] = await both("require('own')", own(`module.exports = ${code}(() => {})`));
        assert.ok(plain && counted);
        assert.equal(plain.error, undefined, plain.formatted);
        assert.deepEqual(visible(counted), visible(plain));
      });
  }

  it('with a shebang', async () => {
    const [plain, counted] = await both("require('own')()", own('#!/usr/bin/env node\nreturn 5'));
    assert.equal(plain?.value, 5);
    assert.equal(counted?.value, 5);
    assert.equal(counted?.counts.length, 1);
  });

  for (const [what, source] of Object.entries(failures)) {
    if (source.includes('await')) continue;
    it(`when they fail: ${what}`, async () => {
      const [plain, counted] = await both("require('own')({})", own(source));
      assert.equal(plain?.ok, false);
      assert.deepEqual(counted && visible(counted), plain && visible(plain));
    });
  }

  const places: Record<string, string> = {
    'in an operand on a line of its own': 'const a = {};\nreturn args.x\n  ? 1\n  : a.b.c;',
    'in the right side of an operator': 'const a = {};\nconst b =\n  args.x ||\n  a.b.c;\nreturn b',
    'in a test behind an if': 'let a;\ndo {\n  if (args.x) {\n    1;\n  }\n} while (a.b.c)',
    'in a throw': 'let a;\nif (!args.x) log(1);\n  throw a.b.c',
    'behind an else if': 'let a;\nif (args.x) 1;\nelse if (a.b) 2;\nelse 3',
    'in a switch': 'let a;\nswitch (1) {\n  case 1:\n    a.b;\n}',
    'in a case': 'let a;\nswitch (1) {\n  case a.b:\n    1;\n}',
    'in a default': 'let a;\nfunction f(x = a.b) {\n  return x\n}\nreturn f()',
    'in a method': 'class A {\n  m() { return this.#p.x }\n  #p;\n}\nreturn new A().m()',
    'in a bare loop': 'let a;\nwhile (true)\n  a.b()',
    'in what a class extends': 'let a;\nlog(1);\nclass A extends a.b {}\nreturn A',
    'behind letters of two units': 'const a = {}; /* 𝒳ß */ if (!args.x) a.b.c',
  };
  for (const [what, source] of Object.entries(places)) {
    it(`and fail at the same place: ${what}`, async () => {
      const [plain, counted] = await both("require('own')({})", own(source));
      assert.equal(plain?.ok, false, plain?.formatted);
      assert.deepEqual(counted?.error, plain.error);
    });
  }

  for (const file of globSync('{examples,test/fixtures/corpus}/**/*.js')) {
    it(`in ${file}`, async () => {
      const source = readFileSync(file, 'utf8');
      const call =
        "const it = require('own'); typeof it === 'function' ? it({ orderId: 'A-1001', text: 'x' }) : it";
      // Two have no end. Others get all the time there is: a pause of the machine must not end one of the two runs.
      const endless = /\/loops?\.js$/.test(file);
      const [plain, counted] = await both(call, own(source), endless ? { timeMs: 200 } : {});
      if (endless) assert.deepEqual([plain?.error?.kind, counted?.error?.kind], ['timeout', 'timeout']);
      else assert.deepEqual(counted && visible(counted), plain && visible(plain));
    });
  }

  it('whatever statements they are made of', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(program, async (source) => {
        const [first, second] = await both("require('own')", own(`module.exports = ${source}`));
        assert.deepEqual(second && visible(second), first && visible(first), source);
      }),
      { numRuns: 80 },
    );
  });

  it('within the same limits: time, memory, depth', async () => {
    const kinds = async (source: string, limits = {}): Promise<unknown[]> =>
      (await both("require('own')({})", own(source), limits)).map(({ error }) => error?.kind);
    assert.deepEqual(await kinds('for (;;) args.n = 1', { timeMs: 200 }), ['timeout', 'timeout']);
    const full = 'const all = []; for (;;) all.push("x".repeat(100000) + all.length)';
    assert.deepEqual(await kinds(full, { memoryBytes: 8 * 1024 * 1024 }), ['memory', 'memory']);
    assert.deepEqual(await kinds('const f = () => 1 + f(); return f()'), ['stack', 'stack']);
  });

  it('for an engine that is used again', async () => {
    const skills = own('return args.n * 2');
    for (const n of [1, 2, 3, 4]) {
      const [plain, counted] = await both(`require('own')({ n: ${n} })`, skills);
      assert.equal(plain?.value, n * 2);
      assert.equal(counted?.value, n * 2);
      assert.deepEqual(counted.counts, [{ path: 'skills/own.js', counts: [1] }]);
    }
  });
});
