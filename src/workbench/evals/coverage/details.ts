import * as vscode from 'vscode';
import type { CoveredFile } from '../../../protocol';

type Span = Pick<
  CoveredFile['statements'][number],
  'start_line' | 'start_column' | 'end_line' | 'end_column'
>;

/** @returns what the editor shows of a file: its functions, and its statements with the branches inside them. */
export function detailsOf({ statements, functions, branches }: CoveredFile): vscode.FileCoverageDetail[] {
  const ways = new Map<Span, vscode.BranchCoverage[]>();
  for (const branch of branches) {
    // They are in order, so that the last one around it is the innermost.
    const statement = statements.findLast((one) => holds(one, branch));
    if (!statement) continue;
    const own = branch.arms.map((arm) => new vscode.BranchCoverage(arm.count, rangeOf(arm), arm.label));
    ways.set(statement, [...(ways.get(statement) ?? []), ...own]);
  }
  return [
    ...functions.map(
      (one) => new vscode.DeclarationCoverage(one.name || '(anonymous)', one.count, rangeOf(one)),
    ),
    ...statements.map((one) => new vscode.StatementCoverage(one.count, rangeOf(one), ways.get(one) ?? [])),
  ];
}

/** @returns the sum of what two runs over the same content counted. */
export function sumOf(one: CoveredFile, other: CoveredFile): CoveredFile {
  const added = <T extends { count: number }>(parts: readonly T[], more: readonly T[]): T[] =>
    parts.map((part, index) => ({ ...part, count: part.count + (more[index]?.count ?? 0) }));
  return {
    ...one,
    cases: [...new Set([...one.cases, ...other.cases])],
    statements: added(one.statements, other.statements),
    functions: added(one.functions, other.functions),
    branches: one.branches.map((branch, index) => ({
      ...branch,
      arms: added(branch.arms, other.branches[index]?.arms ?? []),
    })),
  };
}

function rangeOf(span: Span): vscode.Range {
  return new vscode.Range(span.start_line - 1, span.start_column - 1, span.end_line - 1, span.end_column - 1);
}

function holds(outer: Span, inner: Span): boolean {
  return (
    compare(outer.start_line, outer.start_column, inner.start_line, inner.start_column) <= 0 &&
    compare(inner.end_line, inner.end_column, outer.end_line, outer.end_column) <= 0
  );
}

function compare(line: number, column: number, otherLine: number, otherColumn: number): number {
  return line - otherLine || column - otherColumn;
}
