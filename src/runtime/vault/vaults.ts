import type { RedactedSecret, SecretVault } from '../../protocol';
import type { Audit } from '../audit';
import { badRequest, notFound, Problem } from '../http/problem';
import type { Log } from '../log';
import { type Store, toWireSecret, toWireVault } from '../store';
import { findKey, rewrap, sealSecret } from './envelope';
import { type KeyRing, kekVariable } from './key-ring';
import type { ProjectSecrets } from './project-secrets';

export interface VaultServices {
  store: Store;
  audit: Audit;
  projectId: string;
  secrets: ProjectSecrets;
  /** Undefined: vaults cannot be used. */
  ring: KeyRing | undefined;
  log: Log;
}

/** Longest secret, in UTF-16 units: room for a certificate with its chain. */
const longestSecret = 64 * 1024;

const secretName = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;

/** The vaults of a project. Every method but `unlock` throws Problem 503 in a runtime without a wrapping key. */
export class Vaults {
  readonly #services: VaultServices;

  constructor(services: VaultServices) {
    this.#services = services;
  }

  /** Wraps secrets of old keys with the current one, and makes the designated vault's secrets readable. */
  async unlock(): Promise<void> {
    const { store, secrets, ring, log } = this.#services;
    if (ring) {
      const others = await store.vaults.wrappedOtherwise(ring.current.id);
      const known = others.filter(({ kek_id: id }) => findKey(ring, id));
      for (const row of known) {
        const place = { vaultId: row.vault_id, name: row.name };
        const envelope = { kekId: row.kek_id, wrappedKey: row.wrapped_key, sealed: row.sealed };
        const { kekId, wrappedKey } = rewrap(ring, place, envelope);
        await store.vaults.rewrapSecret({ ...row, kek_id: kekId, wrapped_key: wrappedKey });
      }
      if (known.length > 0) log.info(`${known.length} secrets were wrapped with the current key`);
      const lost = others.length - known.length;
      if (lost > 0) log.warn(`${lost} secrets were sealed with a key that this runtime does not have`);
    }
    await secrets.refresh();
  }

  async list(): Promise<SecretVault[]> {
    this.#ring();
    const { store, projectId } = this.#services;
    return (await store.vaults.list(projectId)).map(toWireVault);
  }

  async create(name: string, metadata: Record<string, unknown>): Promise<SecretVault> {
    this.#ring();
    checkVaultName(name);
    const { store, projectId, audit } = this.#services;
    return store.transaction(async (nouns) => {
      const row = await nouns.vaults.create(projectId, { name, metadata });
      const entry = { action: 'vault.create', subjectType: 'vault', subjectId: row.id, metadata: { name } };
      await audit.record(entry, nouns);
      return toWireVault(row);
    });
  }

  /** @throws Problem 404. */
  async get(id: string): Promise<SecretVault> {
    this.#ring();
    const { store, projectId } = this.#services;
    const row = await store.vaults.get(projectId, id);
    if (!row) throw notFound(`The vault "${id}"`);
    return toWireVault(row);
  }

  /** @throws Problem 404. */
  async update(
    id: string,
    fields: { name?: string; metadata?: Record<string, unknown> },
  ): Promise<SecretVault> {
    const { name } = await this.get(id);
    if (fields.name !== undefined) checkVaultName(fields.name);
    const { store, audit } = this.#services;
    const metadata = { name: fields.name ?? name };
    await store.transaction(async (nouns) => {
      await nouns.vaults.update(id, fields);
      await audit.record({ action: 'vault.update', subjectType: 'vault', subjectId: id, metadata }, nouns);
    });
    return this.get(id);
  }

  /** @throws Problem 404. */
  async delete(id: string): Promise<void> {
    const { name } = await this.get(id);
    const { store, audit } = this.#services;
    const entry = { action: 'vault.delete', subjectType: 'vault', subjectId: id, metadata: { name } };
    await store.transaction(async (nouns) => {
      await nouns.vaults.delete(id);
      await audit.record(entry, nouns);
    });
    await this.#forget();
  }

  /** @throws Problem 404. */
  async secrets(vaultId: string): Promise<RedactedSecret[]> {
    await this.get(vaultId);
    return (await this.#services.store.vaults.secrets(vaultId)).map(toWireSecret);
  }

  /** @throws Problem 404, 400 for a name or a value that cannot be a secret's. */
  async putSecret(vaultId: string, name: string, value: string): Promise<RedactedSecret> {
    const ring = this.#ring();
    await this.get(vaultId);
    checkSecret(name, value);
    const { store, audit, secrets } = this.#services;
    const { kekId, wrappedKey, sealed } = sealSecret(ring, { vaultId, name }, value);
    const row = await store.transaction(async (nouns) => {
      const secret = { vault_id: vaultId, name, kek_id: kekId, wrapped_key: wrappedKey, sealed };
      const kept = await nouns.vaults.putSecret(secret);
      await audit.record(secretEntry('put', vaultId, name), nouns);
      return kept;
    });
    await secrets.refresh();
    return toWireSecret(row);
  }

  /** Deletes a secret, if there is one. @throws Problem 404 for an unknown vault. */
  async deleteSecret(vaultId: string, name: string): Promise<void> {
    await this.get(vaultId);
    const { store, audit } = this.#services;
    const deleted = await store.transaction(async (nouns) => {
      const there = await nouns.vaults.deleteSecret(vaultId, name);
      if (there) await audit.record(secretEntry('delete', vaultId, name), nouns);
      return there;
    });
    if (deleted) await this.#forget();
  }

  /** Makes models and MCP servers read from this vault, or from none. @throws Problem 404. */
  async designate(vaultId: string | null): Promise<void> {
    this.#ring();
    if (vaultId !== null) await this.get(vaultId);
    const { store, audit, secrets, projectId } = this.#services;
    const entry = {
      action: 'project.vault',
      subjectType: 'project',
      subjectId: projectId,
      metadata: { vault_id: vaultId },
    };
    await store.transaction(async (nouns) => {
      await nouns.projects.set(projectId, { vault_id: vaultId });
      await audit.record(entry, nouns);
    });
    await secrets.refresh();
  }

  async #forget(): Promise<void> {
    const { store, secrets } = this.#services;
    await secrets.refresh();
    await store.vaults.emptyLog();
  }

  #ring(): KeyRing {
    const { ring } = this.#services;
    if (ring) return ring;
    throw new Problem(
      503,
      'vault_unavailable',
      `Vaults cannot be used: this runtime was started without ${kekVariable}, the key that secrets are sealed with.`,
    );
  }
}

function secretEntry(verb: 'put' | 'delete', vaultId: string, name: string) {
  return {
    action: `secret.${verb}`,
    subjectType: 'secret',
    subjectId: name,
    metadata: { vault_id: vaultId, name },
  };
}

function checkVaultName(name: string): void {
  if (!name.trim()) throw badRequest('The field "name" is empty.', { field: 'name' });
}

function checkSecret(name: string, value: string): void {
  if (!secretName.test(name)) {
    throw badRequest(
      `${JSON.stringify(name)} cannot name a secret: use up to 128 letters, digits, "_", "-" and ".", beginning with a letter or "_".`,
      { field: 'name' },
    );
  }
  if (!value.trim()) {
    throw badRequest('The field "value" is empty; delete the secret to have none.', { field: 'value' });
  }
  if (value.length > longestSecret) {
    throw badRequest(`The field "value" is longer than ${longestSecret} characters.`, { field: 'value' });
  }
}
