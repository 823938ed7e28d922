import { SecretList, SecretVault, SecretVaultList } from '../../protocol';
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
    const list = this.#http.json(SecretVaultList, { method: 'GET', path: '/secret-vaults' }, o);
    const vaults = await unlessUnserved(list);
    if (!vaults) return undefined;
    const secrets = await Promise.all(
      vaults.secret_vaults.map(({ id }) => {
        const path = `/secret-vaults/${encodeURIComponent(id)}/secrets`;
        return this.#http.json(SecretList, { method: 'GET', path }, o);
      }),
    );
    return [...new Set(secrets.flatMap((one) => one.secrets.map(({ name }) => name)))].sort();
  }

  /** The vaults; undefined when the server has none to offer. */
  async list(o?: CallOptions): Promise<SecretVault[] | undefined> {
    const list = this.#http.json(SecretVaultList, { method: 'GET', path: '/secret-vaults' }, o);
    return (await unlessUnserved(list))?.secret_vaults;
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
    const path = `/secret-vaults/${encodeURIComponent(vaultId)}/secrets/${encodeURIComponent(name)}`;
    await this.#http.done({ method: 'PUT', path, body: { value } }, o);
  }
}
