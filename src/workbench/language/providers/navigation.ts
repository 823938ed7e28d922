import * as vscode from 'vscode';
import { findDefinition, findHover, findLinks, findReferences, type Place } from '../../../project/language';
import type { WorkspaceProject } from '../../shared/workspaces';
import { toMarkdown, toRange } from '../convert';
import type { Indexes } from '../indexes';
import type { ServerFacts } from '../server-facts';
import { isTyped } from '../typed';

export class NavigationProvider
  implements
    vscode.DefinitionProvider,
    vscode.ReferenceProvider,
    vscode.HoverProvider,
    vscode.DocumentLinkProvider
{
  constructor(
    private readonly indexes: Indexes,
    private readonly server: ServerFacts,
  ) {}

  provideDefinition(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): vscode.DefinitionLink[] | undefined {
    const file = this.indexes.file(document.uri);
    const offset = document.offsetAt(position);
    const found = file && findDefinition(file.index, file.path, offset, isTyped(file, document));
    if (!file || !found) return undefined;
    const originSelectionRange = toRange(found.origin.range);
    return found.targets.map(({ path, range }) => ({
      originSelectionRange,
      targetUri: file.project.uri(path),
      targetRange: toRange(range),
    }));
  }

  provideReferences(
    document: vscode.TextDocument,
    position: vscode.Position,
    { includeDeclaration }: vscode.ReferenceContext,
  ): vscode.Location[] | undefined {
    const file = this.indexes.file(document.uri);
    if (!file) return undefined;
    const found = findReferences(file.index, file.path, document.offsetAt(position), includeDeclaration);
    return found.map((place) => toLocation(file.project, place));
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const file = this.indexes.file(document.uri);
    if (!file) return undefined;
    const known = this.server.about(file.project);
    const offset = document.offsetAt(position);
    const found = findHover(file.index, file.path, offset, known, isTyped(file, document));
    return found && new vscode.Hover(toMarkdown(found.markdown), toRange(found.range));
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] | undefined {
    const file = this.indexes.file(document.uri);
    return (
      file &&
      findLinks(file.index, file.path).map(({ place, target, tooltip }) => {
        const link = new vscode.DocumentLink(toRange(place.range), file.project.uri(target));
        link.tooltip = tooltip;
        return link;
      })
    );
  }
}

export function toLocation(project: WorkspaceProject, { path, range }: Place): vscode.Location {
  return new vscode.Location(project.uri(path), toRange(range));
}
