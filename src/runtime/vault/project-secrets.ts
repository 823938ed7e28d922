import type { SecretRow, Store } from '../store';
import { openSecret, SealedError } from './envelope';
import { type KeyRing, kekVariable } from './key-ring';

/** Secrets by name, for what the runtime calls with them. */
export interface Secrets {
  /**
   * @returns the plaintext; undefined when there is no such secret.
   * @throws SealedError when there is one that cannot be opened.
   */
  read(name: string): string | undefined;
  /** @returns whether there is such a secret, be it one that can be opened or not. */
  has(name: string): boolean;
}

/** Of a project without a vault. */
export const noSecrets: Secrets = { read: () => undefined, has: () => false };

/**
 * The secrets of the vault that the project designates. They are held sealed, and opened for each use: a
 * changed secret counts from the next use on.
 */
export class ProjectSecrets implements Secrets {
  readonly #store: Pick<Store, 'projects' | 'vaults'>;
  readonly #projectId: string;
  readonly #ring: KeyRing | undefined;
  #sealed: ReadonlyMap<string, SecretRow> = new Map();

  /** Call `refresh` before the first use. */
  constructor(store: Pick<Store, 'projects' | 'vaults'>, projectId: string, ring: KeyRing | undefined) {
    this.#store = store;
    this.#projectId = projectId;
    this.#ring = ring;
  }

  /** Takes over what the store holds now; to be called after every change of it. */
  async refresh(): Promise<void> {
    const { vault_id: vaultId } = await this.#store.projects.settings(this.#projectId);
    const rows = vaultId === null ? [] : await this.#store.vaults.secrets(vaultId);
    this.#sealed = new Map(rows.map((row) => [row.name, row]));
  }

  read(name: string): string | undefined {
    const row = this.#sealed.get(name);
    if (!row) return undefined;
    if (!this.#ring) {
      throw new SealedError(
        `The secret "${name}" cannot be opened: this runtime was started without ${kekVariable}, the key that secrets are sealed with.`,
      );
    }
    const { vault_id: vaultId, kek_id: kekId, wrapped_key: wrappedKey, sealed } = row;
    return openSecret(this.#ring, { vaultId, name }, { kekId, wrappedKey, sealed });
  }

  has(name: string): boolean {
    return this.#sealed.has(name);
  }
}
