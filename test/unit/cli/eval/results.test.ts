import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { compare, readBaseline } from '../../../../src/cli/eval/baseline';
import { type CaseOutcome, outcomesOf } from '../../../../src/cli/eval/cases';
import { json } from '../../../../src/cli/eval/formats/json';
import { loadProject } from '../../../../src/project';
import { outcome, report, result } from './rows';

async function agent() {
  const files: Record<string, string> = {
    'tavora.jsonc': '{ "project": "p" }',
    'agents/a/agent.jsonc': '{ "id": "a", "name": "A", "model": "m", "evals": ["evals/*.json"] }',
    'agents/a/evals/one.json':
      '{ "name": "Leaves", "input": "Bye", "criteria": "Leaves.", "pass_threshold": 9 }',
    'agents/a/evals/two.json': '{ "name": "Greets", "input": "Hi", "criteria": "Greets." }',
  };
  const { agents } = await loadProject({
    list: async () => Object.keys(files),
    read: async (file) => (files[file] === undefined ? undefined : Buffer.from(files[file])),
  });
  assert.ok(agents[0]);
  return agents[0];
}

const greets = (rows: CaseOutcome[]) => rows.find(({ name }) => name === 'Greets');

describe('the rows of tavora-eval', () => {
  it('have one for a case without a result, which has failed', async () => {
    const [leaves, known] = outcomesOf(await agent(), [result()]);
    assert.equal(known?.pass, true);
    assert.deepEqual(
      [leaves?.name, leaves?.pass, leaves?.score, leaves?.threshold, leaves?.broken, leaves?.reasoning],
      ['Leaves', false, null, 9, true, 'The server gave no result for this case.'],
    );
    assert.deepEqual(
      outcomesOf(await agent(), []).map(({ name, pass }) => [name, pass]),
      [
        ['Leaves', false],
        ['Greets', false],
      ],
    );
  });

  it('leave out cases of one name whose results nobody can tell apart', async () => {
    const one = await agent();
    const evals = one.evals.map((file) => ({ ...file, name: 'Greets' }));
    assert.deepEqual(
      outcomesOf({ ...one, evals }, [result()]).map(({ name, pass }) => [name, pass]),
      [['Greets', true]],
    );
  });

  it('stand in the order of the files, with the thresholds of the files where a server names none', async () => {
    const rows = outcomesOf(await agent(), [
      result({ case_name: 'Elsewhere' }),
      result(),
      result({ case_name: 'Leaves', score: 8, pass: false }),
    ]);
    assert.deepEqual(
      rows.map(({ name, threshold, session_id }) => [name, threshold, session_id]),
      [
        ['Leaves', 9, null],
        ['Greets', 7, null],
        ['Elsewhere', 7, null],
      ],
    );
    const known = greets(outcomesOf(await agent(), [result({ pass_threshold: 4, session_id: 's9' })]));
    assert.deepEqual([known?.threshold, known?.session_id], [4, 's9']);
  });

  it('make one of several repetitions: mean score, and pass by more than half', async () => {
    const times = async (...passes: boolean[]) => {
      const results = passes.map((pass, at) =>
        result({
          pass,
          score: pass ? 8 : 3,
          session_id: `s${at}`,
          duration_ms: at * 100,
          reasoning: pass ? 'good' : 'bad',
        }),
      );
      return greets(outcomesOf(await agent(), results));
    };
    const two = await times(true, false, true);
    assert.deepEqual(
      [
        two?.pass,
        two?.score,
        two?.passed,
        two?.repetitions,
        two?.session_id,
        two?.reasoning,
        two?.duration_ms,
      ],
      [true, 6.33, 2, 3, 's0', 'good', 100],
    );
    const half = await times(true, false);
    assert.deepEqual([half?.pass, half?.session_id, half?.reasoning], [false, 's1', 'bad']);
  });

  it('have no score where nothing was judged, and say why; a mean leaves such repetitions out', async () => {
    const broken = { score: null, pass: false, error: 'The judge was silent.', reasoning: '' };
    const none = greets(outcomesOf(await agent(), [result(broken)]));
    assert.deepEqual([none?.score, none?.broken, none?.reasoning], [null, true, 'The judge was silent.']);
    const said = greets(outcomesOf(await agent(), [result({ error: 'It broke off.' })]));
    assert.deepEqual([said?.pass, said?.broken], [false, true], 'a server that says passed all the same');
    const some = greets(
      outcomesOf(await agent(), [result(broken), result({ score: 6 }), result({ score: 9 })]),
    );
    assert.deepEqual([some?.score, some?.pass, some?.broken], [7.5, true, false]);
  });
});

describe('the baseline of tavora-eval', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-baseline-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const file = async (text: string) => {
    const name = path.join(folder, 'base.json');
    await writeFile(name, text);
    return name;
  };

  it('is what --format json wrote', async () => {
    const rows = [
      outcome(),
      outcome({ name: 'Leaves', score: null, pass: false, broken: true, session_id: null }),
    ];
    const before = await readBaseline(await file(`\ufeff${json(report(rows))}`));
    assert.deepEqual(compare(before, rows, 0, ['support']), { worse: [], gone: [] });
  });

  it('is refused when it is something else, with its name', async () => {
    for (const text of ['', '{"cases": [', '[]', '{"cases": {}}', '{"cases": [{"agent": "a"}]}', 'null']) {
      await assert.rejects(readBaseline(await file(text)), { name: 'CannotRun', message: /base\.json/ });
    }
    await assert.rejects(readBaseline(path.join(folder, 'nowhere.json')), {
      name: 'CannotRun',
      message: /^There is no baseline .*nowhere\.json\. Make one with --format json/,
    });
  });

  it('finds worse what passed and fails, or fell by more than the tolerance', () => {
    const worse = (before: [number | null, boolean], now: [number | null, boolean], tolerance = 0.5) =>
      compare(
        [{ agent: 'support', name: 'Greets', score: before[0], pass: before[1] }],
        [outcome({ score: now[0], pass: now[1] })],
        tolerance,
        ['support'],
      ).worse.map(({ how, before: score }) => [how, score]);
    assert.deepEqual(worse([9, true], [8, true]), [['fell', 9]]);
    assert.deepEqual(worse([9, true], [8.5, true]), []);
    assert.deepEqual(worse([0.8, false], [0.1, false], 0.7), [], 'a fall of just the tolerance');
    assert.deepEqual(worse([9, true], [8.9, true], 0), [['fell', 9]]);
    assert.deepEqual(worse([7, true], [6.9, false]), [['failed', 7]]);
    assert.deepEqual(worse([7, true], [null, false]), [['failed', 7]]);
    assert.deepEqual(worse([5, false], [2, false]), [['fell', 5]]);
    assert.deepEqual(worse([5, false], [9, true]), []);
    assert.deepEqual(worse([null, false], [0, false]), []);
  });

  it('keeps agents apart, and misses only cases of the agents that were run', () => {
    const before = [
      { agent: 'other', name: 'Greets', score: 10, pass: true },
      { agent: 'support', name: 'Old', score: 10, pass: true },
    ];
    const { worse, gone } = compare(before, [outcome({ score: 1, pass: false })], 0.5, ['support']);
    assert.deepEqual(worse, []);
    assert.deepEqual(
      gone.map(({ name }) => name),
      ['Old'],
    );
  });
});
