import * as vscode from 'vscode';
import type { TavoraClient } from '../../client';
import { assertTrusted, confirmProduction, type ServerInfo } from '../connection';
import { PoliteError } from '../shared/errors';
import type { Services } from '../shared/services';
import { readHosts } from './read';

/** The commands about the hosts that skills may call. They throw as those about secrets do. */
export class HostCommands {
  /** @param changed called when the server allows other hosts than before */
  constructor(
    private readonly services: Services,
    private readonly changed: () => Promise<void>,
  ) {}

  /** @param value a host as text; else it is asked for. */
  async allow(value: unknown): Promise<void> {
    const { client, server, hosts } = await this.open();
    const { label } = server;
    const host = (typeof value === 'string' ? value : await askHost(hosts)).trim();
    if (hosts.includes(host)) {
      throw new PoliteError(`${label} allows ${host} already.`);
    }
    await agree(host, label);
    await confirmProduction(server, `allow ${host}`);
    await this.change(client, (now) => [...now.filter((one) => one !== host), host]);
  }

  /** @param value a row of the view; else the host is asked for. */
  async remove(value: unknown): Promise<void> {
    const { client, server, hosts } = await this.open();
    const { label } = server;
    const host = hostOf(value) ?? (await pickHost(hosts, label));
    if (!hosts.includes(host)) {
      throw new PoliteError(`${label} does not allow ${host} any more.`);
    }
    await confirmProduction(server, `stop allowing ${host}`);
    await this.change(client, (now) => now.filter((one) => one !== host));
  }

  /** The list is sent whole, and another may have changed it while the person was asked: it is read once more. */
  private async change(client: TavoraClient, changed: (hosts: string[]) => string[]): Promise<void> {
    await client.settings.change({ fetch_allow: changed((await readHosts(client)) ?? []) });
    await this.changed();
  }

  /** The server that is chosen now: it is the one that is changed, whichever is chosen while the person is asked. */
  private async open(): Promise<{ client: TavoraClient; server: ServerInfo; hosts: string[] }> {
    assertTrusted();
    const { connection } = this.services;
    const client = await connection.client();
    const { server } = connection.state;
    const hosts = await readHosts(client);
    if (!hosts) {
      throw new PoliteError(
        `${server.label} does not show which hosts skills may call, so they cannot be changed from here.`,
      );
    }
    return { client, server, hosts };
  }
}

async function askHost(hosts: readonly string[]): Promise<string> {
  const host = await vscode.window.showInputBox({
    title: 'Allow Host',
    prompt: 'A host that skills may fetch from; one of your own network follows "private:"',
    placeHolder: 'api.example.com, *.example.org, localhost:8080, private:wiki.corp.example',
    ignoreFocusOut: true,
    validateInput: (text) => hostProblem(text.trim(), hosts),
  });
  if (host === undefined) {
    throw new vscode.CancellationError();
  }
  return host;
}

function hostProblem(text: string, hosts: readonly string[]): string | undefined {
  if (text === '') return 'Type a host.';
  if (hosts.includes(text)) return `${text} is allowed already.`;
  if (text.includes('/')) {
    const address = text.includes('://') ? text : `https://${text}`;
    const host = URL.canParse(address) ? new URL(address).host : '';
    return `The host alone is wanted, without a path${host ? `: ${host}` : ''}.`;
  }
  return /\s/.test(text) ? 'One host at a time, without spaces.' : undefined;
}

async function pickHost(hosts: readonly string[], label: string): Promise<string> {
  if (hosts.length === 0) {
    throw new PoliteError(`${label} allows no host yet.`, [
      { label: 'Allow Host…', run: () => vscode.commands.executeCommand('tavora.allowHost') },
    ]);
  }
  const picked = await vscode.window.showQuickPick([...hosts], {
    title: 'Which host may skills call no more?',
  });
  if (picked === undefined) {
    throw new vscode.CancellationError();
  }
  return picked;
}

/** Asks before an entry that opens more than one name on the internet. */
async function agree(host: string, label: string): Promise<void> {
  const widely = host === '*' || host === 'private:*';
  const inside = host.startsWith('private:');
  if (!widely && !inside) {
    return;
  }
  const detail = inside
    ? 'What it leads to may be in your own network. A skill, and the model that writes code, can then call it.'
    : 'A skill, and the model that writes code, can then send what it knows to any address.';
  const question = widely
    ? `Let skills on ${label} call every host?`
    : `Let skills on ${label} call ${host.slice('private:'.length)}, wherever it leads?`;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Allow')) !== 'Allow') {
    throw new vscode.CancellationError();
  }
}

function hostOf(value: unknown): string | undefined {
  const { kind, label } = (value ?? {}) as Record<string, unknown>;
  return kind === 'host' && typeof label === 'string' ? label : undefined;
}
