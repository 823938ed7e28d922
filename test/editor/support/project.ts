import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import type { WorkspaceProject } from '../../../src/workbench/shared/workspaces';
import { until, workspaceFolder, write } from './api';

/** A project of a test's own, in a folder of its own below the workspace. */
export class TestProject {
  private constructor(
    private readonly api: TestApi,
    readonly folder: vscode.Uri,
  ) {}

  /** Makes a project with one agent, "greeter", and waits until the extension shows it. */
  static async make(api: TestApi, name: string): Promise<TestProject> {
    const parent = vscode.Uri.joinPath(workspaceFolder(), name);
    const folder = await api.authoring.create(parent, { project: name, agentId: 'greeter' });
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const project = new TestProject(api, folder);
    await until(`${name} is found`, () => api.workspaces.at(folder));
    return project;
  }

  /** The project as it stands now. */
  get now(): WorkspaceProject {
    const project = this.api.workspaces.at(this.folder);
    if (!project) {
      throw new Error(`${this.folder.path} is not a project.`);
    }
    return project;
  }

  uri(path: string): vscode.Uri {
    return vscode.Uri.joinPath(this.folder, ...path.split('/'));
  }

  get skill(): vscode.Uri {
    return this.uri('agents/greeter/skills/greet.js');
  }

  /** Writes a file and has the extension look at it. */
  async write(path: string, text: string): Promise<void> {
    await write(this.uri(path), text);
    await this.api.workspaces.reload();
    // An editor that has not seen it yet would take its own next save for a conflict.
    const isFile = ({ uri, isDirty }: vscode.TextDocument) =>
      !isDirty && uri.toString() === this.uri(path).toString();
    await until(`an open editor has read ${path} again`, () =>
      vscode.workspace.textDocuments.filter(isFile).every((document) => document.getText() === text),
    );
  }

  /** Removes a file or a folder and has the extension look. */
  async delete(path: string): Promise<void> {
    await vscode.workspace.fs.delete(this.uri(path), { recursive: true });
    await this.api.workspaces.reload();
  }

  /** @returns the text of a file on disk. */
  async read(path: string): Promise<string> {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(this.uri(path)));
  }

  async remove(): Promise<void> {
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(this.folder, '..'), { recursive: true });
    await this.api.workspaces.reload();
    await until('the project is gone', () => !this.api.workspaces.at(this.folder));
  }
}
