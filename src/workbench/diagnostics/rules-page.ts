import * as vscode from 'vscode';
import { ruleLine, rulesMarkdown } from '../../project';

const scheme = 'tavora-rules';
const uri = vscode.Uri.from({ scheme, path: '/Tavora Rules.md' });

/** @returns the address of a rule's section on the page, or undefined for a code that only a server knows. */
export function ruleUri(code: string): vscode.Uri | undefined {
  const line = ruleLine(code);
  return line === undefined ? undefined : uri.with({ fragment: `L${line}` });
}

/** The page that the code of a problem links to: docs/rules.md, made from the table, without a network. */
export class RulesPage implements vscode.TextDocumentContentProvider {
  static register(): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(scheme, new RulesPage());
  }

  provideTextDocumentContent(): string {
    return rulesMarkdown();
  }
}
