import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { activated, closeEditors, until } from '../support/api';
import { TestProject } from '../support/project';
import { TestRuns } from '../support/test-runs';

/** Seven statements; of a call with a name all but two run. */
const skill = `/**
 * Greets somebody.
 * @param {object} args
 * @param {string} args.name - Whom.
 */
module.exports = function greet(args) {
  const name = args.name;
  if (!name) {
    return shout('Hello!');
  }
  return { greeting: 'Hello, ' + name + '!' };
};

function shout(text) {
  return text.toUpperCase();
}
`;

describe('Coverage of the skills by evals', () => {
  let api: TestApi;
  let made: TestProject;
  let runs: TestRuns;

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'covered');
    await made.delete('agents/greeter/evals/greets-by-name.json');
    await made.write('agents/greeter/skills/greet.js', skill);
    await made.write('agents/greeter/skills/idle.js', '/** Is never called by an eval. */\nreturn 1;\n');
    const expectations = [{ kind: 'contains', value: 'Ada' }];
    await made.write(
      'agents/greeter/evals/ada.json',
      JSON.stringify({ name: 'ada', input: 'Please greet Ada.', expectations }),
    );
    await made.write(
      'agents/greeter/evals/thanks.json',
      JSON.stringify({ name: 'thanks', input: 'Thank you!', expectations }),
    );
    await until('the cases are listed', () => api.evals.tree.casesOf([root()]).length === 2);
  });
  after(() => made.remove());
  beforeEach(() => {
    runs = new TestRuns(api.evals);
  });
  afterEach(async () => {
    runs.restore();
    await closeEditors();
  });

  const root = () => {
    const item = api.evals.controller.items.get(made.folder.toString());
    assert.ok(item);
    return item;
  };
  const item = (name: string) => {
    const found = api.evals.tree.casesOf([root()]).find(({ file }) => file.name === name)?.item;
    assert.ok(found, `There is no case "${name}".`);
    return found;
  };
  const run = async (profile: vscode.TestRunProfile, include: vscode.TestItem[]) => {
    const { token } = new vscode.CancellationTokenSource();
    await profile.runHandler(new vscode.TestRunRequest(include, [], profile), token);
    return runs.last;
  };
  const fileOf = (coverage: readonly vscode.FileCoverage[], name: string) => {
    const found = coverage.find(({ uri }) => uri.path.endsWith(`/skills/${name}`));
    assert.ok(found, `There is no coverage of ${name}.`);
    return found;
  };
  const detailed = async (file: vscode.FileCoverage) => {
    const { token } = new vscode.CancellationTokenSource();
    // Only passed on; the handler knows the file by itself.
    return (await api.evals.covered.loadDetailedCoverage?.({} as vscode.TestRun, file, token)) ?? [];
  };
  const shares = (count: vscode.TestCoverageCount | undefined) => [count?.covered, count?.total];
  const counts = (details: readonly vscode.FileCoverageDetail[]) =>
    details.flatMap((one) =>
      one instanceof vscode.StatementCoverage && one.location instanceof vscode.Range
        ? [[one.location.start.line + 1, Number(one.executed)]]
        : [],
    );

  it('counts statements, branches and functions, and shows what nobody called', async () => {
    const { coverage } = await run(api.evals.covered, [root()]);
    assert.equal(coverage.length, 2);
    const greet = fileOf(coverage, 'greet.js');
    assert.equal(greet.uri.toString(), made.skill.toString());
    assert.deepEqual(shares(greet.statementCoverage), [4, 6]);
    assert.deepEqual(shares(greet.declarationCoverage), [1, 2]);
    assert.deepEqual(shares(greet.branchCoverage), [1, 2]);
    assert.deepEqual(shares(fileOf(coverage, 'idle.js').statementCoverage), [0, 1]);

    const details = await detailed(greet);
    assert.deepEqual(counts(details), [
      [6, 1],
      [7, 1],
      [8, 1],
      [9, 0],
      [11, 1],
      [15, 0],
    ]);
    const declared = details.filter((one) => one instanceof vscode.DeclarationCoverage);
    assert.deepEqual(
      declared.map(({ name, executed }) => [name, executed]),
      [
        ['greet', 1],
        ['shout', 0],
      ],
    );
    const [branch] = details.flatMap((one) => ('branches' in one && one.branches.length > 0 ? [one] : []));
    assert.deepEqual(
      branch?.branches.map(({ label, executed }) => [label, executed]),
      [
        ['if', 0],
        ['else', 1],
      ],
    );
  });

  it('says what a single case exercised', async () => {
    const { coverage } = await run(api.evals.covered, [root()]);
    const greet = fileOf(coverage, 'greet.js');
    assert.deepEqual(
      greet.includesTests?.map(({ label }) => label),
      ['ada'],
    );
    const { token } = new vscode.CancellationTokenSource();
    const of = (test: vscode.TestItem) =>
      api.evals.covered.loadDetailedCoverageForTest?.({} as vscode.TestRun, greet, test, token);
    assert.deepEqual(counts((await of(item('ada'))) ?? []), counts(await detailed(greet)));
    assert.deepEqual(await of(item('thanks')), []);
  });

  it('leaves out a file that has changed, and says so', async () => {
    // The saved file has been sent by then; this change is not in the run.
    runs.onTold = (state) => {
      if (state === 'passed') writeFileSync(made.uri('agents/greeter/skills/idle.js').fsPath, 'return 2;\n');
    };
    const { coverage, output } = await run(api.evals.covered, [item('ada')]);
    assert.deepEqual(
      coverage.map(({ uri }) => uri.path.split('/').at(-1)),
      ['greet.js'],
    );
    assert.match(output, /agents\/greeter\/skills\/idle\.js is not what was run any more/);
    await made.write('agents/greeter/skills/idle.js', 'return 3;\n');
  });

  it('is nothing that a run without it shows', async () => {
    const { coverage } = await run(api.evals.draft, [item('ada')]);
    assert.deepEqual(coverage, []);
  });
});
