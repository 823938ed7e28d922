import type { Severity } from '../../protocol';
import type { Rule } from './rule';
import { agentTable } from './table/agent';
import { connectionTable } from './table/connection';
import { evalTable } from './table/eval';
import { projectTable } from './table/project';
import { promptTable } from './table/prompt';
import { skillTable } from './table/skill';

export type { Rule, RuleGroup } from './rule';

/**
 * Every rule that the project knows. Codes are stable: people put them into settings and scripts, and they
 * match the official command line's where both say the same. docs/rules.md is made from it.
 */
export const rules = [
  ...projectTable,
  ...agentTable,
  ...connectionTable,
  ...evalTable,
  ...skillTable,
  ...promptTable,
] as const satisfies readonly Rule[];

export type RuleCode = (typeof rules)[number]['code'];

const byCode: ReadonlyMap<string, Rule> = new Map(rules.map((rule) => [rule.code, rule]));

/** @returns the rule of a code, or undefined for a code that only a server knows. */
export function ruleOf(code: string): Rule | undefined {
  return byCode.get(code);
}

/** @returns the default severity of a rule. */
export function severityOf(code: RuleCode): Severity {
  return byCode.get(code)?.severity ?? 'fatal';
}
