import * as vscode from 'vscode';
import {
  addCapability,
  addSecretReference,
  extractSection,
  type FileEdit,
  type FixSource,
  missingCapabilities,
} from '../../project';
import { toWorkspaceEdit } from '../shared/project-edits';
import { presentText } from '../shared/project-texts';
import type { WorkspaceProject, Workspaces } from '../shared/workspaces';

/** Changes that a person may want where there is no problem. */
export class Refactors implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.RefactorExtract, vscode.CodeActionKind.RefactorRewrite],
  };

  constructor(private readonly workspaces: Workspaces) {}

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const found = this.workspaces.find(document.uri);
    if (!found) {
      return [];
    }
    const { project, path } = found;
    const source: FixSource = { project: project.project, text: (one) => presentText(project, one) };
    const start = document.offsetAt(range.start);
    const agent = project.project.agents.find(({ configPath }) => configPath === path);
    if (document.languageId === 'markdown') {
      const extraction = extractSection(source, path, { start, end: document.offsetAt(range.end) });
      return extraction
        ? [
            action(
              project,
              `Extract into the skill "${extraction.name}"`,
              extraction.edits,
              vscode.CodeActionKind.RefactorExtract,
            ),
          ]
        : [];
    }
    if (!agent) {
      return [];
    }
    const rewrite = vscode.CodeActionKind.RefactorRewrite;
    const place = agent.ranges.capabilities;
    const inCapabilities = place && start >= place.offset && start <= place.offset + place.length;
    const grants = inCapabilities ? missingCapabilities(agent) : [];
    const secret = addSecretReference(source, agent, start);
    return [
      ...grants.map((name) =>
        action(project, `Add the capability "${name}"`, addCapability(source, agent, name), rewrite),
      ),
      ...(secret
        ? [
            action(
              project,
              `Log in to ${secret.server} with the secret "${secret.secret}"`,
              secret.edits,
              rewrite,
            ),
          ]
        : []),
    ];
  }
}

function action(
  project: WorkspaceProject,
  title: string,
  edits: readonly FileEdit[],
  kind: vscode.CodeActionKind,
): vscode.CodeAction {
  const one = new vscode.CodeAction(title, kind);
  one.edit = toWorkspaceEdit(project, edits);
  return one;
}
