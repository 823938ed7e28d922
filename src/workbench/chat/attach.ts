import * as vscode from 'vscode';
import type { Attachments } from './attachments';

/** Most files that the picker lists by itself. */
const mostListed = 20;

/** Asks which file goes along with the next message: an open one first, or any other. */
export async function askAttachment(attachments: Attachments): Promise<void> {
  const open = vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : []));
  const unique = [...new Map(open.map((uri) => [uri.toString(), uri])).values()].slice(0, mostListed);
  const items: (vscode.QuickPickItem & { uri?: vscode.Uri; selection?: vscode.TextEditor })[] = [];
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  if (editor && !editor.selection.isEmpty) {
    items.push({
      label: '$(selection) The selection',
      description: nameOf(editor.document.uri),
      selection: editor,
    });
  }
  items.push(...unique.map((uri) => ({ label: `$(file) ${nameOf(uri)}`, uri })));
  const picked =
    items.length === 0
      ? 'browse'
      : await vscode.window.showQuickPick([...items, { label: '$(folder-opened) Another file…' }], {
          placeHolder: 'What goes along with the message?',
        });
  if (picked === undefined) {
    return;
  }
  if (picked === 'browse' || (!('uri' in picked) && !('selection' in picked))) {
    const [file] = (await vscode.window.showOpenDialog({ openLabel: 'Attach', canSelectMany: false })) ?? [];
    return file && (await attachments.addFile(file));
  }
  if ('selection' in picked && picked.selection) {
    attachments.addEditor(picked.selection);
  } else if ('uri' in picked && picked.uri) {
    await attachments.addFile(picked.uri);
  }
}

function nameOf(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri, false);
}
