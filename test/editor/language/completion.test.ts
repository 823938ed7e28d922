import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, closeEditors, until, workspaceFolder, write } from '../support/api';
import { Desk, labelOf } from './desk';

describe('Language: completion', () => {
  let desk: Desk;

  before(async () => {
    desk = await Desk.open(await activated(), 'completing');
  });
  after(() => desk.close());
  afterEach(closeEditors);

  const labels = async (file: string, marked: string) =>
    (await desk.completions(await desk.typing(file, marked)))
      // Words of other open files are the editor's own idea.
      .filter((one) => one.kind !== vscode.CompletionItemKind.Text || one.documentation !== undefined)
      .map(labelOf);
  /** @returns what is offered, once one of them is. */
  const offering = (name: string, file: string, marked: string) =>
    until(`${name} is offered`, async () => {
      const found = await labels(file, marked);
      return found.includes(name) && found;
    });

  it('offers skills and servers in require, each once, with what they are for', async () => {
    const place = await desk.typing('skills/welcome.js', "return require('‸');");
    const items = await until('the skill is offered', async () => {
      const found = await desk.completions(place);
      return found.some((one) => labelOf(one) === 'greet') && found;
    });
    for (const name of ['greet', 'crm']) {
      assert.equal(items.filter((one) => labelOf(one) === name).length, 1, name);
    }
    const greet = items.find((one) => labelOf(one) === 'greet');
    assert.ok(greet?.documentation instanceof vscode.MarkdownString);
    assert.match(greet.documentation.value, /Greets a person by name/);
    assert.ok(!items.some((one) => labelOf(one) === 'tone'), 'a prompt cannot be required');
  });

  it('offers index names in a search, and nothing in a comment', async () => {
    await offering('guests', 'skills/welcome.js', "return search('x', { index: '‸' });");
    assert.ok(!(await labels('skills/welcome.js', "// require('‸')\nreturn 1;")).includes('greet'));
  });

  it('offers skills behind a backtick of a persona and of an eval', async () => {
    const inPersona = await offering('greet', 'persona.md', 'Use `‸');
    for (const name of ['greet', 'tone', 'welcome', 'crm']) assert.ok(inPersona.includes(name), name);
    const inEval = await offering(
      'greet',
      'evals/greets-by-name.json',
      '{ "input": "a", "criteria": "Uses `‸`" }',
    );
    assert.ok(inEval.includes('greet'), inEval.join());
  });

  it('offers paths, models and variables in a config', async () => {
    const config = (field: string) => labels('agent.jsonc', `{ "id": "greeter", ${field} }`);
    await until('the persona is offered', async () =>
      (await config('"persona": "‸"')).includes('persona.md'),
    );
    const skills = await config('"skills": ["skills/tone.md", "‸"]');
    assert.ok(skills.includes('skills/greet.js') && skills.includes('skills/*'), skills.join());
    assert.ok(!skills.includes('skills/tone.md'));
    assert.ok((await config('"model": "‸"')).includes('local/rehearsal'));
    const variables = await config(`"env": { "HOST": "a" }, "mcp": [{ "url": "https://\${‸}" }]`);
    assert.ok(variables.includes('HOST'), variables.join());
  });

  it('offers each capability once, with its sentence from the table', async () => {
    const place = await desk.typing('agent.jsonc', '{ "id": "greeter", "capabilities": ["‸"] }');
    const items = await desk.completions(place);
    const search = items.filter((one) => /^"?search"?$/.test(labelOf(one)));
    assert.equal(search.length, 1);
    const about = search[0]?.documentation;
    assert.match(typeof about === 'string' ? about : (about?.value ?? ''), /Search the documents/);
  });

  it('shows signatures of primitives and skills, from whichever service knows them', async () => {
    for (const [text, label] of [
      ["return search('a', ‸);", /^search\(query: string/],
      ["return require('greet')(‸);", /name: string/],
    ] as const) {
      const { uri, position } = await desk.typing('skills/welcome.js', text);
      await until(`a signature for ${text}`, async () => {
        const help = await vscode.commands.executeCommand<vscode.SignatureHelp | undefined>(
          'vscode.executeSignatureHelpProvider',
          uri,
          position,
          '(',
        );
        return help?.signatures.some((one) => label.test(one.label.replace(/\s+/g, ' ')));
      });
    }
  });

  it('says nothing in files outside of projects', async () => {
    const uri = vscode.Uri.joinPath(workspaceFolder(), 'outside.md');
    await write(uri, 'Use `');
    await vscode.workspace.openTextDocument(uri);
    const items = await desk.completions({ uri, position: new vscode.Position(0, 5) });
    // The editor itself may offer the word from other files.
    assert.ok(!items.some(({ kind }) => kind === vscode.CompletionItemKind.Module));
    await vscode.workspace.fs.delete(uri);
  });
});
