import type * as vscode from 'vscode';
import type { RunLogs } from '../run-logs';
import type { AgentRun } from './agent-run';

/** How many of the logs that a project keeps are of one test run: it would push out those of chats. */
const share = 1 / 5;

/** Has the sessions of evals that did not pass written down in the log of runs. */
export class FailureLogs {
  /** How many each test run has written in each project. */
  private readonly written = new WeakMap<vscode.TestRun, Map<string, number>>();

  constructor(private readonly logs: Pick<RunLogs, 'ended'>) {}

  /** Takes what was run of an agent, once it has ended. */
  take({ test, plan, verdicts }: Pick<AgentRun, 'test' | 'plan' | 'verdicts'>): void {
    const { project } = plan.cases[0];
    const key = project.folder.toString();
    const most = Math.floor(project.project.retentionRuns * share);
    const written = this.written.get(test) ?? new Map<string, number>();
    this.written.set(test, written);
    const before = written.get(key) ?? 0;
    const sessions = [...verdicts.values()].flatMap((verdict) =>
      verdict.kind === 'passed' ? [] : failedSessions(verdict),
    );
    const now = [...new Set(sessions)].slice(0, Math.max(0, most - before));
    written.set(key, before + now.length);
    for (const id of now) this.logs.ended(id, plan.server.id);
  }
}

/** The newest session of a case is under "", whether it passed or not. */
function failedSessions({ sessions }: { sessions: ReadonlyMap<string, string> }): string[] {
  return [...sessions].flatMap(([message, id]) => (message === '' ? [] : id));
}
