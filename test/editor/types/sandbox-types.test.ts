import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { activated, closeEditors, until } from '../support/api';
import { TestProject } from '../support/project';

const agent = `{
  "id": "greeter",
  "name": "Greeter",
  "model": "local/rehearsal",
  "capabilities": ["search"],
  "skills": ["skills/*"],
  "mcp": [{ "name": "crm", "url": "https://crm.example.com" }]
}
`;

const bare = `/**
 * Prices an order.
 *
 * @param {string} args.orderId - Number of the order.
 * @param {number} [args.discount] - Percent.
 */
const rows = search('price of ' + args.orderId);
const greeting = require('greet')({ name: 'Ada' });
const customer = require('crm').find({ id: 1 });
const leak = document;
const node = process;
return { price: rows.length, greeting, customer, leak, node };
`;

const hovered = async (document: vscode.TextDocument, word: string): Promise<string> => {
  const at = document.positionAt(document.getText().indexOf(word) + 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    at,
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
};

/** What the editor's own JavaScript service says of a file, by code. */
const javascriptCodes = (uri: vscode.Uri): unknown[] =>
  vscode.languages
    .getDiagnostics(uri)
    .filter(({ source }) => source === 'ts' || source === 'javascript')
    .map(({ code }) => (typeof code === 'object' ? code.value : code));

describe('Types of the sandbox', () => {
  let api: TestApi;
  let project: TestProject;

  before(async () => {
    api = await activated();
    project = await TestProject.make(api, 'typed');
    await project.write('agents/greeter/agent.jsonc', agent);
    await project.write('agents/greeter/skills/price.js', bare);
  });
  afterEach(closeEditors);
  after(() => project.remove());

  const open = async (path: string) => {
    const document = await vscode.workspace.openTextDocument(project.uri(path));
    await vscode.window.showTextDocument(document);
    return document;
  };

  it('tell what a primitive takes and gives', async () => {
    const document = await open('agents/greeter/skills/price.js');
    const said = await until(
      'search is typed',
      async () => {
        const text = await hovered(document, 'search(');
        return text.includes('function search(query: string') && text;
      },
      30_000,
    );
    assert.match(said, /Row\[\]/);
    assert.match(said, /Finds passages in the documents/);
    assert.match(said, /capability "search"/);
  });

  it('know the arguments of a bare skill, and what other skills and servers give', async () => {
    const document = await open('agents/greeter/skills/price.js');
    await until(
      'args is typed',
      async () => (await hovered(document, 'args.orderId)')).includes('orderId: string'),
      30_000,
    );
    assert.match(await hovered(document, 'greeting ='), /greeting: string/);
    assert.match(await hovered(document, 'customer ='), /customer: any/);
  });

  it('hold nothing of the browser and of Node', async () => {
    const document = await open('agents/greeter/skills/price.js');
    await until(
      'the service answers',
      async () => (await hovered(document, 'search(')).includes('Row[]'),
      30_000,
    );
    assert.doesNotMatch(await hovered(document, 'document;'), /Document/);
    assert.doesNotMatch(await hovered(document, 'process;'), /NodeJS/);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      document.positionAt(document.getText().indexOf('return {')),
    );
    const names = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.ok(names.includes('search'), 'search is offered');
    assert.ok(names.includes('listIndexes'), 'listIndexes is offered');
    for (const foreign of ['localStorage', 'HTMLElement', 'setTimeout', 'Buffer']) {
      assert.ok(!names.includes(foreign), `${foreign} is offered`);
    }
  });

  it('keep the service from false alarms about a body that returns', async () => {
    const document = await open('agents/greeter/skills/price.js');
    await until(
      'the service answers',
      async () => (await hovered(document, 'search(')).includes('Row[]'),
      30_000,
    );
    const checked = await open('agents/greeter/skills/greet.js');
    await until(
      'the other skill is typed',
      async () => (await hovered(checked, 'greet(')).includes('greet'),
      30_000,
    );
    await until('no alarm is left', () => javascriptCodes(document.uri).length === 0);
  });

  it('say in a file that asks for it what the sandbox lacks', async () => {
    await project.write(
      'agents/greeter/skills/strict.js',
      `// @ts-check\nsearch(42);\nreturn document.title;\n`,
    );
    const document = await open('agents/greeter/skills/strict.js');
    const codes = await until(
      'the service has checked',
      () => {
        const found = javascriptCodes(document.uri);
        // 2345: an argument of the wrong type. 2584 and 2304: a name that is not there. The service tells of a
        // file in parts, as it comes to know it.
        return found.includes(2345) && (found.includes(2584) || found.includes(2304)) && found;
      },
      30_000,
    );
    assert.ok(!codes.includes(1108), JSON.stringify(codes));
  });

  it('leave files that are no skills as they were', async () => {
    await project.write('notes.js', 'const page = document;\nsearch;\n');
    const document = await open('notes.js');
    await until(
      'the page is typed',
      async () => (await hovered(document, 'page =')).includes('Document'),
      30_000,
    );
    assert.doesNotMatch(await hovered(document, 'search;'), /Row\[\]/);
    await project.delete('notes.js');
  });

  it('write nothing into the project until they are asked to', async () => {
    await assert.rejects(async () => vscode.workspace.fs.stat(project.uri('types')));
    await assert.rejects(async () => vscode.workspace.fs.stat(project.uri('jsconfig.json')));
    await vscode.commands.executeCommand('tavora.writeTypes', { folder: project.folder });
    assert.match(await project.read('types/sandbox.d.ts'), /declare function search\(query: string/);
    assert.match(await project.read('types/skills.d.ts'), /declare module "greet"/);
    assert.equal(JSON.parse(await project.read('jsconfig.json')).compilerOptions.checkJs, false);
    assert.ok(project.now.project.issues.every(({ file }) => file.startsWith('agents/')));
    await project.delete('types');
    await project.delete('jsconfig.json');
  });
});
