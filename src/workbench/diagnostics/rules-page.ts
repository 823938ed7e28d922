import * as vscode from 'vscode';
import { rules } from '../../project';

const scheme = 'tavora-rules';
const uri = vscode.Uri.from({ scheme, path: '/Tavora Rules.md' });

/** How the page is laid out before its rules. */
const heading = ['# Rules', '', 'An error keeps a project from being synced; a warning does not.', ''];

/** @returns the address of a rule's line on the page, or undefined for a code that only a server knows. */
export function ruleUri(code: string): vscode.Uri | undefined {
  const index = rules.findIndex((rule) => rule.code === code);
  return index < 0 ? undefined : uri.with({ fragment: `L${heading.length + index + 1}` });
}

/** The page that the code of a problem links to, made from the table of rules. */
export class RulesPage implements vscode.TextDocumentContentProvider {
  static register(): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(scheme, new RulesPage());
  }

  provideTextDocumentContent(): string {
    const lines = rules.map(
      ({ code, title, severity }) =>
        `- \`${code}\` (${severity === 'fatal' ? 'error' : 'warning'}): ${title}`,
    );
    return [...heading, ...lines, ''].join('\n');
  }
}
