import type { JsonDocument, JsonNode } from '../json/document';
import { checkShape, type JsonSchema, type ShapeProblem } from '../json/schema';
import { type Finding, issue } from '../rules/issue';
import type { RuleCode } from '../rules/table';
import type { IssueData, RangedIssue, TextRange } from '../types';

const shapeCodes: Record<Exclude<ShapeProblem['kind'], 'bounds'>, RuleCode> = {
  invalid: 'invalid-field',
  'unknown-field': 'unknown-field',
  'duplicate-field': 'duplicate-field',
};

/** Collects the issues of one JSON file. */
export class Report {
  readonly issues: RangedIssue[] = [];

  constructor(
    readonly file: string,
    readonly document: JsonDocument,
  ) {}

  /** @param node where; without one the issue is about the whole file and stands at its start. */
  add(code: RuleCode, node: JsonNode | undefined, message: string, hint?: string, data?: IssueData): void {
    const at = node ?? this.document.root;
    const range = at ? this.document.range(at) : undefined;
    const finding: Finding = { message, ...(hint ? { hint } : {}), ...(data ? { data } : {}) };
    if (range)
      finding.range = node
        ? range
        : { ...range, length: 1, endLine: range.line, endColumn: range.column + 1 };
    this.issues.push(issue(code, this.file, finding));
  }

  /** Adds an issue at an exact place. */
  addAt(code: RuleCode, range: TextRange, message: string, hint: string, data: IssueData): void {
    this.issues.push(issue(code, this.file, { range, message, hint, data }));
  }

  /**
   * Reports a required field that is absent or empty. In a text that does not parse an absent field may only
   * be hidden by the error, so nothing is said of it.
   *
   * @param field the field's value, if it is there.
   * @param owner the object that lacks it; the document's own when left out.
   */
  addMissing(
    code: RuleCode,
    field: JsonNode | undefined,
    owner: JsonNode | undefined,
    message: string,
    hint: string,
    data?: IssueData,
  ): void {
    if (!field && this.document.problem) return;
    this.add(code, field ?? owner, message, hint, data);
  }

  /**
   * Reports a text that cannot be parsed, and what in it does not fit the schema.
   * @param parseCode the code for a text that is not JSON.
   * @param boundsCode the code for a number out of its bounds.
   */
  shape(parseCode: RuleCode, schema: JsonSchema, boundsCode: RuleCode = 'invalid-field'): void {
    const { problem, root } = this.document;
    if (problem) this.issues.push(issue(parseCode, this.file, problem));
    if (!root) return;
    for (const found of checkShape(this.document, root, schema)) {
      const code = found.kind === 'bounds' ? boundsCode : shapeCodes[found.kind];
      this.add(code, found.node, found.message, found.hint, found.data);
    }
  }
}
