import * as vscode from 'vscode';

/** A file as it is to become. */
export interface ProposedFile {
  uri: vscode.Uri;
  isNew: boolean;
  text: string;
}

const scheme = 'tavora-proposal';

/**
 * Shows what would become of files in the editor's multi-diff, and asks.
 * @returns whether the person wants it; the diff is closed then, and either way cannot be read again.
 */
export async function showProposal(title: string, files: readonly ProposedFile[]): Promise<boolean> {
  const texts = new Map(files.map(({ uri, text }) => [uri.path, text]));
  const provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: ({ path }) => texts.get(path),
  });
  try {
    const rows = files.map(({ uri, isNew }) => [
      uri,
      isNew ? undefined : uri,
      vscode.Uri.from({ scheme, path: uri.path }),
    ]);
    await vscode.commands.executeCommand('vscode.changes', title, rows);
    const names = files.map(({ uri }) => vscode.workspace.asRelativePath(uri)).join(', ');
    const answer = await vscode.window.showInformationMessage(
      `Write the suggestion into ${names}?`,
      'Write',
      'Discard',
    );
    return answer === 'Write';
  } finally {
    await closeDiff(title);
    provider.dispose();
  }
}

/** @param title of the diff; the editor puts the number of its files behind it. */
async function closeDiff(title: string): Promise<void> {
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ label }) => label.startsWith(title));
  await vscode.window.tabGroups.close(tabs);
}
