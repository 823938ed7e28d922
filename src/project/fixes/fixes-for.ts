import type { RangedIssue } from '../types';
import { agentFixers } from './agent-fixes';
import { connectionFixers } from './connection-fixes';
import { evalFixers } from './eval-fixes';
import { contextOf, type Fix, type Fixer, type FixSource } from './fix';
import { projectFixers } from './project-fixes';
import { promptFixers } from './prompt-fixes';
import { skillFixers } from './skill-fixes';

const fixers: Readonly<Record<string, Fixer>> = {
  ...projectFixers,
  ...agentFixers,
  ...connectionFixers,
  ...evalFixers,
  ...skillFixers,
  ...promptFixers,
};

/** The rules that a fix is known for. */
export const fixableCodes: readonly string[] = Object.keys(fixers);

/** @returns the ways out of one problem, the preferred one first; none where only a person can know. */
export function fixesFor(source: FixSource, issue: RangedIssue): Fix[] {
  const fixer = Object.hasOwn(fixers, issue.code) ? fixers[issue.code] : undefined;
  if (!fixer) return [];
  return fixer(contextOf(source, issue))
    .filter((fix) => fix !== undefined)
    .filter(({ edits }) => edits.length > 0)
    .map((fix) => ({ ...fix, code: issue.code }));
}
