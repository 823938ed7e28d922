import * as vscode from 'vscode';
import { PoliteError } from '../shared/errors';
import type { Services } from '../shared/services';
import { askTarget } from '../shared/targets';
import type { WorkspaceProject } from '../shared/workspaces';

/**
 * The agent that a command was given or that the open file belongs to, else the only one that has versions, else the
 * one that is picked. One that was deleted in the working tree is among them: its versions bring it back.
 * @throws CancellationError when nothing is picked, PoliteError when there is none.
 */
export async function askVersionedAgent(
  { workspaces, connection, drafts }: Services,
  value: unknown,
): Promise<{ project: WorkspaceProject; agentId: string }> {
  const open = vscode.window.activeTextEditor?.document.uri;
  const { project, agentId } = await askTarget(workspaces, value ?? open);
  if (agentId !== undefined) return { project, agentId };
  const { agents, name } = project.project;
  const known = Object.keys(drafts.recordsAt(connection.state.server, name));
  const items = [
    ...agents.map((agent) => ({ label: agent.id, description: agent.name })),
    ...known
      .filter((id) => !project.agent(id))
      .map((id) => ({ label: id, description: 'not in the working tree' })),
  ];
  const [first] = items;
  if (!first) throw new PoliteError(`The project "${name}" has no agent yet.`);
  const picked =
    items.length === 1 ? first : await vscode.window.showQuickPick(items, { placeHolder: 'Which agent?' });
  if (!picked) throw new vscode.CancellationError();
  return { project, agentId: picked.label };
}
