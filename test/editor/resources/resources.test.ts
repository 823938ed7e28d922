import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import type { ResourceRow } from '../../../src/workbench/resources';
import { type Behaviour, type FaultServer, startFaultServer } from '../../fixtures/servers';
import { Answers } from '../support/answers';
import { activated, problemsOf, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';
import { forgetServers, workOn } from '../support/servers';

const value = 'sk-value-that-nobody-sees';
const config = (secret: string) =>
  JSON.stringify({
    id: 'greeter',
    name: 'Greeter',
    model: 'local/rehearsal',
    persona: 'persona.md',
    mcp: [{ name: 'crm', url: 'https://crm.invalid/mcp', auth: { type: 'bearer', tokenRef: secret } }],
  });

describe('Secrets and hosts', () => {
  let api: TestApi;
  let restore: (() => void)[] = [];

  before(async () => {
    api = await activated();
  });
  afterEach(() => {
    for (const undo of restore) undo();
    restore = [];
  });

  const person = (answers: (string | undefined)[], press?: string) => {
    const questions = new Answers(answers);
    const messages = new Messages(({ buttons }) => buttons.find((one) => one === press));
    restore.push(
      () => questions.restore(),
      () => messages.restore(),
    );
    return { questions, messages };
  };
  const run = (command: string, argument?: unknown) => vscode.commands.executeCommand(command, argument);
  const group = (id: 'secrets' | 'hosts'): ResourceRow[] =>
    api.resources.view.rows.find((row) => row.id === id)?.children ?? [];
  const lines = (id: 'secrets' | 'hosts') =>
    group(id).map(({ label, description }) => [label, description].filter(Boolean).join(': '));

  describe('of the embedded runtime', () => {
    let made: TestProject;

    before(async () => {
      made = await TestProject.make(api, 'vaulted');
      await made.write('agents/greeter/agent.jsonc', config('crm_token'));
    });
    after(() => made.remove());

    it('are shown when they are asked for: what an MCP server lacks, and that no host is allowed', async () => {
      await run('tavora.refreshResources');
      assert.ok(
        lines('secrets').includes('crm_token: missing · MCP server "crm" of Greeter'),
        lines('secrets').join(),
      );
      assert.deepEqual(lines('hosts'), ['Skills may call no host yet.']);
    });

    it('take a secret from a hidden box into the vault that is read, and its problem ends', async () => {
      const uri = made.uri('agents/greeter/agent.jsonc');
      const unknown = () => JSON.stringify(problemsOf(uri)).includes('mcp-unknown-secret');
      await until('the missing secret is a problem', unknown);
      const { questions, messages } = person(['crm_token', value]);
      await run('tavora.addSecret');
      assert.match(questions.asked[0] ?? '', /^crm_token \| .*openai_api_key.*Another Name/);
      assert.deepEqual(questions.hidden, [questions.asked[1]]);
      assert.match(messages.shown[0]?.message ?? '', /"crm_token" is in the vault ".+" of /);
      assert.doesNotMatch(JSON.stringify(messages.shown), new RegExp(value));
      assert.ok(lines('secrets').includes('crm_token: MCP server "crm" of Greeter'), lines('secrets').join());
      assert.doesNotMatch(JSON.stringify(api.resources.view.rows), new RegExp(value));
      const client = await api.connection.client();
      const { vault_id: read } = await client.project();
      const names = (await client.vaults.secrets(read ?? '')).map(({ name }) => name);
      assert.ok(names.includes('crm_token'), names.join());
      await until('the problem is gone', () => !unknown());
    });

    it('are offered at the problem of a missing one', async () => {
      await made.write('agents/greeter/agent.jsonc', config('wiki_token'));
      const uri = made.uri('agents/greeter/agent.jsonc');
      await vscode.workspace.openTextDocument(uri);
      const range = await until('the problem is shown', () =>
        problemsOf(uri).find((one) => one.message.includes('wiki_token')),
      );
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri,
        range.range,
      );
      const add = actions.find(({ title }) => title.startsWith('Add the secret "wiki_token"'));
      assert.deepEqual(add?.command?.arguments, [{ name: 'wiki_token' }]);
      await made.write('agents/greeter/agent.jsonc', config('crm_token'));
    });

    it('do not add over one that is there', async () => {
      const { messages } = person([]);
      await run('tavora.addSecret', { name: 'crm_token' });
      assert.match(messages.shown[0]?.message ?? '', /has a secret "crm_token" already/);
      assert.ok(messages.shown[0]?.buttons.includes('Replace…'));
    });

    describe('that stand in a file', () => {
      const inSource = config('crm_token').replace(
        '"tokenRef":"crm_token"',
        `"tokenRef":"crm_token","token":"${value}"`,
      );
      const path = 'agents/greeter/agent.jsonc';
      const move = async () => {
        const uri = made.uri(path);
        await vscode.workspace.openTextDocument(uri);
        await until('the value is a problem', () =>
          problemsOf(uri).find((one) => JSON.stringify(one.code).includes('mcp-secret-in-source')),
        );
        const offset = inSource.indexOf(`"${value}"`);
        await run('tavora.moveSecret', { folder: made.folder, path, offset });
      };
      const text = async () => (await vscode.workspace.openTextDocument(made.uri(path))).getText();
      const updated = () => group('secrets').find(({ label }) => label === 'crm_token')?.secret?.updatedAt;

      beforeEach(() => made.write(path, inSource));
      afterEach(() => made.write(path, config('crm_token')));

      it('are moved over one of the same name only when the person says so', async () => {
        person(['another value']);
        await run('tavora.addSecret', { name: 'crm_token' });
        const before = updated();
        const { messages } = person([]);
        await move();
        assert.match(
          messages.shown[0]?.message ?? '',
          /has a secret "crm_token" already\. Replace its value/,
        );
        assert.equal(await text(), inSource);
        await run('tavora.refreshResources');
        assert.equal(updated(), before);
        messages.restore();
        const willing = person([], 'Replace');
        await move();
        assert.ok(
          willing.messages.find(/"crm_token" is in the vault/),
          JSON.stringify(willing.messages.shown),
        );
        assert.doesNotMatch(await text(), new RegExp(value));
        assert.doesNotMatch(JSON.stringify(willing.messages.shown), new RegExp(value));
        await run('tavora.refreshResources');
        assert.notEqual(updated(), before);
      });
    });

    it('replace a value, from the row', async () => {
      const row = group('secrets').find(({ label }) => label === 'crm_token');
      const { questions, messages } = person(['another value']);
      await run('tavora.replaceSecret', row);
      assert.equal(questions.hidden.length, 1);
      assert.match(messages.shown[0]?.message ?? '', /has another value/);
    });

    it('leave everything as it is when the person leaves', async () => {
      const { messages } = person(['Another Name', 'other_token', undefined]);
      await run('tavora.addSecret');
      assert.deepEqual(messages.shown, []);
      assert.ok(!lines('secrets').some((line) => line.startsWith('other_token')));
    });

    it('refuse what cannot be a name or a value in the box itself', async () => {
      for (const [answers, why] of [
        [['Another Name', 'two words'], /no spaces/],
        [['Another Name', ' '], /needs a name/],
        [['Another Name', 'fine', '  '], /needs a value/],
      ] as const) {
        const { questions, messages } = person([...answers]);
        await run('tavora.addSecret');
        assert.match(messages.shown[0]?.message ?? '', why);
        questions.restore();
        messages.restore();
      }
    });

    it('say in the server’s words what it does not take', async () => {
      const { messages } = person([value]);
      await run('tavora.addSecret', { name: '9lives' });
      assert.match(messages.shown[0]?.message ?? '', /cannot name a secret/);
    });

    it('delete one after saying who uses it, and not when the question is closed', async () => {
      const closed = person([]);
      await run('tavora.deleteSecret', { name: 'crm_token' });
      assert.match(closed.messages.shown[0]?.detail ?? '', /used by:\nMCP server "crm" of Greeter/);
      assert.ok(lines('secrets').includes('crm_token: MCP server "crm" of Greeter'));
      person([], 'Delete');
      await run('tavora.deleteSecret', { name: 'crm_token' });
      assert.ok(lines('secrets').includes('crm_token: missing · MCP server "crm" of Greeter'));
      const again = person([]);
      await run('tavora.deleteSecret', { name: 'crm_token' });
      assert.match(again.messages.shown[0]?.message ?? '', /no secret "crm_token" any more/);
    });

    it('allow a host and take it back', async () => {
      person(['api.example.com']);
      await run('tavora.allowHost');
      assert.deepEqual(lines('hosts'), ['api.example.com']);
      const twice = person([]);
      await run('tavora.allowHost', 'api.example.com');
      assert.match(twice.messages.shown[0]?.message ?? '', /allows api\.example\.com already/);
      person(['api.example.com']);
      await run('tavora.removeHost');
      assert.deepEqual(lines('hosts'), ['Skills may call no host yet.']);
    });

    it('ask before every host, or one of the own network, is allowed', async () => {
      for (const host of ['*', 'private:wiki.corp.example']) {
        const { messages } = person([]);
        await run('tavora.allowHost', host);
        assert.match(messages.shown[0]?.message ?? '', /Let skills on .+ call/);
        assert.deepEqual(lines('hosts'), ['Skills may call no host yet.']);
        messages.restore();
      }
    });

    it('refuse what is no host, in the box or in the server’s words', async () => {
      const box = person(['https://api.example.com/v1']);
      await run('tavora.allowHost');
      assert.match(box.messages.shown[0]?.message ?? '', /host alone is wanted.*api\.example\.com/);
      const words = person([]);
      await run('tavora.allowHost', 'a?b');
      assert.match(words.messages.shown[0]?.message ?? '', /is no host/);
    });
  });

  describe('of another server', () => {
    let server: FaultServer;
    const there = { id: 'p1', name: 'Somewhere', created_at: '', updated_at: '' };
    const answer =
      (served: Record<string, unknown>): Behaviour =>
      (request) => {
        const path = `${request.method} ${request.path.replace('/api/sdk', '')}`;
        const found = Object.entries(served).find(([one]) => path.startsWith(one));
        const missing = { error: 'x', message: 'There is no such thing.', code: 'NOT_FOUND' };
        return found
          ? { kind: 'answer', ...(found[1] as object) }
          : { kind: 'answer', status: 404, body: missing };
      };

    const connect = async (served: Record<string, unknown>) => {
      server = await startFaultServer(
        answer({ 'GET /project/settings': { status: 404, body: {} }, ...served }),
      );
      await workOn(api, 'Other', server);
    };
    afterEach(async () => {
      await forgetServers(api, server);
      await server.close();
    });

    it('are politely not there, without vaults and settings', async () => {
      await connect({ 'GET /project': { body: there } });
      await run('tavora.refreshResources');
      assert.deepEqual(lines('secrets'), ['Other keeps no secrets.']);
      assert.deepEqual(lines('hosts'), ['Other does not show which hosts skills may call.']);
      const { messages } = person([]);
      for (const command of ['addSecret', 'replaceSecret', 'deleteSecret', 'allowHost', 'removeHost']) {
        await run(`tavora.${command}`);
        assert.match(
          messages.shown.at(-1)?.message ?? '',
          /^Other (keeps no secrets|does not show)/,
          command,
        );
      }
      assert.equal(messages.shown.length, 5);
    });

    it('are said to be locked where the server has no key for its vaults', async () => {
      const locked = { error: 'x', message: 'Vaults cannot be used here.', code: 'vault_unavailable' };
      await connect({
        'GET /project/settings': { body: { fetch_allow: ['a.example.com'] } },
        'GET /project': { body: there },
        'GET /secret-vaults': { status: 503, body: locked },
      });
      await run('tavora.refreshResources');
      assert.match(lines('secrets').join(), /Vaults cannot be used here/);
      assert.deepEqual(lines('hosts'), ['a.example.com']);
    });

    it('show no value that a refusal quotes', async () => {
      const refusal = { error: 'bad', message: `"${value}" is too short.`, code: 'bad_request' };
      await connect({
        'GET /project': { body: there },
        'GET /secret-vaults/v1/secrets': { body: { secrets: [] } },
        'GET /secret-vaults': {
          body: { secret_vaults: [{ id: 'v1', name: 'keys', created_at: '', updated_at: '' }] },
        },
        'PUT /secret-vaults/v1/secrets/': { status: 400, body: refusal },
      });
      const { messages } = person([value]);
      await run('tavora.addSecret', { name: 'token' });
      const said = messages.shown[0]?.message ?? '';
      assert.match(said, /^The server did not take the value of "token": "…" is too short/);
      assert.doesNotMatch(said, new RegExp(value));
    });

    it('of a production server are changed only after its name was typed', async () => {
      await connect({
        'GET /project': { body: there },
        'GET /secret-vaults/v1/secrets': { body: { secrets: [] } },
        'GET /secret-vaults': {
          body: { secret_vaults: [{ id: 'v1', name: 'keys', created_at: '', updated_at: '' }] },
        },
      });
      await api.connection.profiles.save({
        id: 'live',
        label: 'Live',
        url: server.url,
        production: true,
      });
      await api.connection.choose('live');
      const { questions } = person([value, undefined]);
      await run('tavora.addSecret', { name: 'token' });
      assert.match(questions.asked[1] ?? '', /Type Live to add the secret token/);
      assert.deepEqual(
        server.requests.filter(({ method }) => method === 'PUT'),
        [],
      );
    });

    it('leave the view with the server that they are of', async () => {
      await connect({ 'GET /project': { body: there } });
      await run('tavora.refreshResources');
      assert.ok(api.resources.view.rows.length > 0);
      await api.connection.choose('embedded');
      assert.deepEqual(api.resources.view.rows, []);
    });
  });

  it('are refused in Restricted Mode', async () => {
    const trusted = Object.getOwnPropertyDescriptor(vscode.workspace, 'isTrusted');
    assert.ok(trusted?.configurable, 'the editor lets nobody play Restricted Mode');
    Object.defineProperty(vscode.workspace, 'isTrusted', { configurable: true, get: () => false });
    restore.push(() => Object.defineProperty(vscode.workspace, 'isTrusted', trusted));
    const { messages } = person([]);
    for (const command of [
      'refreshResources',
      'addSecret',
      'replaceSecret',
      'deleteSecret',
      'allowHost',
      'removeHost',
    ]) {
      await run(`tavora.${command}`);
      assert.match(messages.shown.at(-1)?.message ?? '', /Restricted Mode/, command);
    }
  });
});
