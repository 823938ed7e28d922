import * as vscode from 'vscode';
import type { TavoraClient } from '../../client';
import { conventionalSecrets } from '../../protocol';
import { assertTrusted, confirmProduction, type ServerInfo } from '../connection';
import { PoliteError } from '../shared/errors';
import { putSecret } from '../shared/put-secret';
import type { Services } from '../shared/services';
import { vaultForSecret } from '../shared/vault-choice';
import { type KeptSecret, readSecrets } from './read';
import { conventionText, missingSecrets, usesIn, useText } from './rows';

/**
 * The commands about secrets. A value goes from a password box to the server, and is kept, shown and logged nowhere
 * else. Each throws PoliteError where it cannot be done, and CancellationError when the person leaves.
 */
export class SecretCommands {
  /** @param changed called when the server has other secrets than before */
  constructor(
    private readonly services: Services,
    private readonly changed: () => Promise<void>,
  ) {}

  /** @param value a row or `{name}` of the secret that is to be added; else the name is asked for. */
  async add(value: unknown): Promise<void> {
    const { client, secrets, server } = await this.open();
    const { label } = server;
    const name = nameOf(value) ?? (await this.askName(secrets));
    if (secrets.some((one) => one.name === name && one.read !== false)) {
      throw new PoliteError(`${label} has a secret "${name}" already. Replace its value instead.`, [
        { label: 'Replace…', run: () => vscode.commands.executeCommand('tavora.replaceSecret', { name }) },
      ]);
    }
    const secret = await askValue(name, `Sent to ${label} and kept in its vault only`);
    await confirmProduction(server, `add the secret ${name}`);
    const vault = await vaultForSecret(client, label, name, this.projectName);
    await putSecret(client, vault.id, name, secret);
    await this.changed();
    tell(`"${name}" is in the vault "${vault.name}" of ${label}.`);
  }

  /** Puts another value in the place of one. @param value a row or `{name}` of a secret; else it is asked for. */
  async replace(value: unknown): Promise<void> {
    const { client, secrets, server } = await this.open();
    const { label } = server;
    const kept = await this.choose(secrets, value, 'Replace the value of which secret?');
    const secret = await askValue(
      kept.name,
      `Takes the place of the value in the vault "${kept.vaultName}" of ${label}`,
    );
    await confirmProduction(server, `replace the secret ${kept.name}`);
    await putSecret(client, kept.vaultId, kept.name, secret);
    await this.changed();
    tell(
      `"${kept.name}" has another value in the vault "${kept.vaultName}" of ${label}. It counts from the next use on.`,
    );
  }

  /** @param value a row or `{name}` of a secret; else it is asked for. */
  async delete(value: unknown): Promise<void> {
    const { client, secrets, server } = await this.open();
    const { label } = server;
    const kept = await this.choose(secrets, value, 'Delete which secret?');
    const uses = this.uses.get(kept.name) ?? [];
    const detail = [
      'Its value is lost: no server gives it out again.',
      ...(uses.length > 0 ? ['It is used by:', ...uses.map(useText)] : []),
    ].join('\n');
    const question = `Delete the secret "${kept.name}" from the vault "${kept.vaultName}" of ${label}?`;
    const picked = await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Delete');
    if (picked !== 'Delete') {
      throw new vscode.CancellationError();
    }
    await confirmProduction(server, `delete the secret ${kept.name}`);
    await client.vaults.deleteSecret(kept.vaultId, kept.name);
    await this.changed();
  }

  /** The server that is chosen now: it is the one that is changed, whichever is chosen while the person is asked. */
  private async open(): Promise<{ client: TavoraClient; secrets: KeptSecret[]; server: ServerInfo }> {
    assertTrusted();
    const { connection } = this.services;
    const client = await connection.client();
    const { server } = connection.state;
    const secrets = await readSecrets(client);
    if (!secrets) {
      throw new PoliteError(`${server.label} keeps no secrets.`);
    }
    return { client, secrets, server };
  }

