import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { loadProject } from '../../../src/project';
import { EvalTree } from '../../../src/workbench/evals/tree';
import type { WorkspaceProject, Workspaces } from '../../../src/workbench/shared/workspaces';

const count = 3_000;
const folder = vscode.Uri.parse('untitled:/many');
const config = { id: 'many', name: 'Many', model: 'local/rehearsal', evals: ['evals/*.json'] };

/** A project with one agent and many evals, in memory. */
async function projectOf(names: ReadonlyMap<number, string>, previous?: WorkspaceProject) {
  const files = new Map([
    ['tavora.jsonc', '{ "project": "many" }'],
    ['agents/many/agent.jsonc', JSON.stringify(config)],
  ]);
  for (const [nth, name] of names) {
    const path = `agents/many/evals/${String(nth).padStart(4, '0')}.json`;
    files.set(path, JSON.stringify({ name, input: 'Hi', criteria: 'Greets.' }));
  }
  const encoder = new TextEncoder();
  const source = {
    list: async () => [...files.keys()],
    read: async (path: string) => encoder.encode(files.get(path)),
  };
  const project = await loadProject(source, previous?.project);
  const uri = (path: string) => vscode.Uri.joinPath(folder, path);
  return { folder, project, uri } as unknown as WorkspaceProject;
}

describe('Thousands of evals in the Test Explorer', () => {
  let controller: vscode.TestController;
  let changed: vscode.EventEmitter<void>;
  let tree: EvalTree;
  let projects: WorkspaceProject[];

  beforeEach(() => {
    controller = vscode.tests.createTestController('tavora.many', 'Many');
    changed = new vscode.EventEmitter();
    projects = [];
    const workspaces = {
      get projects() {
        return projects;
      },
      onDidChange: changed.event,
    };
    tree = new EvalTree(controller, workspaces as unknown as Workspaces);
  });
  afterEach(() => {
    tree.dispose();
    changed.dispose();
    controller.dispose();
  });

  const all = () => new Map(Array.from({ length: count }, (_, nth) => [nth, `case ${nth}`]));
  const show = (project: WorkspaceProject) => {
    projects = [project];
    changed.fire();
  };
  const labels = () => tree.casesOf().map(({ item }) => item.label);
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

  it('let the editor do other things while they are listed', async () => {
    const project = await projectOf(all());
    let turns = 0;
    let isDone = false;
    show(project);
    const done = tree.settled().then(() => {
      isDone = true;
    });
    while (!isDone) {
      await turn();
      turns += 1;
    }
    await done;
    assert.equal(labels().length, count);
    assert.ok(turns > 2, `There were only ${turns} turns.`);
  });

  it('show the newest when files change in the middle, and keep every item that stays', async () => {
    const first = await projectOf(all());
    const names = all();
    names.delete(7);
    names.set(8, 'renamed');
    const second = await projectOf(names, first);
    show(first);
    // How far one turn goes is the machine's affair; what matters is that the change finds case 7 listed, and not all.
    while (tree.casesOf().length <= 8) await turn();
    const begun = tree.casesOf().map(({ item }) => item);
    assert.ok(begun.length < count, `${begun.length} were listed before the change.`);
    show(second);
    await tree.settled();
    assert.deepEqual(labels(), [...names.values()]);
    const now = new Set(tree.casesOf().map(({ item }) => item));
    assert.deepEqual(
      begun.filter((item) => !now.has(item)).map(({ label }) => label),
      ['case 7'],
    );
  });

  it('make and change no item but the one whose file has changed', async () => {
    const first = await projectOf(all());
    show(first);
    await tree.settled();
    const items = tree.casesOf().map(({ item }) => item);
    const made: string[] = [];
    const { createTestItem } = controller;
    controller.createTestItem = (id, label, uri) => {
      made.push(label);
      return createTestItem.call(controller, id, label, uri);
    };
    const names = all();
    names.set(11, 'another name');
    show(await projectOf(names, first));
    await tree.settled();
    assert.deepEqual(made, []);
    assert.deepEqual(
      tree.casesOf().map(({ item }) => item),
      items,
    );
    assert.equal(items[11]?.label, 'another name');
  });
});
