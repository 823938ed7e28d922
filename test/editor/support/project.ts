import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import type { WorkspaceProject } from '../../../src/workbench/shared/workspaces';
import { until, workspaceFolder, write } from './api';

/** @returns false when the editor gives the save up. */
async function writeByEditor(document: vscode.TextDocument, text: string): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  const whole = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
  edit.replace(document.uri, whole, text);
  return (await vscode.workspace.applyEdit(edit)) && (await document.save());
}

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

  /**
   * Writes a file and has the extension look at it. One that is open is written by its editor: it would take what is
   * written behind it for a conflict at its next save.
   */
  async write(path: string, text: string): Promise<void> {
    const uri = this.uri(path);
    const open = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
    if (!open || !(await writeByEditor(open, text))) {
      await write(uri, text);
    }
    await this.api.workspaces.reload();
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
