import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { findElsewhere } from '../../../src/workbench/connection/import';
import { type FaultServer, startFaultServer } from '../../fixtures/servers';
import { Answers } from '../support/answers';
import { activated, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';
import { forgetServers } from '../support/servers';

const project = { id: 'p1', name: 'Somewhere', created_at: '', updated_at: '' };

describe('Choosing a server', () => {
  let api: TestApi;
  let server: FaultServer;
  let restore: (() => void)[] = [];

  before(async () => {
    api = await activated();
  });
  beforeEach(async () => {
    server = await startFaultServer({ kind: 'answer', body: project });
  });
  afterEach(async () => {
    for (const undo of restore) undo();
    restore = [];
    await forgetServers(api, server);
    await server.close();
  });

  const person = (answers: (string | undefined)[], press?: (message: string) => string | undefined) => {
    const questions = new Answers(answers);
    const messages = new Messages(({ message }) => press?.(message));
    restore.push(
      () => questions.restore(),
      () => messages.restore(),
    );
    return { questions, messages };
  };

  it('adds one with its key, remembers both, and connects', async () => {
    const { messages } = person(['Add Server', server.url, ' tvr_new ']);
    await vscode.commands.executeCommand('tavora.connect');
    assert.deepEqual(messages.shown, []);
    assert.equal(api.connection.state.kind, 'connected');
    assert.equal(api.connection.state.server.origin, server.url);
    assert.equal(await api.connection.keys.get(server.url), 'tvr_new');
    const setting = JSON.stringify(vscode.workspace.getConfiguration('tavora').get('servers'));
    assert.match(setting, /127\.0\.0\.1/);
    assert.doesNotMatch(setting, /tvr_/);
  });

  it('refuses an address or a key that cannot be one while it is typed', async () => {
    person(['Add Server', 'ftp://files.test']);
    await vscode.commands.executeCommand('tavora.connect');
    assert.equal(api.connection.state.server.embedded, true);
    for (const undo of restore.splice(0)) undo();
    person(['Add Server', server.url, 'two words']);
    await vscode.commands.executeCommand('tavora.connect');
    assert.equal(await api.connection.keys.get(server.url), undefined);
  });

  it('asks before a key goes over plain http to another machine, and takes no for an answer', async () => {
    const { questions, messages } = person(['Add Server', 'http://tavora.example.test']);
    await vscode.commands.executeCommand('tavora.connect');
    assert.match(
      messages.shown[0]?.message ?? '',
      /http:\/\/tavora\.example\.test is reached over plain http/,
    );
    // The key was never asked for.
    assert.equal(questions.asked.length, 2);
    assert.deepEqual(api.connection.profiles.list(), []);
  });

  it('never sends a key to the server that a project names, unless the person agrees', async () => {
    const made = await TestProject.make(api, 'pushy');
    try {
      await made.write('tavora.jsonc', JSON.stringify({ project: 'pushy', apiUrl: server.url }));
      await until('the address is read', () => made.now.project.apiUrl);
      const { questions, messages } = person([server.url]);
      await vscode.commands.executeCommand('tavora.connect');
      assert.match(messages.shown[0]?.message ?? '', /"pushy" asks to be sent to http:\/\/127\.0\.0\.1/);
      assert.equal(questions.asked.length, 1);
      assert.equal(api.connection.state.server.embedded, true);
      assert.equal(server.requests.length, 0);

      for (const undo of restore.splice(0)) undo();
      person([server.url, 'tvr_agreed'], () => 'Use This Server');
      await vscode.commands.executeCommand('tavora.connect');
      assert.equal(api.connection.state.server.origin, server.url);
      // However much is asked of it once it is connected.
      const keys = new Set(server.requests.map(({ headers }) => headers['x-api-key']));
      assert.deepEqual([...keys], ['tvr_agreed']);
    } finally {
      await made.remove();
    }
  });

  it('forgets a key when told to, and asks for one again', async () => {
    person(['Add Server', server.url, 'tvr_gone']);
    await vscode.commands.executeCommand('tavora.connect');
    await vscode.commands.executeCommand('tavora.signOut');
    assert.equal(await api.connection.keys.get(server.url), undefined);
    await assert.rejects(api.connection.client(), /no API key/);
  });
});

describe('What another tool keeps', () => {
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'tavora-home-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  it('is found in ~/.tavora.yaml and in the environment', async () => {
    await writeFile(path.join(home, '.tavora.yaml'), 'api_key: tvr_file\nurl: https://one.test\n');
    const found = await findElsewhere({ TAVORA_API_KEY: 'tvr_env', TAVORA_URL: 'https://two.test' }, home);
    assert.deepEqual(
      found.map(({ url, apiKey }) => `${apiKey} ${url}`),
      ['tvr_file https://one.test', 'tvr_env https://two.test'],
    );
  });

  it('is read from the file that TAVORA_CONFIG names, for the hosted server when it names none', async () => {
    const file = path.join(home, 'elsewhere.yaml');
    await writeFile(file, 'api_key: tvr_x\n');
    assert.deepEqual(await findElsewhere({ TAVORA_CONFIG: file }, home), [
      { from: file, apiKey: 'tvr_x', url: 'https://api.tavora.ai' },
    ]);
  });

  it('may be nothing', async () => {
    assert.deepEqual(await findElsewhere({}, home), []);
  });

  for (const [what, text, message] of [
    ['is not YAML', 'api_key: [', /not valid YAML/],
    ['has no key', 'url: https://one.test\n', /has no api_key/],
    ['is a list', '- 1\n', /has no api_key/],
    ['is empty', '', /has no api_key/],
  ] as const) {
    it(`that ${what} is named`, async () => {
      await writeFile(path.join(home, '.tavora.yaml'), text);
      await assert.rejects(findElsewhere({}, home), (error: Error) => {
        assert.match(error.message, message);
        assert.ok(error.message.includes('.tavora.yaml'));
        return true;
      });
    });
  }
});
