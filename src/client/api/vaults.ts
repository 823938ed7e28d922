import { SecretList, SecretVaultList } from '../../protocol';
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
}
