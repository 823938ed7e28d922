import * as vscode from 'vscode';
import type { RangedIssue, RuleLevels } from '../../project';
import type { Issue } from '../../protocol';
import { diagnosticSource } from '../shared/diagnostic-source';
import { ruleUri } from './rules-page';

/**
 * @param lines the text of the file, to give an issue that names only a line the extent of that line.
 * @returns the issue as the editor shows it: message and hint, code, and an exact range.
 */
export function toDiagnostic(issue: Issue | RangedIssue, lines: readonly string[]): vscode.Diagnostic {
  const text = issue.hint ? `${issue.message}\n${issue.hint}` : issue.message;
  const diagnostic = new vscode.Diagnostic(rangeOf(issue, lines), text, severityOf(issue));
  if (issue.code === leftover) {
    diagnostic.tags = [vscode.DiagnosticTag.Unnecessary];
  }
  diagnostic.source = diagnosticSource;
  const target = ruleUri(issue.code);
  diagnostic.code = target ? { value: issue.code, target } : issue.code;
  return diagnostic;
}

/** A comment that hides nothing is no problem of the code: it is shown faded, with a hint. */
const leftover = 'unused-ignore';

function severityOf({ code, severity }: Issue): vscode.DiagnosticSeverity {
  if (severity !== 'warn') {
    return vscode.DiagnosticSeverity.Error;
  }
  return code === leftover ? vscode.DiagnosticSeverity.Hint : vscode.DiagnosticSeverity.Warning;
}

/**
 * @param levels what the project and its person have made of single rules.
 * @returns what a server says, without warnings of rules that are off; what it refuses is shown all the same.
 */
export function remoteInView(issues: readonly Issue[], levels: RuleLevels): Issue[] {
  return issues.flatMap((issue) => {
    const level = levels[issue.code];
    if (issue.severity !== 'warn' || level === undefined) {
      return [issue];
    }
    return level === 'off' ? [] : [{ ...issue, severity: level === 'error' ? 'fatal' : 'warn' }];
  });
}

/** @returns the range the issue knows, else from its column to the end of the line, else the first line. */
function rangeOf(issue: Issue | RangedIssue, lines: readonly string[]): vscode.Range {
  if ('range' in issue && isRange(issue.range)) {
    const { line, column, endLine, endColumn } = issue.range;
    return new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1);
  }
  const line = Math.min(Math.max((issue.line ?? 1) - 1, 0), Math.max(lines.length - 1, 0));
  const text = lines[line] ?? '';
  const indent = text.length - text.trimStart().length;
  const start = Math.min(issue.column ? issue.column - 1 : indent, Math.max(text.trimEnd().length - 1, 0));
  return new vscode.Range(line, Math.max(start, 0), line, Math.max(text.trimEnd().length, start + 1));
}

function isRange(value: unknown): value is NonNullable<RangedIssue['range']> {
  return typeof value === 'object' && value !== null && 'endColumn' in value;
}

/** @returns local issues, then those of a server that no local one says of the same place. */
export function merge(
  local: readonly vscode.Diagnostic[],
  remote: readonly vscode.Diagnostic[],
): vscode.Diagnostic[] {
  return [...local, ...remote.filter((one) => !local.some((other) => says(other, one)))];
}

/** Two validators mean the same thing when the code is one and the places touch; columns often differ. */
function says(local: vscode.Diagnostic, remote: vscode.Diagnostic): boolean {
  const sameCode = codeOf(local) === codeOf(remote);
  const samePlace =
    local.range.intersection(remote.range) !== undefined ||
    local.range.start.line === remote.range.start.line;
  return (sameCode || local.message === remote.message) && samePlace;
}

/** @returns the rule's code of a diagnostic of ours. */
export function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}
