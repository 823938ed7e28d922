import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyRing, WrappingKey } from './key-ring';

/** Where a sealed secret belongs: it opens nowhere else. */
export interface Place {
  vaultId: string;
  name: string;
}

/** A secret as it is kept. */
export interface Envelope {
  /** Fingerprint of the wrapping key. */
  kekId: string;
  /** The data key, sealed with the wrapping key. */
  wrappedKey: Uint8Array;
  /** The secret, sealed with the data key. */
  sealed: Uint8Array;
}

/** A secret that cannot be opened; the message says why, for people. */
export class SealedError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SealedError';
  }
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

/** Seals a secret with a data key of its own, which is sealed with the ring's current key. */
export function sealSecret(ring: KeyRing, place: Place, plaintext: string): Envelope {
  const dataKey = randomBytes(keyBytes);
  try {
    return {
      kekId: ring.current.id,
      wrappedKey: seal(ring.current.bytes, dataKey, bound(place, 'key')),
      sealed: seal(dataKey, Buffer.from(plaintext, 'utf8'), bound(place, 'value')),
    };
  } finally {
    dataKey.fill(0);
  }
}

/** @throws SealedError when the ring lacks its key, or the envelope is not what was written for this place. */
export function openSecret(ring: KeyRing, place: Place, envelope: Envelope): string {
  const dataKey = openDataKey(ring, place, envelope);
  try {
    return open(dataKey, envelope.sealed, bound(place, 'value')).toString('utf8');
  } catch (error) {
    throw damaged(place, error);
  } finally {
    dataKey.fill(0);
  }
}

/** @returns the envelope with its data key wrapped by the ring's current key; the secret itself stays sealed. */
export function rewrap(ring: KeyRing, place: Place, envelope: Envelope): Envelope {
  const dataKey = openDataKey(ring, place, envelope);
  try {
    const wrappedKey = seal(ring.current.bytes, dataKey, bound(place, 'key'));
    return { ...envelope, kekId: ring.current.id, wrappedKey };
  } finally {
    dataKey.fill(0);
  }
}

/** @returns the ring's key with this fingerprint. */
export function findKey({ current, old }: KeyRing, id: string): WrappingKey | undefined {
  return [current, ...old].find((key) => key.id === id);
}

function openDataKey(ring: KeyRing, place: Place, { kekId, wrappedKey }: Envelope): Buffer {
  const key = findKey(ring, kekId);
  if (!key) {
    throw new SealedError(
      `The secret "${place.name}" was sealed with another key (${kekId}) than this runtime has ` +
        `(${ring.current.id}). Store the secret again, or start the runtime with that key in TAVORA_SECRET_OLD_KEKS.`,
    );
  }
  try {
    return open(key.bytes, wrappedKey, bound(place, 'key'));
  } catch (error) {
    throw damaged(place, error);
  }
}

function damaged({ name }: Place, cause: unknown): SealedError {
  return new SealedError(
    `The secret "${name}" is not what was stored under this name: its record was changed. Store it again.`,
    { cause },
  );
}

/** @returns what binds a record to its vault, its name and its part, so that no two can be swapped. */
function bound({ vaultId, name }: Place, part: 'key' | 'value'): Buffer {
  return Buffer.from(JSON.stringify(['tavora.secret.v1', part, vaultId, name]), 'utf8');
}

/** @returns nonce, ciphertext and tag, one after the other. */
function seal(key: Buffer, plaintext: Buffer, context: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(context);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** @throws when key, context or any bit is not the one it was sealed with. */
function open(key: Buffer, sealed: Uint8Array, context: Buffer): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.byteLength < nonceBytes + tagBytes) throw new Error('The record is too short.');
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(context).setAuthTag(bytes.subarray(-tagBytes));
  const body = bytes.subarray(nonceBytes, -tagBytes);
  return Buffer.concat([decipher.update(body), decipher.final()]);
}
