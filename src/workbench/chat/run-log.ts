import * as vscode from 'vscode';
import type { AgentSession, AgentStep } from '../../protocol';
import { sessionMarkdown } from '../shared/session-markdown';
import type { WorkspaceProject } from '../shared/workspaces';

/** Where a project keeps what its agents did; ignored by git, never read as source. */
const folderName = '.runs';

/**
 * Writes a run down as `.runs/<timestamp>-<agent>-<session>.md` and lets only the newest stay, as many as the
 * project's `retention.runs` says. A session that goes on has one file, which is written anew.
 */
export async function writeRunLog(
  { folder, project }: WorkspaceProject,
  agentId: string,
  session: AgentSession,
  steps: readonly AgentStep[],
): Promise<vscode.Uri | undefined> {
  if (project.retentionRuns < 1) {
    return undefined;
  }
  const runs = vscode.Uri.joinPath(folder, folderName);
  await vscode.workspace.fs.createDirectory(runs);
  // To the millisecond: of two runs within a second the newer one stays.
  const began = new Date(session.created_at).toISOString().replaceAll(/[:.]/g, '-');
  const name = `${began}-${safe(agentId)}-${safe(session.id)}.md`;
  const file = vscode.Uri.joinPath(runs, name);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(sessionMarkdown(session, steps)));
  const old = (await vscode.workspace.fs.readDirectory(runs))
    .filter(([entry, type]) => type === vscode.FileType.File && /^\d{4}-\d\d-\d\dT.*\.md$/.test(entry))
    .map(([entry]) => entry)
    // Names begin with the time, so their order is the runs'.
    .sort()
    .slice(0, -project.retentionRuns);
  await Promise.all(old.map((entry) => vscode.workspace.fs.delete(vscode.Uri.joinPath(runs, entry))));
  return file;
}

/** A part of a file name on every system. */
function safe(text: string): string {
  return text.replace(/[^\w.-]+/g, '-');
}
