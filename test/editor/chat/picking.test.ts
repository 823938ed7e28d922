import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { agentKey } from '../../../src/workbench/chat/agents';
import { until } from '../support/api';
import { desk } from '../support/desk';
import { presses } from '../support/messages';

describe('What goes along with a message', () => {
  const here = desk('picking');
  const { showOpenDialog } = vscode.window;

  beforeEach(async () => {
    await chat().choose({ agent: agentKey(here.made.folder, 'greeter'), target: 'draft' });
    await chat().begin();
  });
  afterEach(async () => {
    Object.assign(vscode.window, { showOpenDialog });
    for (const { id } of chat().state.attachments) {
      chat().attachments.remove(id);
    }
    await chat().begin();
  });

  const chat = () => here.api.chat.chat;
  /** Asks what goes along, as the paper clip does; the person picks. */
  const attach = async (pick: string | undefined) => {
    const { questions } = here.person(presses(), [pick]);
    await here.api.chat.handle({ type: 'attach' });
    return questions.asked[0] ?? '';
  };
  const attached = () =>
    chat().state.attachments.map(({ label, detail }) => `${label.split('/').at(-1)} ${detail}`.trim());

  it('is an open file, or what is selected in the editor', async () => {
    const editor = await vscode.window.showTextDocument(here.made.skill, { preview: false });
    assert.doesNotMatch(await attach('greet.js'), /The selection/);
    editor.selection = new vscode.Selection(0, 0, 2, 1);
    await until('the selection is there', () => vscode.window.activeTextEditor?.selection.isEmpty === false);
    assert.match(await attach('The selection'), /The selection .* Another file…$/);
    assert.deepEqual(attached(), ['greet.js', 'greet.js lines 1–3']);
  });

  it('is any other file, and nothing when the person leaves', async () => {
    await here.made.write('notes.md', 'Some notes.\n');
    await vscode.window.showTextDocument(here.made.skill, { preview: false });
    await attach(undefined);
    assert.deepEqual(attached(), []);
    Object.assign(vscode.window, { showOpenDialog: async () => [here.made.uri('notes.md')] });
    await attach('Another file');
    assert.deepEqual(attached(), ['notes.md']);
    Object.assign(vscode.window, { showOpenDialog: async () => undefined });
    await attach('Another file');
    assert.deepEqual(attached(), ['notes.md']);
  });

  it('is a text that has no file yet', async () => {
    const document = await vscode.workspace.openTextDocument({
      content: 'Some thoughts.\n',
      language: 'markdown',
    });
    await vscode.window.showTextDocument(document, { preview: false });
    await attach(document.uri.path);
    assert.deepEqual(attached(), [document.uri.path]);
    assert.match(chat().attachments.take('Mind this'), /```markdown\nSome thoughts\.\n```/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('is what an editor has of a file that is not saved', async () => {
    await here.made.write('notes.md', 'Some notes.\n');
    const editor = await vscode.window.showTextDocument(here.made.uri('notes.md'), { preview: false });
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'Unsaved: '));
    await attach('notes.md');
    assert.match(chat().attachments.take('Mind this'), /Unsaved: Some notes\./);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
