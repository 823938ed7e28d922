import * as vscode from 'vscode';
import type { AgentSession, AgentStep } from '../../protocol';
import { exists } from '../shared/exists';
import { sessionMarkdown } from '../shared/session-markdown';
import type { WorkspaceProject } from '../shared/workspaces';

/** Where a project keeps what its agents did; ignored by git, never read as source. */
const folderName = '.runs';

/**
 * Writes a run down as `.runs/<timestamp>-<agent>-<session>.md` and lets only the newest stay, as many as the project's
 * `retention.runs` says. A session that goes on has one file, which is written anew under the time of its last run.
 * @returns the file; undefined where a project keeps none
 */
export async function writeRunLog(
  { folder, project }: Pick<WorkspaceProject, 'folder' | 'project'>,
  agentId: string,
  session: AgentSession,
  steps: readonly AgentStep[],
): Promise<vscode.Uri | undefined> {
  if (project.retentionRuns < 1) {
    return undefined;
  }
  const { fs } = vscode.workspace;
  const runs = vscode.Uri.joinPath(folder, folderName);
  await fs.createDirectory(runs);
  await ignore(vscode.Uri.joinPath(runs, '.gitignore'));
  const own = `-${safe(agentId)}-${safe(session.id)}.md`;
  const name = `${lastRun(session, steps).replaceAll(/[:.]/g, '-')}${own}`;
  const file = vscode.Uri.joinPath(runs, name);
  await fs.writeFile(file, new TextEncoder().encode(sessionMarkdown(session, steps)));
  const others = (await fs.readDirectory(runs))
    .filter(([entry, type]) => type === vscode.FileType.File && /^\d{4}-\d\d-\d\dT.*\.md$/.test(entry))
    .map(([entry]) => entry)
    .filter((entry) => entry !== name);
  const earlier = others.filter((entry) => entry.endsWith(own));
  const old = others
    .filter((entry) => !entry.endsWith(own))
    // Names begin with the time, so their order is the runs'. What was just written is one of those that stay.
    .sort()
    .reverse()
    .slice(project.retentionRuns - 1);
  await Promise.all([...earlier, ...old].map((entry) => fs.delete(vscode.Uri.joinPath(runs, entry))));
  return file;
}

/**
 * @returns when the session's last run began, in ISO 8601 to the millisecond, so that of two runs within a second the
 *   newer one stays. A replay may have no message of its own: it began when its session was made.
 */
function lastRun({ created_at: created }: AgentSession, steps: readonly AgentStep[]): string {
  const said = steps.findLast(({ step_type: type }) => type === 'message')?.created_at;
  const times = [created, said].map((time) => Date.parse(time ?? '')).filter((time) => !Number.isNaN(time));
  return new Date(Math.max(...times, 0)).toISOString();
}

/** Logs hold what people said: git must not take them, whatever the project's own `.gitignore` says. */
async function ignore(file: vscode.Uri): Promise<void> {
  if (!(await exists(file))) {
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode('*\n'));
  }
}

/** A part of a file name on every system. */
function safe(text: string): string {
  return text.replace(/[^\w.-]+/g, '-');
}
