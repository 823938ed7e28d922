import assert from 'node:assert/strict';
import { CaseLabels, type EvalFile } from '../../../src/project';

const file = (name: string, path: string): EvalFile => ({
  name,
  path,
  input: 'Hi',
  criteria: 'Greets.',
  expectations: [],
  answers: [],
  description: '',
});

describe('Labels of cases', () => {
  const first = file('greets', 'agents/a/evals/one.json');
  const second = file('greets', 'agents/a/evals/more/two.json');
  const outside = file('greets', 'shared/three.json');
  const only = file('refunds', 'agents/a/evals/four.json');
  const agent = { configPath: 'agents/a/agent.jsonc', evals: [first, second, outside, only] };
  const files = new Map([
    ['1', first.path],
    ['2', second.path],
    ['4', only.path],
    ['9', 'agents/a/evals/gone.json'],
  ]);

  it('are their names, with the file where several share one', () => {
    const labels = CaseLabels.of(agent);
    assert.deepEqual(
      agent.evals.map((one) => labels.ofFile(one)),
      ['greets (evals/one.json)', 'greets (evals/more/two.json)', 'greets (shared/three.json)', 'refunds'],
    );
    assert.equal(labels.ofFile(file('new', 'agents/a/evals/new.json')), 'new');
  });

  it('name the case of a result by its id, and say no more than is known', async () => {
    const labels = await CaseLabels.read(agent, async () => files);
    const of = (case_name: string, case_id?: string | null) => labels.ofResult({ case_name, case_id });
    assert.equal(of('greets', '2'), 'greets (evals/more/two.json)');
    assert.equal(of('greets', '9'), 'greets');
    assert.equal(of('greets', 'unheard of'), 'greets');
    assert.equal(of('greets', null), 'greets');
    assert.equal(of('refunds', '4'), 'refunds');
    assert.equal(of('of another time', '2'), 'of another time');
    assert.deepEqual(
      agent.evals.map((one) => labels.idOf(one)),
      ['1', '2', undefined, undefined],
    );
  });

  it('ask nobody where every name is one case’s', async () => {
    const asked = async () => assert.fail('It was asked for.');
    const labels = await CaseLabels.read({ ...agent, evals: [first, only] }, asked);
    assert.equal(labels.ofFile(first), 'greets');
  });
});
