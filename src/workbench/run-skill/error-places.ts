import * as vscode from 'vscode';
import type { SkillFile } from '../../project';
import { DisposableStore } from '../shared/disposables';
import type { WorkspaceProject } from '../shared/workspaces';
import type { SkillError } from './outcome';

/** Marks the line at which the last run of a skill failed, until the file changes or a skill runs again. */
export class ErrorPlaces implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly collection = this.store.add(vscode.languages.createDiagnosticCollection('tavora-run'));

  constructor() {
    this.store.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.collection.delete(document.uri)),
    );
  }

  clear(): void {
    this.collection.clear();
  }

  /** Marks and shows the place. An error of the call itself has none but the skill's first line. */
  async show(project: WorkspaceProject, skill: SkillFile, error: SkillError): Promise<void> {
    const uri = project.uri(error.file ?? skill.path);
    const line = Math.max(0, (error.file === undefined ? 1 : (error.line ?? 1)) - 1);
    const document = await vscode.workspace.openTextDocument(uri);
    const text = document.lineAt(Math.min(line, document.lineCount - 1));
    const column = error.file === undefined ? undefined : error.column;
    const start =
      column === undefined
        ? text.range.start.translate(0, text.firstNonWhitespaceCharacterIndex)
        : new vscode.Position(text.lineNumber, column - 1);
    const range = new vscode.Range(start, text.range.end);
    const problem = new vscode.Diagnostic(
      range,
      `${error.name}: ${error.message}`,
      vscode.DiagnosticSeverity.Error,
    );
    problem.source = 'tavora run';
    this.collection.set(uri, [problem]);
    await vscode.window.showTextDocument(document, {
      selection: new vscode.Range(range.start, range.start),
      viewColumn: vscode.ViewColumn.One,
    });
  }

  dispose(): void {
    this.store.dispose();
  }
}
