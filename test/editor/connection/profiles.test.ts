import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { isLoopback, urlProblem } from '../../../src/workbench/connection/profile';
import { deadAddress, type FaultServer, startFaultServer } from '../../fixtures/servers';
import { activated, until } from '../support/api';
import { Messages } from '../support/messages';
import { forgetServers } from '../support/servers';

const project = { id: 'p1', name: 'Somewhere', created_at: '', updated_at: '' };

/** @returns the keys that a server was sent, in any header. */
const keysSentTo = (server: FaultServer) =>
  server.requests.flatMap(({ headers }) => [headers['x-api-key'], headers.authorization]).filter(Boolean);

describe('Another server', () => {
  let api: TestApi;
  let mine: FaultServer;
  let other: FaultServer;

  before(async () => {
    api = await activated();
  });
  beforeEach(async () => {
    mine = await startFaultServer({ kind: 'answer', body: project });
    other = await startFaultServer({ kind: 'answer', body: project });
    await api.connection.profiles.save({ id: 'mine', label: 'Mine', url: mine.url });
    await api.connection.keys.set(mine.url, 'tvr_for_mine');
  });
  afterEach(async () => {
    await forgetServers(api, mine);
    await mine.close();
    await other.close();
  });

  it('is reached with its key once it is chosen, and the state says so', async () => {
    await api.connection.choose('mine');
    assert.equal(mine.requests.length, 0);
    await api.connection.client();
    assert.equal(api.connection.state.kind, 'connected');
    assert.equal(api.connection.state.server.label, 'Mine');
    assert.deepEqual(keysSentTo(mine), ['tvr_for_mine']);
    assert.match(String(mine.requests[0]?.headers['user-agent']), /^tavora-vscode\/\d/);
  });

  it('without a key of its own is not asked, whatever keys there are', async () => {
    await api.connection.profiles.save({ id: 'other', label: 'Other', url: other.url });
    await api.connection.choose('other');
    await assert.rejects(api.connection.client(), /no API key for Other \(http:\/\/127\.0\.0\.1/);
    assert.equal(api.connection.state.kind, 'failed');
    assert.equal(other.requests.length, 0);
  });

  it('that redirects does not get the key carried elsewhere', async () => {
    mine.become({ kind: 'redirect', to: `${other.url}/api/sdk/project` });
    await api.connection.choose('mine');
    await assert.rejects(api.connection.client());
    assert.deepEqual(keysSentTo(other), []);
  });

  it('is not left because another one is added to the settings', async () => {
    await api.connection.choose('mine');
    await api.connection.client();
    const states: string[] = [];
    const listening = api.connection.onDidChange(({ kind }) => states.push(kind));
    await api.connection.profiles.save({ id: 'other', label: 'Other', url: other.url });
    await until('the setting is in force', () => api.connection.profiles.list().length === 2);
    listening.dispose();
    assert.deepEqual(states, []);
    assert.equal(api.connection.state.kind, 'connected');
    await api.connection.profiles.save({ id: 'mine', label: 'Mine', url: other.url });
    await until('the new address is taken up', () => api.connection.state.server.origin === other.url);
    await assert.rejects(api.connection.client(), /no API key/);
    assert.equal(other.requests.length, 0);
  });

  it('is added beside entries that cannot be read, which stay as they are written', async () => {
    const settings = () => vscode.workspace.getConfiguration('tavora');
    const odd = { id: 'odd', label: 'Odd', url: other.url, color: 'pink' };
    await settings().update('servers', [odd], vscode.ConfigurationTarget.Global);
    await api.connection.profiles.save({ id: 'new', label: 'New', url: mine.url });
    assert.deepEqual(settings().get('servers'), [odd, { id: 'new', label: 'New', url: mine.url }]);
    await settings().update('servers', { odd }, vscode.ConfigurationTarget.Global);
    await assert.rejects(
      api.connection.profiles.save({ id: 'new', label: 'New', url: mine.url }),
      /^PoliteError: New was not added: the setting tavora\.servers is not a list/,
    );
    assert.deepEqual(settings().inspect('servers')?.globalValue, { odd });
  });

  it('that is chosen and missing is told, and the embedded runtime stands in until it is back', async () => {
    await api.connection.choose('mine');
    const messages = new Messages();
    try {
      const servers = (value: unknown) =>
        vscode.workspace
          .getConfiguration('tavora')
          .update('servers', value, vscode.ConfigurationTarget.Global);
      await servers([{ id: 'mine', label: 'Mine', url: mine.url, production: 'yes' }]);
      const told = await until('it is told', () => messages.find(/^This workspace uses the server "mine"/));
      assert.match(
        told.message,
        /not in a form that can be read\. The embedded runtime is used in its place\.$/,
      );
      assert.deepEqual(told.buttons, ['Choose Server…', 'Open Settings']);
      assert.equal(api.connection.state.server.embedded, true);
      await servers([{ id: 'mine', label: 'Mine', url: mine.url }]);
      await until('it is back', () => api.connection.state.server.label === 'Mine');
      assert.equal(messages.shown.length, 1);
    } finally {
      messages.restore();
    }
  });

  it('keeps its key under its origin, with or without a path', async () => {
    const { keys } = api.connection;
    assert.equal(await keys.get(`${mine.url}/api/sdk`), 'tvr_for_mine');
    assert.equal(await keys.get(other.url), undefined);
    assert.equal(await keys.get(mine.url.replace('http:', 'https:')), undefined);
    await keys.remove(mine.url);
    assert.equal(await keys.get(mine.url), undefined);
  });

  it('answers late for a choice that was changed: the present one stands', async () => {
    await api.connection.profiles.save({ id: 'other', label: 'Other', url: other.url });
    await api.connection.keys.set(other.url, 'tvr_for_other');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    mine.become(async () => {
      await held;
      return { kind: 'answer', body: project };
    });
    await api.connection.choose('mine');
    const early = api.connection.client();
    await mine.request(1);
    await api.connection.choose('other');
    await api.connection.client();
    release();
    await early;
    assert.equal(api.connection.state.server.label, 'Other');
    assert.equal(api.connection.state.kind, 'connected');
    await api.connection.keys.remove(other.url);
  });

  const bad: [string, Parameters<FaultServer['become']>[0], RegExp][] = [
    ['says 401', { kind: 'answer', status: 401, body: { message: 'no', code: 'unauthorized' } }, /key/i],
    [
      'says 429',
      { kind: 'answer', status: 429, headers: { 'retry-after': '60' }, body: {} },
      /slow down.*moment/,
    ],
    ['says 500', { kind: 'answer', status: 500, body: { message: 'boom', code: 'internal' } }, /boom|500/],
    ['answers garbage', { kind: 'garbage' }, /JSON|understood/i],
    ['answers nothing', { kind: 'empty' }, /empty/i],
    ['hangs up', { kind: 'reset' }, /broke|closed|reset|connection/i],
    ['is a web page', { kind: 'answer', body: '<html>hello</html>' }, /JSON|Tavora/i],
  ];
  for (const [what, behaviour, message] of bad) {
    it(`that ${what} is said to a person in a sentence, and may be asked again`, async () => {
      mine.become(behaviour);
      await api.connection.choose('mine');
      await assert.rejects(api.connection.client(), (error: Error) => {
        assert.match(error.message, message);
        assert.match(error.message, /^[^\n]{10,400}$/);
        assert.doesNotMatch(error.message, /tvr_/);
        return true;
      });
      assert.equal(api.connection.state.kind, 'failed');
      assert.match(api.connection.state.message ?? '', message);
      mine.become({ kind: 'answer', body: project });
      await api.connection.client();
      assert.equal(api.connection.state.kind, 'connected');
    });
  }

  it('that is down is named with its address', async () => {
    const url = await deadAddress();
    await api.connection.profiles.save({ id: 'dead', label: 'Dead', url });
    await api.connection.keys.set(url, 'tvr_dead');
    await api.connection.choose('dead');
    await assert.rejects(api.connection.client(), new RegExp(new URL(url).host.replaceAll('.', '\\.')));
    await api.connection.keys.remove(url);
  });

  it('that fails a command is told in one message that leads to the log', async () => {
    const messages = new Messages();
    try {
      mine.become({ kind: 'answer', status: 401, body: { message: 'no', code: 'unauthorized' } });
      await api.connection.choose('mine');
      const [folder] = api.workspaces.projects.map((one) => one.folder);
      assert.equal(await vscode.commands.executeCommand('tavora.sync', { folder }), undefined);
      assert.equal(messages.shown.length, 1, JSON.stringify(messages.shown));
      assert.equal(messages.shown[0]?.kind, 'showErrorMessage');
      assert.ok(messages.shown[0]?.buttons.includes('Show Log'));
    } finally {
      messages.restore();
    }
  });

  it('is written as an origin or a full base, and nothing else', () => {
    for (const good of ['https://api.tavora.ai', 'https://api.tavora.ai/api/sdk/', 'localhost:8080']) {
      assert.equal(urlProblem(good), undefined, good);
    }
    for (const wrong of [
      '',
      'ftp://x.test',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'https://a:b@x.test',
      'http://',
    ]) {
      assert.match(urlProblem(wrong) ?? '', /\w/, wrong);
    }
  });

  it('counts as this machine only when it is', () => {
    for (const here of [
      'http://localhost:1',
      'http://127.0.0.1:8080',
      'http://127.9.9.9',
      'http://[::1]:3',
    ]) {
      assert.equal(isLoopback(here), true, here);
    }
    for (const there of [
      'http://10.0.0.1',
      'http://localhost.evil.test',
      'http://127.0.0.1.evil.test',
      'http://[::2]',
    ]) {
      assert.equal(isLoopback(there), false, there);
    }
  });
});
