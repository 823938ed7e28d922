import * as vscode from 'vscode';

/** How long a saving that the editor began by itself is waited for, in milliseconds. */
const underWayMs = 5_000;

/**
 * Saves a document. One that the editor saves at this moment by itself (`files.autoSave`) answers that it was not
 * saved: that saving is waited for.
 * @returns false when it is still not on the disk as it is seen, as when it has changed there
 */
export async function saveDocument(document: vscode.TextDocument): Promise<boolean> {
  let stop = () => {};
  const saved = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, underWayMs);
    const listening = vscode.workspace.onDidSaveTextDocument((one) => {
      if (one === document) resolve();
    });
    stop = () => {
      clearTimeout(timer);
      listening.dispose();
    };
  });
  try {
    if ((await document.save()) || !document.isDirty) return true;
    await saved;
    return !document.isDirty;
  } finally {
    stop();
  }
}
