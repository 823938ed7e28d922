import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { AgentDecorations } from '../../../src/workbench/explorer/decorations';
import { activated, closeEditors, until, workspaceFolder, write } from '../support/api';
import { TestProject } from '../support/project';
import { flat, picture } from '../support/tree';

describe('The view Agents', () => {
  let api: TestApi;
  let made: TestProject;

  before(async () => {
    api = await activated();
    made = await TestProject.make(api, 'tree');
  });
  after(() => made.remove());
  afterEach(closeEditors);

  const root = () => {
    const row = api.explorer.rows.find(({ project }) => project.folder.path === made.folder.path);
    assert.ok(row);
    return row;
  };

  it('shows a project down to its skills', () => {
    assert.equal(
      picture(root().children),
      [
        'robot Greeter: not synced',
        '  person Persona: persona.md',
        '  sparkle Model: local/rehearsal',
        '  tools Skills: 2',
        '    symbol-method greet: module · Greets a person by name.',
        '    note tone: prompt · Write plainly and kindly.',
        '  beaker Evals: 1',
        '    beaker greets by name: Please greet Ada.',
      ].join('\n'),
    );
  });

  it('shows what the sample has', () => {
    const sample = api.explorer.rows.find((row) => row.label === 'support');
    assert.ok(sample, picture(api.explorer.rows));
    const kinds = new Set(flat([sample]).map(({ kind }) => kind));
    for (const kind of ['project', 'agent', 'persona', 'model', 'module', 'prompt', 'eval'] as const) {
      assert.ok(kinds.has(kind), `${kind} is missing in\n${picture([sample])}`);
    }
    assert.deepEqual(sample.project.project.issues, []);
  });

  it('says aloud what its icons and badges say', () => {
    const [agent] = root().children;
    assert.ok(agent);
    const item = api.explorer.getTreeItem(agent);
    assert.equal(item.accessibilityInformation?.label, 'Agent Greeter, not synced');
    const skill = flat([agent]).find(({ kind }) => kind === 'module');
    assert.ok(skill);
    assert.match(
      api.explorer.getTreeItem(skill).accessibilityInformation?.label ?? '',
      /^Module skill greet, /,
    );
  });

  it('gives every row an id of its own that lasts, and knows its parents', async () => {
    const ids = flat(api.explorer.rows).map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    await vscode.commands.executeCommand('tavora.refresh');
    assert.deepEqual(
      flat(api.explorer.rows).map(({ id }) => id),
      ids,
    );
    const skill = flat([root()]).find(({ kind }) => kind === 'prompt');
    assert.ok(skill);
    const group = api.explorer.getParent(skill);
    assert.equal(group?.label, 'Skills');
    assert.equal(group && api.explorer.getParent(group)?.label, 'Greeter');
  });

  it('opens a file at the place that a row stands for', async () => {
    const model = flat([root()]).find(({ kind }) => kind === 'model');
    assert.ok(model);
    const { command } = api.explorer.getTreeItem(model);
    assert.ok(command);
    await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
    const editor = await until('the file is open', () => vscode.window.activeTextEditor);
    assert.equal(editor.document.uri.path, made.uri('agents/greeter/agent.jsonc').path);
    assert.match(editor.document.getText(editor.selection), /local\/rehearsal/);
  });

  it('follows files that come and go', async () => {
    const sample = api.explorer.rows.find((row) => row.label === 'support');
    const known = sample && flat([sample]).find(({ kind }) => kind === 'eval');
    assert.ok(known?.open);
    const labels = () => flat(api.explorer.rows).map(({ label }) => label);
    const wave = vscode.Uri.joinPath(known.project.uri(known.open.path), '../wave.json');
    await write(wave, JSON.stringify({ name: 'waves back', input: 'Hi!', criteria: 'It waves.' }));
    await until('the new eval is there', () => labels().includes('waves back'));
    await vscode.workspace.fs.delete(wave);
    await until('the eval is gone', () => !labels().includes('waves back'));
  });

  it('shows a sample that is full of problems, and counts them', async () => {
    const parent = vscode.Uri.joinPath(workspaceFolder(), 'full');
    const folder = await api.authoring.copySample('broken', parent);
    try {
      await vscode.commands.executeCommand('tavora.refresh');
      const rows = await until('the sample is shown', () => {
        const found = api.explorer.rows.filter(({ project }) => project.folder.path.startsWith(folder.path));
        return found.length === 2 && found;
      });
      const broken = rows.find(({ label }) => label === 'broken');
      assert.ok(broken);
      assert.ok(broken.children.length > 3, picture(rows));
      for (const agent of broken.children) {
        await until(`${agent.label} counts its problems`, () => {
          const now = flat(api.explorer.rows).find(({ id }) => id === agent.id);
          return now && /[1-9]\d* problems?$/.test(now.description);
        });
      }
      // Two agents share an id there; their rows must not share one.
      const ids = flat(rows).map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
    } finally {
      await vscode.workspace.fs.delete(parent, { recursive: true });
      await vscode.commands.executeCommand('tavora.refresh');
    }
  });

  it('colours an agent as its worst problem, and no warning as an error', async () => {
    const other = await TestProject.make(api, 'coloured');
    const colourOf = () => {
      const agent = api.explorer.rows.find(({ label }) => label === 'coloured')?.children[0];
      const uri = agent && api.explorer.getTreeItem(agent).resourceUri;
      return (uri && new AgentDecorations().provideFileDecoration(uri)?.color)?.id;
    };
    const config = (more: object) =>
      write(
        other.uri('agents/greeter/agent.jsonc'),
        JSON.stringify({ id: 'greeter', model: 'local/rehearsal', persona: 'persona.md', ...more }),
      );
    const shows = (colour: string) =>
      until(`it is ${colour}`, () => colourOf() === `list.${colour}Foreground`);
    try {
      await config({ skills: ['skills/*'], evals: ['evals/*.json'] });
      await shows('warning');
      await config({ skills: ['skills/*'], evals: ['evals/*.json'], capabilities: 5 });
      await shows('error');
    } finally {
      await other.remove();
    }
  });

  it('takes up a project that comes, and lets go one that goes', async () => {
    const other = await TestProject.make(api, 'second');
    assert.ok(api.explorer.rows.some((row) => row.label === 'second'));
    await other.remove();
    await until('its row is gone', () => !api.explorer.rows.some((row) => row.label === 'second'));
  });
});
