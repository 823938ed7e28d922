import type { Listing } from '../listing';
import { snapshotOf } from '../snapshot';
import type { AgentProject, RangedIssue } from '../types';

/** One change to the files of a project. Offsets are of the text before any change of the same fix. */
export type FileEdit =
  | { kind: 'text'; path: string; offset: number; length: number; text: string }
  | { kind: 'create'; path: string; text: string }
  | { kind: 'rename'; path: string; to: string };

/** A way out of a problem. */
export interface Fix {
  /** What it does, as a button says it. */
  title: string;
  /** The rule whose problem it ends. */
  code: string;
  /** True for the one answer that "fix all" gives without asking. */
  preferred: boolean;
  edits: FileEdit[];
}

/** A project with the texts that its open editors hold. */
export interface FixSource {
  project: AgentProject;
  /** @returns the present text of a file, unsaved changes included. */
  text(path: string): string | undefined;
}

/** What a rule's fixes are made from. */
export interface FixContext extends FixSource {
  issue: RangedIssue;
  /** The file of the issue. */
  path: string;
  /** Its present text; "" for a file that is not there. */
  content: string;
  listing: Listing;
}

export type Fixer = (context: FixContext) => (Omit<Fix, 'code'> | undefined)[];

/** @returns what fixers work with, for one issue. */
export function contextOf(source: FixSource, issue: RangedIssue): FixContext {
  return {
    project: source.project,
    text: source.text,
    issue,
    path: issue.file,
    content: source.text(issue.file) ?? '',
    listing: snapshotOf(source.project).listing,
  };
}

/** @returns a replacement of what the issue underlines. */
export function replaceRange({ issue, path }: FixContext, text: string): FileEdit[] {
  if (!issue.range) return [];
  return [{ kind: 'text', path, offset: issue.range.offset, length: issue.range.length, text }];
}

/** @returns the text that the issue underlines. */
export function underlined({ issue, content }: FixContext): string {
  return issue.range ? content.slice(issue.range.offset, issue.range.offset + issue.range.length) : '';
}

/** The first fixer that knows an answer is the preferred one; the others follow it as alternatives. */
export const firstOf =
  (...fixers: Fixer[]): Fixer =>
  (context) => {
    const fixes = fixers.flatMap((fixer) => fixer(context)).filter((fix) => fix !== undefined);
    return fixes.map((fix, i) => ({ ...fix, preferred: i === 0 }));
  };
