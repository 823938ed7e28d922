import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { VaultKey } from '../../../src/workbench/connection/vault-key';
import { activated, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';

describe('The embedded runtime', function () {
  this.timeout(60_000);
  let api: TestApi;
  let messages: Messages;

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
  });
  beforeEach(() => {
    messages = new Messages();
  });
  afterEach(() => messages.restore());

  const kill = () => {
    const { runtimePid } = api.connection;
    assert.ok(runtimePid);
    process.kill(runtimePid, 'SIGKILL');
    return runtimePid;
  };
  const restarted = (before: number) =>
    until(
      'another runtime is connected',
      () => api.connection.state.kind === 'connected' && api.connection.runtimePid !== before,
      30_000,
    );

  it('listens on this machine only, with a key of its own', async () => {
    await api.connection.client();
    const { origin } = api.connection.state.server;
    assert.match(origin, /^http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(`${origin}/api/sdk/project`);
    assert.equal(response.status, 401);
  });

  it('is one process, however many ask for it at once', async () => {
    await api.connection.restartRuntime();
    const pids = await Promise.all(
      Array.from({ length: 8 }, async () => {
        await api.connection.client();
        return api.connection.runtimePid;
      }),
    );
    assert.equal(new Set(pids).size, 1);
  });

  it('comes back by itself when it is killed, with what it had', async () => {
    const made = await TestProject.make(api, 'survivor');
    try {
      await vscode.commands.executeCommand('tavora.deploy', { folder: made.folder, agreed: true });
      assert.equal(api.drafts.state(made.now, 'greeter'), 'deployed');
      const id = api.drafts.agentServerId(made.now, 'greeter');
      await restarted(kill());
      assert.match(messages.find(/runtime stopped/)?.message ?? '', /SIGKILL.*restarted/);
      await api.drafts.refresh();
      assert.equal(api.drafts.state(made.now, 'greeter'), 'deployed');
      const client = await api.connection.client();
      const configs = await client.configs.list();
      assert.ok(configs.some((one) => one.id === id));
    } finally {
      await made.remove();
    }
  });

  it('stays until work on it is done when another server is chosen, and leaves then', async () => {
    const url = 'http://127.0.0.1:9';
    await api.connection.profiles.save({ id: 'away', label: 'Away', url });
    try {
      const begun = await api.connection.client();
      const { runtimePid } = api.connection;
      const { server } = api.connection.state;
      assert.ok(runtimePid);
      await api.connection.finishing({ server, client: begun }, async () => {
        await api.connection.choose('away');
        assert.equal(api.connection.runtimePid, runtimePid);
        assert.ok(await begun.project(), 'what it began with stays open');
        const client = await api.connection.clientOf('embedded');
        assert.notEqual(client, begun, 'others are given another');
        assert.ok(await client.project());
      });
      assert.equal(api.connection.runtimePid, undefined);
      await assert.rejects(begun.project(), /was closed/);
      await api.connection.choose('embedded');
      const client = await api.connection.client();
      const next = api.connection.runtimePid;
      await api.connection.finishing({ server, client }, async () => {
        await api.connection.choose('away');
        await api.connection.choose('embedded');
      });
      assert.equal(api.connection.runtimePid, next, 'it is chosen again');
    } finally {
      await api.connection.choose('embedded');
      await vscode.workspace
        .getConfiguration('tavora')
        .update('servers', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('is left down when it keeps dying, until a person says otherwise', async () => {
    await api.connection.restartRuntime();
    for (let crash = 0; crash < 4; crash++) {
      await restarted(kill());
    }
    kill();
    await until('it is given up', () => api.connection.state.kind === 'failed');
    const message = messages.find(/left down/);
    assert.equal(message?.kind, 'showErrorMessage');
    assert.deepEqual(message?.buttons, ['Restart', 'Show Log']);
    await vscode.commands.executeCommand('tavora.restartRuntime');
    assert.equal(api.connection.state.kind, 'connected');
  });

  it('is started with the limits that are set, after a person was told that it must be', async () => {
    const settings = vscode.workspace.getConfiguration('tavora.runtime');
    const { Global } = vscode.ConfigurationTarget;
    await api.connection.client();
    try {
      await settings.update('maxBodyMb', 1, Global);
      const told = await until('the change is told', () => messages.find(/takes its changed settings over/));
      assert.deepEqual(told.buttons, ['Restart Now']);
      await vscode.commands.executeCommand('tavora.restartRuntime');
      const client = await api.connection.client();
      const code = `// ${'x'.repeat(1_200_000)}`;
      await assert.rejects(
        client.skills.validate({ name: 'long', type: 'module', code }),
        /larger than 1 MB.*tavora\.runtime\.maxBodyMb/,
      );
      await settings.update('maxBodyMb', 0, Global);
      await vscode.commands.executeCommand('tavora.restartRuntime');
      const refused = messages.find(
        /did not start: The setting tavora\.runtime\.maxBodyMb must be a whole number/,
      );
      assert.ok(refused?.buttons.includes('Open Settings'), JSON.stringify(messages.shown));
    } finally {
      await settings.update('maxBodyMb', undefined, Global);
      await vscode.commands.executeCommand('tavora.restartRuntime');
    }
  });

  it('refuses to start where it cannot keep anything, in a sentence', async () => {
    const { RuntimeProcess } = await import('../../../src/workbench/connection/embedded');
    const runtime = new RuntimeProcess({
      file: vscode.Uri.joinPath(api.context.extensionUri, 'dist/runtime.js').fsPath,
      dataFolder: vscode.Uri.joinPath(api.context.extensionUri, 'package.json').fsPath,
      vaultKey: async () => 'unused',
      settings: () => ({ args: [], env: {} }),
      log: api.log,
      onCrash: () => undefined,
    });
    await assert.rejects(runtime.start(), /^PoliteError: The embedded Tavora runtime did not start: .*\w/);
    assert.equal(runtime.pid, undefined);
  });

  it('seals secrets with a key that outlives it', async () => {
    const { RuntimeProcess } = await import('../../../src/workbench/connection/embedded');
    const folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-vault-'));
    const vaultKey = new VaultKey(api.context.secrets, folder);
    const runtime = new RuntimeProcess({
      file: vscode.Uri.joinPath(api.context.extensionUri, 'dist/runtime.js').fsPath,
      dataFolder: folder,
      vaultKey: () => vaultKey.get(),
      settings: () => ({ args: [], env: {} }),
      log: api.log,
      onCrash: () => undefined,
    });
    const sealed = async (name: string) => {
      const { url, apiKey } = await runtime.start();
      const call = async (method: string, pathname: string, body: unknown) => {
        const headers = { 'X-API-Key': apiKey, 'content-type': 'application/json' };
        const init = { method, headers, body: JSON.stringify(body) };
        const response = await fetch(`${url}/api/sdk/secret-vaults${pathname}`, init);
        assert.ok(response.ok, `${method} ${pathname}: ${response.status}`);
        return (await response.json()) as Record<string, unknown>;
      };
      const { id } = await call('POST', '', { name: 'Keys' });
      const { kek_id: kekId } = await call('PUT', `/${id}/secrets/${name}`, { value: 'x' });
      await runtime.stop();
      return kekId;
    };
    try {
      const first = await sealed('a');
      assert.match(String(first), /^[0-9a-f]{16}$/);
      assert.equal(await sealed('b'), first);
    } finally {
      await runtime.stop();
      await rm(folder, { recursive: true, force: true });
      await api.context.secrets.delete(`tavora.vault-key:${folder}`);
    }
  });

  it('is given that key in its environment, never among its arguments', async () => {
    const { RuntimeProcess } = await import('../../../src/workbench/connection/embedded');
    const folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-runtime-'));
    const file = path.join(folder, 'runtime.js');
    const tell = '{ url: process.argv.join(), apiKey: process.env.TAVORA_SECRET_KEK, pid: 1, version: "" }';
    await writeFile(file, `console.log(JSON.stringify(${tell})); process.stdin.resume();`);
    const runtime = new RuntimeProcess({
      file,
      dataFolder: folder,
      vaultKey: async () => 'the-key-of-vaults',
      settings: () => ({ args: [], env: {} }),
      log: api.log,
      onCrash: () => undefined,
    });
    try {
      const { url, apiKey } = await runtime.start();
      assert.equal(apiKey, 'the-key-of-vaults');
      assert.equal(url.includes('the-key-of-vaults'), false, url);
    } finally {
      await runtime.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
