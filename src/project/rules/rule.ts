import type { Severity } from '../../protocol';

/** The kind of file that a rule is about; docs/rules.md has a chapter for each. */
export type RuleGroup = 'project' | 'agent' | 'connection' | 'eval' | 'skill' | 'prompt';

/** One rule as people read about it. */
export interface Rule {
  /** Stable: people put it into settings, scripts and ignore comments. */
  code: string;
  /** `fatal` refuses a sync; `warn` does not. */
  severity: Severity;
  group: RuleGroup;
  /** What the rule is about, in a few words, for lists and settings. */
  title: string;
  /** Why it is a problem, and what to do; one paragraph of Markdown. */
  doc: string;
  /** The least that the rule reports. */
  bad: string;
  /** The same without the problem. */
  good: string;
  /** True when the problem has one answer, which the editor offers as a quick fix. */
  fixable: boolean;
}
