import type { CallOptions, TavoraClient } from '../../client';
import { isCancellation, sentence } from '../shared/errors';

/** A secret of a server, without its value, which no server gives out. */
export interface KeptSecret {
  name: string;
  vaultId: string;
  vaultName: string;
  /** Whether its vault is the one that models and MCP servers read; undefined where the server does not say. */
  read?: boolean;
  updatedAt: string;
}

/** What the connected server has for agents beside their source. A part that cannot be had is a sentence that says why. */
export interface Resources {
  secrets: KeptSecret[] | string;
  hosts: string[] | string;
}

/**
 * Reads both parts; one that the server does not have, or refuses, does not keep the other away.
 * @param label how the server is called
 * @throws what ends a cancelled call.
 */
export async function readResources(client: TavoraClient, label: string, o: CallOptions): Promise<Resources> {
  const [secrets, hosts] = await Promise.all([
    part(() => readSecrets(client, o), `${label} keeps no secrets.`),
    part(() => readHosts(client, o), `${label} does not show which hosts skills may call.`),
  ]);
  return { secrets, hosts };
}

/** @returns every secret of every vault, by name; undefined when the server has no vaults. */
export async function readSecrets(client: TavoraClient, o?: CallOptions): Promise<KeptSecret[] | undefined> {
  const vaults = await client.vaults.list(o);
  if (!vaults) return undefined;
  const [{ vault_id: read }, ...lists] = await Promise.all([
    client.project(o),
    ...vaults.map(async (vault) => ({ vault, secrets: await client.vaults.secrets(vault.id, o) })),
  ]);
  return lists
    .flatMap(({ vault, secrets }) =>
      secrets.map((one) => ({
        name: one.name,
        vaultId: vault.id,
        vaultName: vault.name,
        updatedAt: one.updated_at,
        ...(read === undefined ? {} : { read: vault.id === read }),
      })),
    )
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** @returns the hosts that skills may call; undefined when the server does not show them. */
export async function readHosts(client: TavoraClient, o?: CallOptions): Promise<string[] | undefined> {
  return (await client.settings.read(o))?.fetch_allow;
}

async function part<T>(read: () => Promise<T | undefined>, none: string): Promise<T | string> {
  try {
    return (await read()) ?? none;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return sentence(error);
  }
}
