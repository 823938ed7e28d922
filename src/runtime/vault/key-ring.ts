import { createHash } from 'node:crypto';

/** Environment variables. */
type Environment = Record<string, string | undefined>;

/** A key that wraps the data keys of secrets. */
export interface WrappingKey {
  /** Fingerprint: says which key a secret needs, and nothing of the key. */
  id: string;
  bytes: Buffer;
}

/** The wrapping keys of this process. Neither is ever written to disk. */
export interface KeyRing {
  /** What new secrets are sealed with. */
  current: WrappingKey;
  /** Earlier keys, for reading and for wrapping anew. */
  old: readonly WrappingKey[];
}

/** Environment variable with the key that secrets are sealed with: 32 bytes in base64 or hexadecimal. */
export const kekVariable = 'TAVORA_SECRET_KEK';
/** Environment variable with keys that were in use before, separated by commas. */
export const oldKeksVariable = 'TAVORA_SECRET_OLD_KEKS';

const keyBytes = 32;

/** A variable that holds no key; the message names it, never its value. */
export class KeyRingError extends Error {}

/**
 * Reads the wrapping keys and takes them out of the environment, where a worker, a child process or a crash
 * report would find them.
 * @returns undefined when no key is set.
 * @throws KeyRingError
 */
export function takeKeyRing(env: Environment): KeyRing | undefined {
  const { [kekVariable]: current, [oldKeksVariable]: old } = env;
  delete env[kekVariable];
  delete env[oldKeksVariable];
  return readKeyRing({ [kekVariable]: current, [oldKeksVariable]: old });
}

function readKeyRing(env: Readonly<Environment>): KeyRing | undefined {
  const current = env[kekVariable]?.trim();
  if (!current) return undefined;
  const old = (env[oldKeksVariable] ?? '').split(',').map((text) => text.trim());
  return {
    current: readKey(current, kekVariable),
    old: old.filter(Boolean).map((text) => readKey(text, oldKeksVariable)),
  };
}

function readKey(text: string, variable: string): WrappingKey {
  const isHex = /^[0-9a-f]{64}$/i.test(text);
  const bytes = Buffer.from(text, isHex ? 'hex' : 'base64');
  if (bytes.byteLength !== keyBytes || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) {
    throw new KeyRingError(
      `${variable} is not a key: it must be ${keyBytes} random bytes in base64 or hexadecimal, such as "openssl rand -base64 32" prints.`,
    );
  }
  return { id: fingerprint(bytes), bytes };
}

function fingerprint(key: Buffer): string {
  return createHash('sha256').update('tavora vault key').update(key).digest('hex').slice(0, 16);
}
