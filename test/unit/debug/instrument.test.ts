import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { BlockResult, SandboxSkill } from '../../../src/runtime/sandbox';
import { Bench, visible } from '../sandbox/harness';
import { failures, program, programs } from '../sandbox/programs';
import { Watching } from './watching';

describe('instrumented scripts mean what they meant', () => {
  const bench = new Bench();

  async function both(
    source: string,
    skills: SandboxSkill[] = [],
    limits = {},
  ): Promise<[BlockResult, BlockResult]> {
    const plain = await bench.run(source, { skills, limits });
    const instrumented = await bench.run(source, { skills, limits, debug: () => new Watching() });
    return [plain, instrumented];
  }

  for (const [what, source] of Object.entries(programs)) {
    it(`with ${what}`, async () => {
      const [plain, instrumented] = await both(source);
      assert.equal(plain.error, undefined, plain.formatted);
      assert.deepEqual(visible(instrumented), visible(plain));
    });
  }

  for (const [what, source] of Object.entries(programs)) {
    if (source.includes('await') || source.startsWith('#!')) continue;
    it(`as a skill with ${what}`, async () => {
      const skills = [{ name: 'own', path: 'own.js', source: `${source}\n` }];
      const [plain, instrumented] = await both("const own = require('own'); own({})", skills);
      assert.deepEqual(visible(instrumented), visible(plain));
    });
  }

  for (const [what, source] of Object.entries(failures)) {
    it(`when they fail: ${what}`, async () => {
      const [plain, instrumented] = await both(source);
      assert.equal(plain.ok, false);
      assert.deepEqual(visible(instrumented), visible(plain));
    });
  }

  it('when they call too deep: the error, at the same place', async () => {
    const [plain, instrumented] = await both('const f = () => f(); f()');
    assert.equal(plain.error?.kind, 'stack');
    const { kind, message, line, column } = plain.error;
    assert.deepEqual({ kind, message, line, column }, { ...pick(instrumented) });
  });

  it('when a skill fails: its file, line and column', async () => {
    const source = 'module.exports = function (args) {\n  const { a } = args;\n  return a.b.c;\n};\n';
    const skills = [{ name: 'own', path: 'skills/own.js', source }];
    const [plain, instrumented] = await both("require('own')({})", skills);
    assert.equal(plain.error?.file, 'skills/own.js');
    assert.equal(plain.error?.line, 3);
    assert.deepEqual(instrumented.error, plain.error);
  });

  const corpus = globSync('examples/**/*.js').map((file) => ({
    name: path.basename(file, '.js'),
    path: file,
    source: readFileSync(file, 'utf8'),
  }));
  for (const skill of corpus) {
    it(`in ${skill.path}`, async () => {
      const call = `const it = require('${skill.name}'); typeof it === 'function' ? it({ orderId: 'A-1001', text: 'x' }) : it`;
      // One has no end. Others get all the time there is: a pause of the machine must not end one of the two runs.
      const endless = skill.name === 'loop';
      const [plain, instrumented] = await both(call, [skill], endless ? { timeMs: 200 } : {});
      if (endless) assert.deepEqual([plain.error?.kind, instrumented.error?.kind], ['timeout', 'timeout']);
      else assert.deepEqual(visible(instrumented), visible(plain));
    });
  }

  it('whatever statements they are made of', async function () {
    this.timeout(60_000);
    const plain = await bench.open();
    const instrumented = await bench.open({ debug: () => new Watching() });
    await fc.assert(
      fc.asyncProperty(program, async (source) => {
        const [first, second] = [await plain.run(source), await instrumented.run(source)];
        assert.deepEqual(visible(second), visible(first), source);
      }),
      { numRuns: 80 },
    );
  });
});

function pick({ error }: BlockResult) {
  return { kind: error?.kind, message: error?.message, line: error?.line, column: error?.column };
}
