import * as vscode from 'vscode';

/** Opens text beside what is open, as a document that has not been saved yet. */
export async function showText(content: string, language: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ content, language });
  await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
}
