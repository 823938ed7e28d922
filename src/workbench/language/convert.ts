import * as vscode from 'vscode';
import type { TextRange } from '../../project';
import type { EntryKind, OutlineItem, OutlineKind, RenamePlan, Span } from '../../project/language';
import type { WorkspaceProject } from '../shared/workspaces';

export function toRange({ line, column, endLine, endColumn }: TextRange): vscode.Range {
  return new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1);
}

export function spanRange(document: vscode.TextDocument, { offset, length }: Span): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}

/** Markdown without commands, HTML and trust: it holds words of whoever wrote the project. */
export function toMarkdown(text: string): vscode.MarkdownString {
  return new vscode.MarkdownString(text);
}

export const entryKinds: Record<EntryKind, vscode.CompletionItemKind> = {
  skill: vscode.CompletionItemKind.Module,
  prompt: vscode.CompletionItemKind.Text,
  server: vscode.CompletionItemKind.Interface,
  tool: vscode.CompletionItemKind.Method,
  file: vscode.CompletionItemKind.File,
  folder: vscode.CompletionItemKind.Folder,
  pattern: vscode.CompletionItemKind.Folder,
  model: vscode.CompletionItemKind.Value,
  index: vscode.CompletionItemKind.Reference,
  secret: vscode.CompletionItemKind.Constant,
  variable: vscode.CompletionItemKind.Variable,
  field: vscode.CompletionItemKind.Field,
  primitive: vscode.CompletionItemKind.Function,
  function: vscode.CompletionItemKind.Function,
};

export const outlineKinds: Record<OutlineKind, vscode.SymbolKind> = {
  agent: vscode.SymbolKind.Class,
  skill: vscode.SymbolKind.Function,
  prompt: vscode.SymbolKind.String,
  file: vscode.SymbolKind.File,
  server: vscode.SymbolKind.Interface,
  group: vscode.SymbolKind.Namespace,
  value: vscode.SymbolKind.Constant,
  variable: vscode.SymbolKind.Variable,
  schedule: vscode.SymbolKind.Event,
};

export function toDocumentSymbol(item: OutlineItem): vscode.DocumentSymbol {
  const symbol = new vscode.DocumentSymbol(
    item.name,
    item.detail,
    outlineKinds[item.kind],
    toRange(item.range),
    toRange(item.selection),
  );
  symbol.children = item.children.map(toDocumentSymbol);
  return symbol;
}

/** One edit for a whole rename: the texts first, where they stand, then the files. */
export function toWorkspaceEdit(
  project: WorkspaceProject,
  { changes, moves }: RenamePlan,
): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { path, range, newText } of changes) edit.replace(project.uri(path), toRange(range), newText);
  for (const { from, to } of moves) edit.renameFile(project.uri(from), project.uri(to));
  return edit;
}
