import * as vscode from 'vscode';
import {
  findFolding,
  findHints,
  findProjectSymbols,
  findTokens,
  outline,
  tokenTypes,
} from '../../../project/language';
import { outlineKinds, toDocumentSymbol, toRange } from '../convert';
import type { Indexes } from '../indexes';
import { toLocation } from './navigation';

/** What a file and a project are made of: outline, symbols, folding, colours and counts. */
export class StructureProvider
  implements
    vscode.DocumentSymbolProvider,
    vscode.WorkspaceSymbolProvider,
    vscode.FoldingRangeProvider,
    vscode.DocumentSemanticTokensProvider,
    vscode.InlayHintsProvider
{
  private cachedLegend: vscode.SemanticTokensLegend | undefined;

  constructor(private readonly indexes: Indexes) {}

  /** What the numbers of a colour stand for. */
  get legend(): vscode.SemanticTokensLegend {
    this.cachedLegend ??= new vscode.SemanticTokensLegend([...tokenTypes], ['defaultLibrary']);
    return this.cachedLegend;
  }

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] | undefined {
    const file = this.indexes.file(document.uri);
    return file && outline(file.index, file.path).map(toDocumentSymbol);
  }

  provideWorkspaceSymbols(query: string): vscode.SymbolInformation[] {
    return this.indexes.projects.flatMap((project) =>
      findProjectSymbols(this.indexes.of(project), query).map(
        ({ name, kind, container, place }) =>
          new vscode.SymbolInformation(name, outlineKinds[kind], container, toLocation(project, place)),
      ),
    );
  }

  provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] | undefined {
    const file = this.indexes.file(document.uri);
    const found = file && findFolding(file.index, file.path);
    return found?.map(({ startLine, endLine }) => new vscode.FoldingRange(startLine - 1, endLine - 1));
  }

  provideDocumentSemanticTokens(document: vscode.TextDocument): vscode.SemanticTokens | undefined {
    const file = this.indexes.file(document.uri);
    if (!file) return undefined;
    const builder = new vscode.SemanticTokensBuilder(this.legend);
    for (const { place, type, builtIn } of findTokens(file.index, file.path)) {
      builder.push(toRange(place.range), type, builtIn ? ['defaultLibrary'] : []);
    }
    return builder.build();
  }

  provideInlayHints(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] | undefined {
    const file = this.indexes.file(document.uri);
    const found = file && findHints(file.index, file.path);
    return found?.flatMap(({ offset, label, tooltip }) => {
      const position = document.positionAt(offset);
      if (!range.contains(position)) return [];
      const hint = new vscode.InlayHint(position, label);
      hint.paddingLeft = true;
      hint.tooltip = tooltip;
      return [hint];
    });
  }
}
