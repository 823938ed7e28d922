import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyRow, Store } from '../store';

/** A key that a request may carry. */
export interface OpenKey {
  id: string;
  /** Milliseconds since 1970; undefined for a key that lives as long as the process. */
  expiresAt?: number;
}

/** A new key. Its text is known here and nowhere else. */
export interface MintedKey {
  text: string;
  id: string;
  prefix: string;
  expiresAt: string;
}

/** How long a session key opens the project. */
export const sessionKeyMs = 8 * 60 * 60_000;

/** How long a key that opens nothing any more is kept, so that the audit log's key ids can be explained. */
const keptMs = 90 * 24 * 60 * 60_000;

type KeyTable = Pick<Store, 'keys'>;

/** @returns the text of a new key: 256 bits of chance. */
export function newKeyText(): string {
  return `tvr_${randomBytes(32).toString('base64url')}`;
}

/**
 * The keys that open this process's project. The database holds their SHA-256 only: they are random enough that
 * a plain hash cannot be undone. What is open is also held here, because this process alone writes it.
 */
export class Keys {
  readonly #table: KeyTable;
  readonly #projectId: string;
  readonly #open = new Map<string, OpenKey & { hash: Buffer }>();

  private constructor(table: KeyTable, projectId: string) {
    this.#table = table;
    this.#projectId = projectId;
  }

  /**
   * Registers the key that this process was started with. Keys of earlier processes end, and with them the
   * session keys that were made with them; the same key given again goes on, and so do its session keys.
   */
  static async open(table: KeyTable, projectId: string, startUpKey: string): Promise<Keys> {
    const keys = new Keys(table, projectId);
    const row = await table.keys.ensure({
      projectId,
      kind: 'project',
      hash: hashOf(startUpKey).toString('hex'),
      prefix: prefixOf(startUpKey),
      parentId: null,
      expiresAt: null,
    });
    await table.keys.revokeOthers(projectId, row.id);
    await table.keys.forget(new Date(Date.now() - keptMs).toISOString());
    for (const open of await table.keys.listOpen(projectId)) keys.#admit(open);
    return keys;
  }

  /** @returns the key with this text; undefined when it opens nothing, or no longer. */
  find(text: string): OpenKey | undefined {
    const hash = hashOf(text);
    const kept = this.#open.get(hash.toString('hex'));
    if (!kept || !timingSafeEqual(kept.hash, hash)) return undefined;
    if (kept.expiresAt === undefined || kept.expiresAt > Date.now()) return kept;
    this.#open.delete(hash.toString('hex'));
    return undefined;
  }

  /** Makes a session key: 8 hours, but never longer than the key that it is made with. */
  async mint(parent: OpenKey): Promise<MintedKey> {
    const text = newKeyText();
    const end = Math.min(Date.now() + sessionKeyMs, parent.expiresAt ?? Number.POSITIVE_INFINITY);
    const expiresAt = new Date(end).toISOString();
    const row = await this.#table.keys.ensure({
      projectId: this.#projectId,
      kind: 'session',
      hash: hashOf(text).toString('hex'),
      prefix: prefixOf(text),
      parentId: parent.id,
      expiresAt,
    });
    for (const [hash, { expiresAt: ends }] of this.#open) {
      if (ends !== undefined && ends <= Date.now()) this.#open.delete(hash);
    }
    this.#admit(row);
    return { text, id: row.id, prefix: row.prefix, expiresAt };
  }

  #admit({ id, hash, expires_at: expiresAt }: KeyRow): void {
    this.#open.set(hash, {
      id,
      hash: Buffer.from(hash, 'hex'),
      ...(expiresAt === null ? {} : { expiresAt: Date.parse(expiresAt) }),
    });
  }
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** What people may see of a key, to tell it from others: of a short one no more than a third. */
function prefixOf(text: string): string {
  return text.slice(0, Math.min(12, Math.floor(text.length / 3)));
}
