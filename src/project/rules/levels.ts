import type { Severity } from '../../protocol';
import type { RangedIssue } from '../types';
import { ruleOf } from './table';

/** What a person can make of a rule. */
export const ruleLevels = ['off', 'warning', 'error'] as const;

export type RuleLevel = (typeof ruleLevels)[number];

/** Levels by code; a code that is absent keeps its own severity. */
export type RuleLevels = Readonly<Record<string, RuleLevel>>;

const severities: Record<Exclude<RuleLevel, 'off'>, Severity> = { warning: 'warn', error: 'fatal' };

/** @returns the levels that a setting gives, without what is no level; `{}` for anything but an object. */
export function readLevels(value: unknown): RuleLevels {
  if (typeof value !== 'object' || value === null) return {};
  const levels: Record<string, RuleLevel> = {};
  for (const [code, level] of Object.entries(value)) {
    const known = ruleLevels.find((one) => one === level);
    if (known) levels[code] = known;
  }
  return levels;
}

/**
 * Errors about what a script would do if it ran. All others say that an agent cannot be taken, by any server and whatever
 * is made of their rules.
 */
const aboutRunning: ReadonlySet<string> = new Set([
  'sandbox-missing-global',
  'sandbox-no-await',
  'sandbox-no-import',
  'sandbox-no-node',
  'unknown-require',
]);

/** @returns the levels that hold on a server too. */
export function serverLevels(levels: RuleLevels): RuleLevels {
  const held = (code: string) => ruleOf(code)?.severity === 'warn' || aboutRunning.has(code);
  return Object.fromEntries(Object.entries(levels).filter(([code]) => held(code)));
}

/** @returns the issues of rules that are not off, with the severities that the levels say. */
export function applyLevels(issues: readonly RangedIssue[], levels: RuleLevels): RangedIssue[] {
  return issues.flatMap((one) => {
    const level = Object.hasOwn(levels, one.code) ? levels[one.code] : undefined;
    if (level === undefined) return [one];
    return level === 'off' ? [] : [{ ...one, severity: severities[level] }];
  });
}
