import * as vscode from 'vscode';
import { type TavoraClient, unlessUnserved } from '../../client';
import type { SecretVault } from '../../protocol';
import { PoliteError } from './errors';

/**
 * The vault that a new secret belongs into: the one that the server's project reads, else the only one, else the one
 * that is picked, else a new one. A project that reads none reads the answer from now on.
 * @param server how the server is called
 * @param secret the secret's name, for the question
 * @param name what a new vault is called
 * @throws PoliteError when the server keeps no secrets, CancellationError when no vault is picked.
 */
export async function vaultForSecret(
  client: TavoraClient,
  server: string,
  secret: string,
  name: string,
): Promise<SecretVault> {
  const [vaults, project] = await Promise.all([client.vaults.list(), client.project()]);
  if (!vaults) {
    throw new PoliteError(`${server} keeps no secrets.`);
  }
  const { vault_id: read } = project;
  const designated = vaults.find(({ id }) => id === read);
  if (designated) {
    return designated;
  }
  const vault = await pickVault(vaults, secret);
  // A server that does not say which vault it reads may read any: nothing is changed there.
  if (vault && read !== null) {
    return vault;
  }
  const chosen = vault ?? (await client.vaults.create(name));
  await unlessUnserved(client.vaults.designate(chosen.id));
  return chosen;
}

/** @returns undefined when there is no vault. */
async function pickVault(vaults: readonly SecretVault[], secret: string): Promise<SecretVault | undefined> {
  if (vaults.length < 2) {
    return vaults[0];
  }
  const items = vaults.map((one) => ({ label: one.name, one }));
  const picked = await vscode.window.showQuickPick(items, { title: `Into which vault does "${secret}" go?` });
  if (!picked) {
    throw new vscode.CancellationError();
  }
  return picked.one;
}
