import * as vscode from 'vscode';
import { isCancellation, sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import { readTarget } from '../shared/targets';
import type { WorkspaceProject } from '../shared/workspaces';
import { findAgent, toProtocol } from './editor-host';
import type { DebugConfig } from './host';

/** Offers what can be debugged, and asks for what a configuration leaves open. */
export class Configurations implements vscode.DebugConfigurationProvider {
  constructor(private readonly services: Services) {}

  /** One for each agent: what "Add Configuration" and the list of the Run view show. */
  async provideDebugConfigurations(
    folder: vscode.WorkspaceFolder | undefined,
  ): Promise<vscode.DebugConfiguration[]> {
    const { workspaces } = this.services;
    await workspaces.ready;
    const here = workspaces.projects.filter(
      (project) => !folder || vscode.workspace.getWorkspaceFolder(project.folder)?.index === folder.index,
    );
    return here.flatMap((project) =>
      project.project.agents
        .filter(({ id }) => id !== '')
        .map((agent) => ({
          ...configurationOf(project, agent.id),
          project: sharedPath(project.folder),
          input: agent.evals[0]?.input ?? '',
        })),
    );
  }

  /** Says what an F5 without a configuration means: the agent whose file is open. */
  async resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    given: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration> {
    if (given.type) return given;
    const { workspaces } = this.services;
    await workspaces.ready;
    const editor = vscode.window.activeTextEditor;
    const target = editor && readTarget(workspaces, editor.document.uri);
    return {
      ...given,
      ...(target
        ? configurationOf(target.project, target.agentId)
        : { type: 'tavora', request: 'launch', name: 'Agent' }),
    };
  }

  /** Asks for what is left open. Not before variables are replaced: a project's folder may be named with one. */
  async resolveDebugConfigurationWithSubstitutedVariables(
    _folder: vscode.WorkspaceFolder | undefined,
    given: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    try {
      return await this.complete(given);
    } catch (error) {
      if (!isCancellation(error)) void vscode.window.showErrorMessage(sentence(error));
      return undefined;
    }
  }

  private async complete(given: vscode.DebugConfiguration): Promise<vscode.DebugConfiguration> {
    const { workspaces } = this.services;
    await workspaces.ready;
    const config = { ...given } as vscode.DebugConfiguration & Partial<DebugConfig>;
    if (config.request !== 'launch' || config.session) return config;
    const { project, agentId } = findAgent(workspaces.projects, config);
    config.agent = agentId;
    if (!config.input?.trim()) config.input = await askInput(project, agentId);
    return config;
  }
}

/** A configuration that still has to be told what to say. */
export function configurationOf(
  project: WorkspaceProject,
  agentId: string | undefined,
): vscode.DebugConfiguration & DebugConfig {
  const agent = agentId === undefined ? undefined : project.agent(agentId);
  return {
    type: 'tavora',
    request: 'launch',
    name: `Debug ${agent?.name || agentId || 'agent'}`,
    project: toProtocol(project.folder),
    ...(agentId ? { agent: agentId } : {}),
  };
}

/** A folder as a launch.json says it that others have too: from the workspace's folder on. */
function sharedPath(folder: vscode.Uri): string {
  const { workspaceFolders = [] } = vscode.workspace;
  const root = vscode.workspace.getWorkspaceFolder(folder);
  const named = workspaceFolders.filter(({ name }) => name === root?.name);
  // The variable is a path, which says nothing of what is on no disk, and of two folders of one name means either.
  if (!root || folder.scheme !== 'file' || named.length > 1) return toProtocol(folder);
  const variable = workspaceFolders.length > 1 ? `\${workspaceFolder:${root.name}}` : `\${workspaceFolder}`;
  return variable + folder.path.slice(root.uri.path.length);
}

/** @throws CancellationError when nothing is said. */
async function askInput(project: WorkspaceProject, agentId: string): Promise<string> {
  const agent = project.agent(agentId);
  const name = agent?.name || agentId;
  const picker = vscode.window.createQuickPick<vscode.QuickPickItem & { own?: boolean }>();
  picker.title = `Debug ${name}`;
  picker.placeholder = `What do you say to ${name}?`;
  picker.ignoreFocusOut = true;
  const known = (agent?.evals ?? [])
    .filter(({ input }) => input.trim() !== '')
    .map(({ input, name: evalName }) => ({ label: input.trim(), description: evalName || 'eval' }));
  const show = (typed: string): void => {
    picker.items = [...(typed.trim() ? [{ label: typed.trim(), own: true }] : []), ...known];
  };
  show('');
  const listening = picker.onDidChangeValue(show);
  try {
    return await new Promise<string>((resolve, reject) => {
      picker.onDidAccept(() => {
        const typed = picker.value.trim();
        const [chosen] = picker.activeItems;
        // The list may be a moment behind what is typed; what it shows then is not what is meant.
        const said = chosen?.label.includes(typed) ? chosen.label : typed;
        if (said) resolve(said);
      });
      picker.onDidHide(() => reject(new vscode.CancellationError()));
      picker.show();
    });
  } finally {
    listening.dispose();
    picker.dispose();
  }
}
