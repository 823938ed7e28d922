import * as vscode from 'vscode';
import type { WorkspaceProject } from '../shared/workspaces';
import { agentUri } from './decorations';
import type { Row } from './row';
import { problemText } from './rows';

const kindNames: Record<Row['kind'], string> = {
  project: 'Project',
  agent: 'Agent',
  persona: '',
  model: '',
  group: '',
  module: 'Module skill',
  prompt: 'Prompt skill',
  eval: 'Eval',
  mcp: 'MCP server',
  index: 'Index',
  schedule: 'Schedule',
  versions: '',
  version: 'Version',
  file: '',
  more: '',
  note: '',
};

/** @returns the editor's item for a row. */
export function treeItem(row: Row): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, collapsibleState(row));
  item.id = row.id;
  item.description = row.description;
  item.iconPath = new vscode.ThemeIcon(row.icon);
  item.contextValue = `tavora.${row.kind}`;
  item.tooltip = tooltip(row);
  item.accessibilityInformation = {
    label: [
      `${kindNames[row.kind]} ${row.label}`.trim(),
      row.description,
      row.kind === 'agent' ? '' : problemText(row.problems),
    ]
      .filter(Boolean)
      .join(', '),
  };
  if (row.state) {
    item.resourceUri = agentUri(row.id, row.state, row.worst);
  } else if (row.open && isOwnFile(row, row.open.path)) {
    // The editor then adds the file's own problem and source control colours.
    item.resourceUri = row.project.uri(row.open.path);
  }
  if (row.uri) {
    item.resourceUri = row.uri;
    item.iconPath = vscode.ThemeIcon.File;
    item.command = { command: 'vscode.open', title: 'Open', arguments: [row.uri] };
  } else if (row.kind === 'more') {
    item.command = { command: 'tavora.moreVersions', title: 'Show More', arguments: [row] };
  } else if (row.open) {
    item.command = { command: 'vscode.open', title: 'Open', arguments: openArguments(row.project, row.open) };
  }
  return item;
}

/** @returns what `vscode.open` takes to show a place in a file. */
export function openArguments(
  project: WorkspaceProject,
  { path, range }: NonNullable<Row['open']>,
): [vscode.Uri, vscode.TextDocumentShowOptions] {
  const selection = range
    ? new vscode.Range(range.line - 1, range.column - 1, range.endLine - 1, range.endColumn - 1)
    : undefined;
  return [project.uri(path), selection ? { selection } : {}];
}

/** True when the row stands for a whole file, not for a place in its agent's config. */
function isOwnFile(row: Row, path: string): boolean {
  const config = row.project.project.agents.some((agent) => agent.configPath === path);
  return !config && ['persona', 'module', 'prompt', 'eval'].includes(row.kind);
}

function collapsibleState(row: Row): vscode.TreeItemCollapsibleState {
  if (row.lazy) {
    return vscode.TreeItemCollapsibleState.Collapsed;
  }
  if (row.children.length === 0) {
    return vscode.TreeItemCollapsibleState.None;
  }
  const open = row.kind === 'project' || row.kind === 'agent';
  return open ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}

function tooltip(row: Row): vscode.MarkdownString {
  // Names and descriptions come from files: as text, never as Markdown.
  const text = new vscode.MarkdownString();
  text.appendText([`${kindNames[row.kind]} ${row.label}`.trim(), row.description].filter(Boolean).join('\n'));
  if (row.open) {
    text.appendText(`\n${row.open.path}`);
  }
  return text;
}
