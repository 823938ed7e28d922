import * as vscode from 'vscode';
import type { RangedIssue } from '../../project';

/** What VS Code's own JSON service finds in every open JSON file: texts that do not parse, and repeated keys. */
const shared: ReadonlySet<string> = new Set([
  'parse-project-config',
  'parse-agent-config',
  'parse-eval',
  'duplicate-field',
]);

/**
 * One problem is reported once: of an open JSON file the editor's own service says what is wrong with its
 * syntax, and the rules say the rest. The service looks at open files only; of closed ones the rules say all.
 */
export function saidByEditor(document: vscode.TextDocument, { code }: RangedIssue): boolean {
  return (
    shared.has(code) &&
    /^jsonc?$/.test(document.languageId) &&
    vscode.extensions.getExtension('vscode.json-language-features') !== undefined &&
    vscode.workspace.getConfiguration('json', document.uri).get('validate.enable') === true
  );
}
