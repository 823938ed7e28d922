import * as vscode from 'vscode';
import { assertTrusted } from '../../connection';
import { registerCommands, reportError } from '../../shared/commands';
import { readTarget, type Target } from '../../shared/targets';
import type { DeliveryServices } from '../services';
import { tellKept } from './after-open';

const elsewhere = '$(folder) Into an Empty Folder…';

/** The command that brings what a server has into files: into a project, or into an empty folder. */
export class Pull implements vscode.Disposable {
  private readonly registered: vscode.Disposable;

  constructor(private readonly tools: DeliveryServices) {
    this.registered = registerCommands(tools.log, { 'tavora.pull': (value) => this.pull(value) });
    const folders = vscode.workspace.workspaceFolders ?? [];
    const told = tellKept(
      tools.context.globalState,
      folders.map(({ uri }) => uri),
      tools.log,
    );
    told.catch((error) => reportError(tools.log, error));
  }

  dispose(): void {
    this.registered.dispose();
  }

  private async pull(value: unknown): Promise<void> {
    assertTrusted();
    const target = await this.target(value);
    if (target) {
      const { pullInto } = await import('./pull');
      await pullInto(this.tools, target);
    } else {
      const { bringProject } = await import('./bring');
      await bringProject(this.tools);
    }
  }

  /** @returns undefined for an empty folder. @throws CancellationError when the person leaves. */
  private async target(value: unknown): Promise<Target | undefined> {
    const { workspaces } = this.tools;
    await workspaces.ready;
    const given = readTarget(workspaces, value);
    if (given || workspaces.projects.length === 0) {
      return given;
    }
    const items = workspaces.projects.map((project) => ({
      label: project.project.name || '(no name)',
      description: vscode.workspace.asRelativePath(project.folder, true),
      project,
    }));
    const picked = await vscode.window.showQuickPick(
      [...items, { label: elsewhere, description: 'another project of the server', project: undefined }],
      { title: 'Pull from Server', placeHolder: 'Into which project?' },
    );
    if (!picked) {
      throw new vscode.CancellationError();
    }
    return picked.project && { project: picked.project };
  }
}
