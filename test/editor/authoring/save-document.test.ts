import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { saveDocument } from '../../../src/workbench/shared/save-document';
import { desk } from '../support/desk';

describe('A document that the editor saves by itself', () => {
  const here = desk('auto-saved');
  const settings = () => vscode.workspace.getConfiguration('files');
  const { Global } = vscode.ConfigurationTarget;

  before(async () => {
    await settings().update('autoSave', 'afterDelay', Global);
    await settings().update('autoSaveDelay', 1, Global);
  });
  after(async () => {
    await settings().update('autoSave', undefined, Global);
    await settings().update('autoSaveDelay', undefined, Global);
  });

  it('counts as saved, whoever is first, and is on the disk then', async () => {
    const path = 'agents/greeter/persona.md';
    const uri = here.made.uri(path);
    const document = await vscode.workspace.openTextDocument(uri);
    for (let nth = 0; nth < 20; nth++) {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(uri, new vscode.Position(0, 0), `Line ${nth}. `);
      await vscode.workspace.applyEdit(edit);
      // Some turns later, so that the saving of the editor is under way in some of the rounds.
      for (let turn = 0; turn < nth; turn++) await new Promise((done) => setImmediate(done));
      assert.equal(await saveDocument(document), true, `round ${nth}`);
      assert.ok((await here.made.read(path)).startsWith(`Line ${nth}. `), `round ${nth}`);
    }
  });
});
