import * as vscode from 'vscode';
import { fixAll } from '../../project';
import { assertTrusted } from '../connection';
import type { Diagnostics } from '../diagnostics';
import { registerCommands } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { PoliteError } from '../shared/errors';
import { changesToEdit } from '../shared/project-edits';
import { presentFiles } from '../shared/project-texts';
import type { Services } from '../shared/services';
import { askTarget } from '../shared/targets';
import type { WorkspaceProject } from '../shared/workspaces';
import { QuickFixes } from './provider';
import { Refactors } from './refactors';
import { moveSecret } from './secrets';

/** What the rules are about, whichever file system it is on. */
const selector: vscode.DocumentSelector = ['json', 'jsonc', 'javascript', 'markdown'].map((language) => ({
  language,
}));

/** The light bulb of the rules' problems, and the command that ends many of them at once. */
export class Fixes implements vscode.Disposable {
  private readonly store = new DisposableStore();

  constructor(
    { workspaces, connection, log }: Services,
    private readonly diagnostics: Diagnostics,
  ) {
    this.store.add(
      vscode.languages.registerCodeActionsProvider(
        selector,
        new QuickFixes(workspaces, diagnostics),
        QuickFixes.metadata,
      ),
    );
    this.store.add(
      vscode.languages.registerCodeActionsProvider(selector, new Refactors(workspaces), Refactors.metadata),
    );
    this.store.add(
      registerCommands(log, {
        'tavora.moveSecret': async (value) => {
          assertTrusted();
          const { folder, path, offset } = (value ?? {}) as {
            folder?: unknown;
            path?: unknown;
            offset?: unknown;
          };
          const project = folder instanceof vscode.Uri ? workspaces.at(folder) : undefined;
          if (!project || typeof path !== 'string' || typeof offset !== 'number') {
            throw new PoliteError('Use the light bulb at a secret that stands in an agent.jsonc.');
          }
          await moveSecret(connection, project, path, offset);
          diagnostics.askServerAgain();
        },
        'tavora.fixAll': async (value) => {
          const { project } = await askTarget(workspaces, value);
          const { code } = (value ?? {}) as { code?: unknown };
          await this.fixProject(project, typeof code === 'string' ? code : undefined);
        },
      }),
    );
  }

  /**
   * Ends the problems of a project that have one answer.
   * @param code only those of one rule
   * @throws PoliteError when there is none.
   */
  private async fixProject(project: WorkspaceProject, code: string | undefined): Promise<void> {
    const changes = await fixAll(
      presentFiles(project),
      (issue) => code === undefined || issue.code === code,
      this.diagnostics.viewOf(project),
    );
    if (changes.size === 0) {
      throw new PoliteError(
        code === undefined
          ? `The project "${project.project.name}" has no problem with a single answer. The light bulb at a problem shows what there is to choose.`
          : `No problem "${code}" of the project "${project.project.name}" has a single answer.`,
      );
    }
    const edit = changesToEdit(project, changes);
    if (!(await vscode.workspace.applyEdit(edit, { isRefactoring: true }))) {
      throw new PoliteError('The editor did not apply the fixes: a file has changed meanwhile. Try again.');
    }
    const files = changes.size === 1 ? '1 file' : `${changes.size} files`;
    void vscode.window.showInformationMessage(`Fixed ${files} of the project "${project.project.name}".`);
  }

  dispose(): void {
    this.store.dispose();
  }
}
