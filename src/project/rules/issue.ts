import { compareBytes } from '../hash';
import type { IssueData, RangedIssue, TextRange } from '../types';
import { type RuleCode, severityOf } from './table';

export interface Finding {
  range?: TextRange;
  message: string;
  hint?: string;
  data?: IssueData;
}

/** Builds an issue of a known rule; line and column are the start of the range. */
export function issue(code: RuleCode, file: string, finding: Finding): RangedIssue {
  const { range, message, hint, data } = finding;
  return {
    file,
    code,
    severity: severityOf(code),
    message,
    ...(hint ? { hint } : {}),
    ...(range ? { line: range.line, column: range.column, range } : {}),
    ...(data ? { data } : {}),
  };
}

/** Sorts by file, then by place, then by code; issues without a place come first in their file. */
export function sortIssues(issues: RangedIssue[]): RangedIssue[] {
  return [...issues].sort(
    (a, b) =>
      compareBytes(a.file, b.file) ||
      (a.range?.offset ?? -1) - (b.range?.offset ?? -1) ||
      compareBytes(a.code, b.code),
  );
}

/** Leaves out issues that say the same of the same place, as two agents that share a file do. */
export function uniqueIssues(issues: RangedIssue[]): RangedIssue[] {
  const seen = new Set<string>();
  return issues.filter((one) => {
    const key = `${one.code} ${one.range?.offset ?? -1} ${one.file}\n${one.message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
