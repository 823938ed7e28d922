import assert from 'node:assert/strict';
import { readArguments, usage } from '../../../../src/cli/eval/arguments';

describe('the arguments of tavora-eval', () => {
  it('runs the draft of all agents once, as text, when nothing is said', () => {
    assert.deepEqual(readArguments([]), {
      agents: [],
      target: 'draft',
      repeat: 1,
      format: 'text',
      tolerance: 0.5,
      project: '.',
      embedded: false,
      patienceMs: 60_000,
    });
  });

  it('takes everything that it names', () => {
    const args =
      'support shop support --live --repeat 20 --format junit --baseline b.json --tolerance 1.5'.split(' ');
    const more = '--cwd x --environment prod --server https://one.test --patience 0.5'.split(' ');
    assert.deepEqual(readArguments([...args, ...more]), {
      agents: ['support', 'shop'],
      target: 'live',
      repeat: 20,
      format: 'junit',
      baseline: 'b.json',
      tolerance: 1.5,
      project: 'x',
      environment: 'prod',
      server: 'https://one.test',
      embedded: false,
      patienceMs: 500,
    });
    assert.equal(readArguments(['--project', 'y']).project, 'y');
    assert.equal(readArguments(['-h']).tell, 'help');
    assert.equal(readArguments(['--version']).tell, 'version');
  });

  for (const [args, expected] of [
    ['--format xml', '--format must be one of text, json, junit, not "xml".'],
    ['--repeat 0', '--repeat must be a number from 1 to 20, not "0".'],
    ['--repeat 21', '--repeat must be a number from 1 to 20, not "21".'],
    ['--repeat 1.5', '--repeat must be a whole number, not "1.5".'],
    ['--repeat many', '--repeat must be a number from 1 to 20, not "many".'],
    ['--repeat=', '--repeat must be a number from 1 to 20, not "".'],
    ['--tolerance=-1', '--tolerance must be a number from 0 to 10, not "-1".'],
    ['--tolerance NaN', '--tolerance must be a number from 0 to 10, not "NaN".'],
    ['--draft --live', '--draft and --live are two different runs; take one at a time.'],
    ['--embedded --server x', '--server and --embedded are two different servers; take one.'],
    ['--cwd a --project b', '--project and --cwd say the same; take one.'],
  ] as const) {
    it(`refuses ${args}`, () => {
      assert.throws(() => readArguments(args.split(' ')), { name: 'CannotRun', message: expected });
    });
  }

  it('refuses what it does not know', () => {
    assert.throws(() => readArguments(['--colour']), {
      name: 'CannotRun',
      message: /^Unknown option '--colour'/,
    });
    assert.throws(() => readArguments(['--baseline']), { name: 'CannotRun', message: /argument missing/ });
  });

  it('says the tolerance, the rule of repetitions and the exit codes', () => {
    assert.match(usage, /default 0\.5/);
    assert.match(usage, /more than half of its runs/);
    assert.match(usage, /Ends with 0 when all cases passed, with 1 .* with 2/s);
  });
});