  private get uses() {
    return usesIn(this.services.workspaces.projects.map(({ project }) => project));
  }

  private get projectName(): string {
    return this.services.workspaces.projects[0]?.project.name || 'secrets';
  }

  /** Offers what MCP servers lack, then the names that servers know, then any other. */
  private async askName(secrets: readonly KeptSecret[]): Promise<string> {
    const { uses } = this;
    const there = new Set(secrets.filter(({ read }) => read !== false).map(({ name }) => name));
    const missing = missingSecrets(secrets, uses);
    const known = Object.keys(conventionalSecrets).filter(
      (name) => !there.has(name) && !missing.includes(name),
    );
    const other = { label: '$(edit) Another Name…', description: 'for an MCP server of yours' };
    const items: vscode.QuickPickItem[] = [
      ...missing.map((name) => ({
        label: name,
        description: `missing: ${(uses.get(name) ?? []).map(useText).join(', ')}`,
      })),
      ...known.map((name) => ({ label: name, description: conventionText(name) })),
      other,
    ];
    const picked = await vscode.window.showQuickPick(items, {
      title: 'Add Secret',
      placeHolder: 'What is it called?',
      matchOnDescription: true,
    });
    if (!picked) {
      throw new vscode.CancellationError();
    }
    return picked.label === other.label ? askOtherName() : picked.label;
  }

  /** @throws PoliteError when there is no secret to choose, or the given one is gone. */
  private async choose(secrets: readonly KeptSecret[], value: unknown, title: string): Promise<KeptSecret> {
    const { label } = this.services.connection.state.server;
    const name = nameOf(value);
    if (name !== undefined) {
      const vaultId = vaultOf(value);
      const fitting = secrets.filter((one) => one.name === name && (vaultId ?? one.vaultId) === one.vaultId);
      const kept = fitting.find(({ read }) => read) ?? fitting[0];
      if (!kept) {
        throw new PoliteError(`${label} has no secret "${name}" any more.`);
      }
      return kept;
    }
    if (secrets.length === 0) {
      throw new PoliteError(`${label} has no secrets yet.`, [
        { label: 'Add Secret…', run: () => vscode.commands.executeCommand('tavora.addSecret') },
      ]);
    }
    const items = secrets.map((one) => ({ label: one.name, description: `vault ${one.vaultName}`, one }));
    const picked = await vscode.window.showQuickPick(items, { title });
    if (!picked) {
      throw new vscode.CancellationError();
    }
    return picked.one;
  }
}

async function askOtherName(): Promise<string> {
  const name = await vscode.window.showInputBox({
    title: 'Add Secret',
    prompt: 'Its name, as "tokenRef" or "valueRef" of an MCP server says it',
    placeHolder: 'crm_token',
    ignoreFocusOut: true,
    validateInput: (text) => {
      if (text.trim() === '') return 'A secret needs a name.';
      return /\s/.test(text.trim())
        ? 'A secret’s name has no spaces. Its value is asked for next.'
        : undefined;
    },
  });
  if (name === undefined) {
    throw new vscode.CancellationError();
  }
  return name.trim();
}

async function askValue(name: string, prompt: string): Promise<string> {
  const value = await vscode.window.showInputBox({
    title: `Value of "${name}"`,
    prompt,
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? 'A secret needs a value.' : undefined),
  });
  if (value === undefined) {
    throw new vscode.CancellationError();
  }
  return value;
}

function tell(message: string): void {
  void vscode.window.showInformationMessage(message);
}

/** @returns the name that a row of the view, or `{name}`, stands for. */
function nameOf(value: unknown): string | undefined {
  const { name, label, kind } = (value ?? {}) as Record<string, unknown>;
  if (typeof name === 'string') return name;
  return typeof label === 'string' && (kind === 'secret' || kind === 'missing') ? label : undefined;
}

function vaultOf(value: unknown): string | undefined {
  return (value as { secret?: KeptSecret }).secret?.vaultId;
}
