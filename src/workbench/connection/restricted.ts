import * as vscode from 'vscode';
import { PoliteError } from '../shared/errors';

/** @throws PoliteError in Restricted Mode, where nothing is sent and nothing runs. */
export function assertTrusted(): void {
  if (!vscode.workspace.isTrusted) {
    throw new PoliteError(
      'This workspace is in Restricted Mode: Tavora checks and shows its projects, but sends and runs nothing.',
      [
        {
          label: 'Manage Workspace Trust',
          run: () => vscode.commands.executeCommand('workbench.trust.manage'),
        },
      ],
    );
  }
}
