import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, closeEditors, until } from '../support/api';
import { Desk } from './desk';

/** The editor's JavaScript service takes its time to start on a busy machine. */
const serviceMs = 60_000;

describe('Language: navigation', function () {
  this.timeout(90_000);
  let desk: Desk;

  before(async () => {
    desk = await Desk.open(await activated(), 'finding');
  });
  after(() => desk.close());
  afterEach(closeEditors);

  const definitions = async (file: string, place: string) => {
    const { uri, position } = await desk.at(file, place);
    // The editor's JavaScript service starts with the first file that is shown.
    await vscode.window.showTextDocument(uri);
    return await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
      'vscode.executeDefinitionProvider',
      uri,
      position,
    );
  };
  const leadsTo = async (file: string, place: string) =>
    (await definitions(file, place)).map((one) => {
      const [uri, range] = 'uri' in one ? [one.uri, one.range] : [one.targetUri, one.targetRange];
      return `${uri.path.split('/').slice(-2).join('/')}:${range.start.line + 1}`;
    });

  it('goes from a persona, a prompt and a config to the skill, in one step', async () => {
    assert.deepEqual(await leadsTo('persona.md', '`gre‸et`'), ['skills/greet.js:1']);
    assert.deepEqual(await leadsTo('skills/tone.md', '`gre‸et`'), ['skills/greet.js:1']);
    assert.deepEqual(await leadsTo('agent.jsonc', 'persona‸.md'), ['greeter/persona.md:1']);
    assert.deepEqual(await leadsTo('agent.jsonc', '{HO‸ST}'), ['greeter/agent.jsonc:11']);
    assert.deepEqual(await leadsTo('skills/welcome.js', "'gue‸sts'"), ['greeter/agent.jsonc:8']);
  });

  it('goes from require to the skill, in one step', async () => {
    const place = "require('gre‸et')";
    const found = await until(
      'one definition',
      async () => {
        const places = await leadsTo('skills/welcome.js', place);
        return places.length > 0 && places;
      },
      serviceMs,
    );
    assert.equal(found.length, 1);
    assert.match(found[0] ?? '', /^skills\/greet\.js:/);
  });

  it('goes from a pattern to everything that it finds', async () => {
    assert.deepEqual(await leadsTo('agent.jsonc', 'skills/‸*.js'), [
      'skills/greet.js:1',
      'skills/welcome.js:1',
    ]);
  });

  it('finds a skill in code, prose and configs, with what is not saved yet', async () => {
    await desk.typing('skills/tone.md', '# Tone\n\nUse `greet` and `greet`.‸');
    const { uri, position } = await desk.at('persona.md', '`gre‸et`');
    const places = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeReferenceProvider',
      uri,
      position,
    );
    assert.deepEqual(await desk.shown(places), [
      'agent.jsonc:7 skills/*.js',
      'persona.md:1 greet',
      'persona.md:4 greet',
      'skills/greet.js:1',
      'skills/tone.md:3 greet',
      'skills/tone.md:3 greet',
      'skills/welcome.js:1 greet',
    ]);
  });

  it('shows over a name what it is, once, and never a value of a variable', async () => {
    assert.match(
      await desk.hover(await desk.at('persona.md', '`gre‸et`')),
      /module skill[\s\S]*Greets a person by name/,
    );
    const variable = await desk.hover(await desk.at('agent.jsonc', '{HO‸ST}'));
    assert.match(variable, /Has its value from `env` in line 11/);
    assert.ok(!variable.includes('crm.example.com'));
    const primitive = await until(
      'search is explained',
      async () => {
        const text = await desk.hover(await desk.at('skills/welcome.js', 'sea‸rch('));
        return text.includes('Finds passages') && text;
      },
      serviceMs,
    );
    assert.equal(primitive.split('Finds passages').length, 2);
    assert.match(await desk.hover(await desk.at('agent.jsonc', '"sear‸ch"')), /Used by welcome/);
  });

  it('links names and paths to their files', async () => {
    const links = async (file: string) => {
      const { uri } = await desk.at(file, '‸');
      const document = await vscode.workspace.openTextDocument(uri);
      const found = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
        'vscode.executeLinkProvider',
        uri,
      );
      return found.flatMap(({ range, target }) =>
        target?.scheme === 'file' ? [`${document.getText(range)} → ${target.path.split('/').at(-1)}`] : [],
      );
    };
    assert.ok((await links('agent.jsonc')).includes('persona.md → persona.md'));
    assert.ok((await links('persona.md')).includes('greet → greet.js'));
    assert.ok((await links('skills/welcome.js')).includes('greet → greet.js'));
  });

  it('finds agents, skills and servers by their names in the whole workspace', async () => {
    const symbols = await vscode.commands.executeCommand<vscode.SymbolInformation[]>(
      'vscode.executeWorkspaceSymbolProvider',
      'welcome',
    );
    const mine = symbols.filter(({ location }) => location.uri.path.includes('/finding/'));
    assert.ok(mine.some(({ name, containerName }) => name === 'welcome' && containerName === 'greeter'));
  });

  it('outlines a config, counts what patterns find, and colours names that mean something', async () => {
    const { uri } = await desk.at('agent.jsonc', '‸');
    const outline = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      uri,
    );
    const agent = outline.find(({ name }) => name === 'greeter');
    assert.deepEqual(
      agent?.children.map(({ name }) => name),
      ['Persona', 'Skills', 'MCP servers', 'Indexes', 'Evals', 'Variables'],
    );
    const all = new vscode.Range(0, 0, 100, 0);
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      uri,
      all,
    );
    assert.deepEqual(
      hints.map(({ label }) => label),
      ['2 skills', '1 skill', '1 eval'],
    );
    const persona = await desk.at('persona.md', '‸');
    const tokens = await vscode.commands.executeCommand<vscode.SemanticTokens>(
      'vscode.provideDocumentSemanticTokens',
      persona.uri,
    );
    // Line, column, length: the word between the backticks of the first line.
    assert.deepEqual([...tokens.data.slice(0, 3)], [0, 6, 5]);
  });

  it('folds the front matter of a prompt', async () => {
    const { uri } = await desk.at('skills/tone.md', '‸');
    const ranges = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      uri,
    );
    assert.ok(ranges.some(({ start, end }) => start === 0 && end === 2));
  });
});
