import * as vscode from 'vscode';
import {
  checkOpenFile,
  type Fix,
  type FixSource,
  fixableCodes,
  fixesFor,
  fixFile,
  ignoreFix,
  type RangedIssue,
  switchOffFix,
} from '../../project';
import { codeOf, type Diagnostics } from '../diagnostics';
import { diagnosticSource } from '../shared/diagnostic-source';
import { toWorkspaceEdit } from '../shared/project-edits';
import { presentText } from '../shared/project-texts';
import type { WorkspaceProject, Workspaces } from '../shared/workspaces';

/** Every problem of a file that has one answer, ended on request and, where a person set it so, on save. */
export const fixAllKind = vscode.CodeActionKind.SourceFixAll.append('tavora');

/** Offers the ways out of the problems that the rules find. */
export class QuickFixes implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, fixAllKind],
  };

  constructor(
    private readonly workspaces: Workspaces,
    private readonly diagnostics: Pick<Diagnostics, 'viewOf'>,
  ) {}

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics, only }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const found = this.workspaces.find(document.uri);
    if (!found) {
      return [];
    }
    const { project, path } = found;
    const wants = (kind: vscode.CodeActionKind) => !only || only.contains(kind);
    const actions: vscode.CodeAction[] = [];
    const ours = diagnostics.filter(({ source }) => source === diagnosticSource);
    if (wants(vscode.CodeActionKind.QuickFix) && ours.length > 0) {
      const issues = checkOpenFile(
        project.project,
        path,
        document.getText(),
        this.diagnostics.viewOf(project),
      );
      actions.push(...ours.flatMap((one) => this.forProblem(project, path, document, one, issues)));
    }
    if (only && (only.contains(fixAllKind) || fixAllKind.contains(only))) {
      const fixed = fixFile(project.project, path, document.getText(), this.diagnostics.viewOf(project));
      actions.push(...wholeFile(project, path, document.getText(), fixed));
    }
    return actions;
  }

  private forProblem(
    project: WorkspaceProject,
    path: string,
    document: vscode.TextDocument,
    diagnostic: vscode.Diagnostic,
    issues: readonly RangedIssue[],
  ): vscode.CodeAction[] {
    const code = codeOf(diagnostic);
    const local = issues.find((one) => one.code === code && stands(one, diagnostic.range));
    const issue = local ?? serverIssue(document, path, diagnostic);
    const source: FixSource = { project: project.project, text: (one) => presentText(project, one) };
    const action = (fix: Fix): vscode.CodeAction => {
      const one = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
      one.edit = toWorkspaceEdit(project, fix.edits);
      one.diagnostics = [diagnostic];
      // A server may name no more than a line: what fits there is for a person to judge.
      one.isPreferred = fix.preferred && local !== undefined;
      return one;
    };
    const fixes = fixesFor(source, issue);
    const ignored = ignoreFix(source, issue);
    const same = project.project.issues.filter((one) => one.code === code).length;
    return [
      ...fixes.map(action),
      ...(code === 'mcp-secret-in-source' && fixes.length > 0
        ? [intoVault(project, path, issue, diagnostic)]
        : []),
      ...(code === 'mcp-unknown-secret' && issue.data?.key ? [addSecret(issue.data.key, diagnostic)] : []),
      ...(same > 1 && fixableCodes.includes(code) ? [fixAllOfKind(project, code, same)] : []),
      ...(ignored ? [action(ignored)] : []),
      action(switchOffFix(source, code)),
    ];
  }
}

/** A server's own finding, with the place where it is shown: what the rules know of its code may end it too. */
function serverIssue(
  document: vscode.TextDocument,
  path: string,
  diagnostic: vscode.Diagnostic,
): RangedIssue {
  const { start, end } = diagnostic.range;
  const offset = document.offsetAt(start);
  const place = { line: start.line + 1, column: start.character + 1 };
  return {
    file: path,
    code: codeOf(diagnostic),
    message: diagnostic.message,
    severity: diagnostic.severity === vscode.DiagnosticSeverity.Error ? 'fatal' : 'warn',
    ...place,
    range: {
      ...place,
      offset,
      length: document.offsetAt(end) - offset,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    },
  };
}

function stands({ range }: RangedIssue, shown: vscode.Range): boolean {
  if (!range) {
    return true;
  }
  return range.line - 1 === shown.start.line && range.column - 1 === shown.start.character;
}

function intoVault(
  project: WorkspaceProject,
  path: string,
  { range }: RangedIssue,
  diagnostic: vscode.Diagnostic,
): vscode.CodeAction {
  const title = 'Put the value into the vault of the connected server, and name it here';
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  const place = { folder: project.folder, path, offset: range?.offset ?? 0 };
  action.command = { command: 'tavora.moveSecret', title, arguments: [place] };
  action.diagnostics = [diagnostic];
  return action;
}

function addSecret(name: string, diagnostic: vscode.Diagnostic): vscode.CodeAction {
  const title = `Add the secret "${name}" to the vault of the connected server…`;
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { command: 'tavora.addSecret', title, arguments: [{ name }] };
  action.diagnostics = [diagnostic];
  return action;
}

function fixAllOfKind(project: WorkspaceProject, code: string, count: number): vscode.CodeAction {
  const title = `Fix all ${count} problems "${code}" of the project`;
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { command: 'tavora.fixAll', title, arguments: [{ folder: project.folder, code }] };
  return action;
}

function wholeFile(
  project: WorkspaceProject,
  path: string,
  text: string,
  fixed: string,
): vscode.CodeAction[] {
  if (fixed === text) {
    return [];
  }
  const action = new vscode.CodeAction('Fix all Tavora problems', fixAllKind);
  action.edit = toWorkspaceEdit(project, [
    { kind: 'text', path, offset: 0, length: text.length, text: fixed },
  ]);
  return [action];
}
