import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { closeEditors, until } from '../support/api';
import { TestProject } from '../support/project';

const greeter = 'agents/greeter/';

/** The files of a small project, beside what a new project has. */
const files: Record<string, string> = {
  [`${greeter}agent.jsonc`]: `{
  "id": "greeter",
  "name": "Greeter",
  "model": "local/rehearsal",
  "persona": "persona.md",
  "capabilities": ["require", "search"],
  "skills": ["skills/*.js", "skills/*.md"],
  "indexes": ["guests"],
  "mcp": [{ "name": "crm", "url": "https://\${HOST}/mcp" }],
  "evals": ["evals/*.json"],
  "env": { "HOST": "crm.example.com" }
}
`,
  [`${greeter}persona.md`]: 'Call `greet` first.\n\n```js\nrequire("greet")({ name: "Ada" });\n```\n',
  [`${greeter}skills/welcome.js`]: `const greet = require('greet');
const known = search('guest ' + args.name, { index: 'guests' });
return { greeting: greet({ name: args.name }).greeting, known, note: require('crm').note({}) };
`,
  [`${greeter}skills/tone.md`]: '---\ndescription: How to speak.\n---\n\n# Tone\n\nUse `greet` kindly.\n',
};

/** A project to ask the editor about, opened in the real extension host. */
export class Desk {
  private constructor(readonly made: TestProject) {}

  static async open(api: TestApi, name: string): Promise<Desk> {
    const made = await TestProject.make(api, name);
    for (const [path, text] of Object.entries(files)) await made.write(path, text);
    await until('the skills are found', () => made.now.agent('greeter')?.skills.length === 3);
    return new Desk(made);
  }

  uri(file: string): vscode.Uri {
    return this.made.uri(`${greeter}${file}`);
  }

  /** Opens a file and finds a place in it: `gre‸et`. */
  async at(file: string, place: string): Promise<{ uri: vscode.Uri; position: vscode.Position }> {
    const document = await vscode.workspace.openTextDocument(this.uri(file));
    const at = document.getText().indexOf(place.replace('‸', ''));
    assert.ok(at >= 0, `"${place}" is not in ${file}`);
    return { uri: document.uri, position: document.positionAt(at + place.indexOf('‸')) };
  }

  /** Writes a text with a cursor in it into a file's editor, without a save. */
  async typing(file: string, marked: string): Promise<{ uri: vscode.Uri; position: vscode.Position }> {
    const document = await vscode.workspace.openTextDocument(this.uri(file));
    await vscode.window.showTextDocument(document);
    const edit = new vscode.WorkspaceEdit();
    const whole = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
    edit.replace(document.uri, whole, marked.replace('‸', ''));
    assert.ok(await vscode.workspace.applyEdit(edit));
    return { uri: document.uri, position: document.positionAt(marked.indexOf('‸')) };
  }

  /** What the editor offers at a place, every extension together. */
  async completions({
    uri,
    position,
  }: {
    uri: vscode.Uri;
    position: vscode.Position;
  }): Promise<vscode.CompletionItem[]> {
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      uri,
      position,
      undefined,
      50,
    );
    return list.items;
  }

  /** What the editor shows over a place, every extension together. */
  async hover({ uri, position }: { uri: vscode.Uri; position: vscode.Position }): Promise<string> {
    const found = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      uri,
      position,
    );
    const parts = found.flatMap(({ contents }) => contents);
    return parts.map((one) => (typeof one === 'string' ? one : one.value)).join('\n---\n');
  }

  /** Places as `file:line text`. */
  async shown(places: readonly vscode.Location[]): Promise<string[]> {
    const lines = await Promise.all(
      places.map(async ({ uri, range }) => {
        const document = await vscode.workspace.openTextDocument(uri);
        const file = uri.path.slice(this.uri('agent.jsonc').path.length - 'agent.jsonc'.length);
        return `${file}:${range.start.line + 1} ${document.getText(range)}`.trim();
      }),
    );
    return lines.sort();
  }

  async close(): Promise<void> {
    await closeEditors();
    await this.made.remove();
  }
}

export function labelOf({ label }: vscode.CompletionItem): string {
  return typeof label === 'string' ? label : label.label;
}
