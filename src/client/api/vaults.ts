import { type RedactedSecret, SecretList, SecretVault, SecretVaultList } from '../../protocol';
import type { Http } from '../http';
import type { CallOptions } from '../options';
import { unlessUnserved } from '../unserved';

/** Secret vaults (`/secret-vaults`). Names only: no server gives a value out again. */
export class VaultsApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** The names of the secrets in every vault, each once and sorted; undefined when the server has no vaults. */
  async secretNames(o?: CallOptions): Promise<string[] | undefined> {
    const vaults = await this.list(o);
    if (!vaults) return undefined;
    const secrets = await Promise.all(vaults.map(({ id }) => this.secrets(id, o)));
    return [...new Set(secrets.flatMap((one) => one.map(({ name }) => name)))].sort();
  }

  /** The vaults; undefined when the server has none to offer. */
  async list(o?: CallOptions): Promise<SecretVault[] | undefined> {
    const list = this.#http.json(SecretVaultList, { method: 'GET', path: '/secret-vaults' }, o);
    return (await unlessUnserved(list))?.secret_vaults;
  }

  /** The secrets of a vault, without their values. */
  async secrets(vaultId: string, o?: CallOptions): Promise<RedactedSecret[]> {
    const path = `/secret-vaults/${encodeURIComponent(vaultId)}/secrets`;
    return (await this.#http.json(SecretList, { method: 'GET', path }, o)).secrets;
  }

  create(name: string, o?: CallOptions): Promise<SecretVault> {
    return this.#http.json(SecretVault, { method: 'POST', path: '/secret-vaults', body: { name } }, o);
  }

  /** Makes a vault the one that tools read. */
  designate(vaultId: string, o?: CallOptions): Promise<void> {
    return this.#http.done({ method: 'PUT', path: '/project/vault', body: { vault_id: vaultId } }, o);
  }

  /** Puts a value into a vault, in place of an earlier one of the name. */
  async putSecret(vaultId: string, name: string, value: string, o?: CallOptions): Promise<void> {
    await this.#http.done({ method: 'PUT', path: secretPath(vaultId, name), body: { value } }, o);
  }

  /** Deletes a secret; one that is not there is no error. */
  async deleteSecret(vaultId: string, name: string, o?: CallOptions): Promise<void> {
    await this.#http.done({ method: 'DELETE', path: secretPath(vaultId, name) }, o);
  }
}

function secretPath(vaultId: string, name: string): string {
  return `/secret-vaults/${encodeURIComponent(vaultId)}/secrets/${encodeURIComponent(name)}`;
}
