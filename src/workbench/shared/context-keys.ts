import * as vscode from 'vscode';
import type { Workspaces } from './workspaces';

/** Tells the editor's menus and welcome views what there is. */
export class ContextKeys implements vscode.Disposable {
  private readonly listening: vscode.Disposable;

  constructor(private readonly workspaces: Workspaces) {
    this.listening = workspaces.onDidChange(() => this.set());
    void workspaces.ready.then(() => this.set());
  }

  dispose(): void {
    this.listening.dispose();
  }

  private set(): void {
    const { projects } = this.workspaces;
    const files = projects.flatMap((project) =>
      project.project.agents.flatMap((agent) =>
        // Paths, as the window of a remote host knows the same file by another scheme; in both ways of writing
        // them, as the window may run on another system than the files.
        [agent.configPath, ...agent.files].flatMap((path) => {
          const uri = project.uri(path);
          return [uri.fsPath, uri.path];
        }),
      ),
    );
    // setContext is a command of the editor and answers nothing worth waiting for.
    void vscode.commands.executeCommand('setContext', 'tavora.searched', true);
    void vscode.commands.executeCommand('setContext', 'tavora.hasProjects', projects.length > 0);
    void vscode.commands.executeCommand('setContext', 'tavora.agentFiles', [...new Set(files)]);
  }
}
