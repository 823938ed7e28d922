import * as vscode from 'vscode';
import { registerCommands } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import type { Services } from '../shared/services';
import { askFolder, askNewProject, createProject } from './new-project';
import { askSample, copySample } from './samples';

/** The commands that make something to work on: a new project, or a copy of a sample. */
export class Authoring implements vscode.Disposable {
  private readonly store = new DisposableStore();

  constructor(private readonly services: Services) {
    this.store.add(
      registerCommands(services.log, {
        'tavora.newProject': async () => {
          const { parent, names } = await askNewProject();
          await this.create(parent, names);
        },
        'tavora.openSample': async (name) => {
          const sample = typeof name === 'string' ? name : await askSample();
          const parent = await askFolder('Where should the sample be copied to?', 'Copy Here');
          await this.open(await this.copySample(sample, parent));
        },
      }),
    );
  }

  /** Writes a new project and opens its agent. @returns the folder that holds its tavora.jsonc. */
  async create(parent: vscode.Uri, names: Parameters<typeof createProject>[1]): Promise<vscode.Uri> {
    const folder = await createProject(parent, names);
    if (vscode.workspace.getWorkspaceFolder(folder)) {
      await this.services.workspaces.reload();
      await vscode.window.showTextDocument(
        vscode.Uri.joinPath(folder, 'agents', names.agentId, 'agent.jsonc'),
      );
    } else {
      await this.open(parent);
    }
    return folder;
  }

  /** Copies a sample out of the extension. @returns the new folder. */
  async copySample(name: string, parent: vscode.Uri): Promise<vscode.Uri> {
    return await copySample(this.services.context.extensionUri, name, parent);
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Opens a folder, unless the workspace shows it already. */
  private async open(folder: vscode.Uri): Promise<void> {
    if (vscode.workspace.getWorkspaceFolder(folder)) {
      await this.services.workspaces.reload();
      return;
    }
    const forceNewWindow = (vscode.workspace.workspaceFolders ?? []).length > 0;
    await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow });
  }
}
