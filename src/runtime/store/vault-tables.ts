/** The tables of keys and secrets. */
export interface VaultTables {
  api_keys: KeyRow;
  vaults: VaultRow;
  secrets: SecretRow;
}

export interface KeyRow {
  id: string;
  project_id: string;
  /** `project`: given at the start of the process; `session`: made through the API. */
  kind: string;
  /** SHA-256 of the key, in hex. */
  hash: string;
  /** The key's first characters, to tell it from others. */
  prefix: string;
  /** The key that it was made with. */
  parent_id: string | null;
  expires_at: string | null;
  revoked_at: string | null;
  created_at: string;
}

export interface VaultRow {
  id: string;
  project_id: string;
  name: string;
  metadata: string;
  created_at: string;
  updated_at: string;
}

export interface SecretRow {
  vault_id: string;
  name: string;
  /** Fingerprint of the key-encryption key that wraps `wrapped_key`. */
  kek_id: string;
  /** The secret's own data key, sealed with the key-encryption key. */
  wrapped_key: Uint8Array;
  /** The secret, sealed with its data key. */
  sealed: Uint8Array;
  created_at: string;
  updated_at: string;
}
