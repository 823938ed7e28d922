import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { activated, closeEditors, until } from '../support/api';
import { TestProject } from '../support/project';
import { testPicture } from '../support/test-runs';

describe('Evals in the Test Explorer', () => {
  let api: TestApi;
  let made: TestProject;

  before(async () => {
    api = await activated();
    made = await TestProject.make(api, 'tested');
  });
  after(() => made.remove());
  afterEach(closeEditors);

  const root = () => api.evals.controller.items.get(made.folder.toString());
  const picture = () => {
    const item = root();
    assert.ok(item, 'The project is not shown.');
    return testPicture(item.children);
  };

  it('are listed by agent, each at its name in the file', () => {
    assert.equal(root()?.label, 'tested');
    assert.equal(picture(), ['Greeter @9', '  greets by name @2'].join('\n'));
    const [item] = api.evals.tree.casesOf(root() ? [root() as vscode.TestItem] : []);
    assert.equal(item?.item.uri?.path, made.uri('agents/greeter/evals/greets-by-name.json').path);
  });

  it('follow cases that come, change their name and go, and keep the items of the others', async () => {
    const kept = api.evals.tree.find(made.now, 'greeter', 'agents/greeter/evals/greets-by-name.json');
    assert.ok(kept);
    const wave = (name: string) => JSON.stringify({ input: 'Hi!', name, criteria: 'It waves.' });
    await made.write('agents/greeter/evals/wave.json', wave('waves'));
    await until('the case is there', () => picture().includes('waves @1'));
    await made.write('agents/greeter/evals/wave.json', wave('waves back'));
    await until('it has its new name', () => picture().includes('waves back @1'));
    assert.equal(api.evals.tree.find(made.now, 'greeter', 'agents/greeter/evals/greets-by-name.json'), kept);
    await made.delete('agents/greeter/evals/wave.json');
    await until('it is gone', () => !picture().includes('waves'));
  });

  it('show what is wrong with a case, until it is mended', async () => {
    await made.write('agents/greeter/evals/broken.json', '{ "name": "broken", "input": 7 }');
    await until('the error is shown', () => picture().includes('! broken @1'));
    const item = api.evals.tree.find(made.now, 'greeter', 'agents/greeter/evals/broken.json');
    assert.match(String(item?.error), /input/);
    await made.write(
      'agents/greeter/evals/broken.json',
      '{ "name": "broken", "input": "Hi", "criteria": "It greets." }',
    );
    await until('the error is gone', () => picture().includes('  broken @1') && !picture().includes('!'));
    await made.delete('agents/greeter/evals/broken.json');
  });

  it('are only those that agent.jsonc binds', async () => {
    await made.write(
      'agents/greeter/drafts/loose.json',
      '{ "name": "loose", "input": "Hi", "criteria": "Greets." }',
    );
    assert.ok(!picture().includes('loose'));
    const path = 'agents/greeter/agent.jsonc';
    const before = await made.read(path);
    await made.write(path, before.replace('"evals/*.json"', '"evals/*.json", "drafts/*.json"'));
    await until('both folders are shown', () =>
      /Greeter @9\n {2}drafts @1\n {4}loose @1\n {2}evals @1\n {4}greets by name @2/.test(picture()),
    );
    await made.write(path, before);
    await made.delete('agents/greeter/drafts');
    await until('one folder is left out', () => picture() === 'Greeter @9\n  greets by name @2');
  });

  it('say at the agent that an eval which it names is not there', async () => {
    const path = 'agents/greeter/agent.jsonc';
    const before = await made.read(path);
    await made.write(path, before.replace('"evals/*.json"', '"evals/*.json", "evals/gone.json"'));
    await until('the agent has an error', () => picture().startsWith('! Greeter'));
    await made.write(path, before);
    await until('it has none', () => picture().startsWith('Greeter'));
  });

  it('are found from their file', async () => {
    await vscode.commands.executeCommand(
      'tavora.showEval',
      made.uri('agents/greeter/evals/greets-by-name.json'),
    );
  });

  it('go with their project', async () => {
    const other = await TestProject.make(api, 'tested-too');
    const id = other.folder.toString();
    assert.ok(api.evals.controller.items.get(id));
    await other.remove();
    await until('its items are gone', () => !api.evals.controller.items.get(id));
  });
});
