import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { activated, closeEditors, until } from './api';
import { Messages } from './messages';
import { TestProject } from './project';
import { TestRuns } from './test-runs';

/** The cases of the project. */
export const names = ['first', 'second'];

/** Gives the suite that calls it a project "afar" with two cases, to be run on a server that each test chooses. */
export function evalsAfar() {
  let api: TestApi;
  let made: TestProject;
  let runs: TestRuns;
  let messages: Messages;
  let press: string | undefined;

  before(async () => {
    api = await activated();
    made = await TestProject.make(api, 'afar');
    await made.delete('agents/greeter/evals/greets-by-name.json');
    for (const name of names) {
      const file = { name, input: 'Please greet Ada.', expectations: [{ kind: 'contains', value: 'Ada' }] };
      await made.write(`agents/greeter/evals/${name}.json`, JSON.stringify(file));
    }
    await until('the cases are listed', () => cases().length === 2);
  });
  after(() => made.remove());
  beforeEach(() => {
    runs = new TestRuns(api.evals);
    press = undefined;
    messages = new Messages(() => press);
  });
  afterEach(async () => {
    runs.restore();
    messages.restore();
    await closeEditors();
    await api.connection.choose('embedded');
    const settings = vscode.workspace.getConfiguration('tavora');
    for (const name of ['servers', 'evals.maxTokens', 'evals.maxCost', 'evals.repeat']) {
      await settings.update(name, undefined, vscode.ConfigurationTarget.Global);
    }
  });

  const cases = () => {
    const root = api.evals.controller.items.get(made.folder.toString());
    return api.evals.tree.casesOf(root ? [root] : []).map(({ item }) => item);
  };
  const item = (name: string) => {
    const found = cases().find(({ label }) => label === name);
    assert.ok(found);
    return found;
  };
  const use = async (url: string, key: string) => {
    await api.connection.profiles.save({ id: 'afar', label: 'Afar', url });
    await api.connection.keys.set(url, key);
    await api.connection.choose('afar');
  };
  const run = async (include: vscode.TestItem[], profile = api.evals.draft) => {
    const { token } = new vscode.CancellationTokenSource();
    await profile.runHandler(new vscode.TestRunRequest(include, undefined, profile), token);
  };

  return {
    get api() {
      return api;
    },
    get made() {
      return made;
    },
    get runs() {
      return runs;
    },
    get messages() {
      return messages;
    },
    /** What the person presses from now on; undefined puts every message away. */
    set press(button: string | undefined) {
      press = button;
    },
    cases,
    item,
    use,
    run,
  };
}
