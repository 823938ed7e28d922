import * as vscode from 'vscode';
import { type Completion, findCompletions, findSignatures } from '../../../project/language';
import { entryKinds, spanRange, toMarkdown } from '../convert';
import type { Indexes } from '../indexes';
import type { ServerFacts } from '../server-facts';
import { isTyped } from '../typed';

/** What opens the list: quotes and backticks, a path's and a member's next part, a variable and an argument. */
export const completionTriggers = ["'", '"', '`', '/', '.', '{', '('];
export const signatureTriggers = ['(', ',', '{'];

export class CompletionProvider implements vscode.CompletionItemProvider, vscode.SignatureHelpProvider {
  constructor(
    private readonly indexes: Indexes,
    private readonly server: ServerFacts,
  ) {}

  provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): vscode.CompletionItem[] | undefined {
    const file = this.indexes.file(document.uri);
    if (!file) return undefined;
    const known = this.server.about(file.project);
    const offset = document.offsetAt(position);
    const found = findCompletions(file.index, file.path, offset, known, isTyped(file, document));
    return found.map((one) => item(document, one));
  }

  provideSignatureHelp(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): vscode.SignatureHelp | undefined {
    const file = this.indexes.file(document.uri);
    if (!file) return undefined;
    const known = this.server.about(file.project);
    const offset = document.offsetAt(position);
    const found = findSignatures(file.index, file.path, offset, known, isTyped(file, document));
    if (found.length === 0) return undefined;
    const help = new vscode.SignatureHelp();
    help.signatures = found.map(({ label, documentation, parameters, active }) => {
      const signature = new vscode.SignatureInformation(label, documentation);
      signature.parameters = parameters.map(
        ({ start, end, documentation: about }) => new vscode.ParameterInformation([start, end], about),
      );
      // One behind the last stands for none of them.
      signature.activeParameter = active ?? parameters.length;
      return signature;
    });
    return help;
  }
}

function item(document: vscode.TextDocument, one: Completion): vscode.CompletionItem {
  const made = new vscode.CompletionItem({ label: one.label, description: one.detail }, entryKinds[one.kind]);
  const inserting = spanRange(document, one.insert);
  const whole = spanRange(document, one.replace);
  made.insertText = one.insertText;
  made.filterText = one.filterText ?? one.label;
  // The editor takes a stretch of one line only.
  made.range = { inserting, replacing: whole.isSingleLine ? whole : inserting };
  made.sortText = `${one.order}${one.label}`;
  if (one.documentation) made.documentation = toMarkdown(one.documentation);
  return made;
}
