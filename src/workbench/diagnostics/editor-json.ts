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
 * syntax, and the rules say the rest. The service looks only at files that have a tab; of others the rules say
 * all, even while the editor still holds their text.
 */
export function saidByEditor(document: vscode.TextDocument, { code }: RangedIssue): boolean {
  return (
    shared.has(code) &&
    /^jsonc?$/.test(document.languageId) &&
    tabUris(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs)).some(
      (uri) => uri.toString() === document.uri.toString(),
    ) &&
    vscode.extensions.getExtension('vscode.json-language-features') !== undefined &&
    vscode.workspace.getConfiguration('json', document.uri).get('validate.enable') === true
  );
}

/** @returns the files that tabs show as text. */
export function tabUris(tabs: readonly vscode.Tab[]): vscode.Uri[] {
  return tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : []));
}
