import type * as vscode from 'vscode';
import { planRename, prepareRename } from '../../../project/language';
import { toRange, toWorkspaceEdit } from '../convert';
import type { FileMoves } from '../file-moves';
import type { Indexes } from '../indexes';
import type { RenameAgent } from '../rename-agent';

/** Renames by F2. What stands in the way is said in the box. */
export class RenameProvider implements vscode.RenameProvider {
  constructor(
    private readonly indexes: Indexes,
    private readonly agents: RenameAgent,
    private readonly moves: FileMoves,
  ) {}

  prepareRename(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): { range: vscode.Range; placeholder: string } | undefined {
    const file = this.indexes.file(document.uri);
    const found = file && prepareRename(file.index, file.path, document.offsetAt(position));
    return found && { range: toRange(found.place.range), placeholder: found.name };
  }

  async provideRenameEdits(
    document: vscode.TextDocument,
    position: vscode.Position,
    newName: string,
    token: vscode.CancellationToken,
  ): Promise<vscode.WorkspaceEdit | undefined> {
    const file = this.indexes.file(document.uri);
    if (!file) return undefined;
    const { index, path, project } = file;
    const offset = document.offsetAt(position);
    const renamed = prepareRename(index, path, offset);
    const plan = planRename(index, path, offset, newName);
    if (renamed?.kind === 'agent' && plan.changes.length > 0) {
      const onServer = await this.agents.onServer(project, renamed.name, newName.trim(), token);
      if (onServer) this.agents.saveOnceChanged(document.uri);
    }
    this.moves.expect(project, plan.moves);
    return toWorkspaceEdit(project, plan);
  }
}
