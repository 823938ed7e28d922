import { createHash } from 'node:crypto';

/** What a source hash is taken over: a path relative to the project, and the file's bytes. */
export interface HashedFile {
  path: string;
  bytes: Uint8Array;
}

/** @returns `sha256:` followed by the lower-case hex digest of the bytes. */
export function hashBytes(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/**
 * Order in which a source hash takes paths: by their UTF-8 bytes, as Go sorts strings. JavaScript's own order
 * is by UTF-16 units and differs where a surrogate pair meets a unit above it; made without encoding either
 * text, because a large workspace has many paths.
 */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointOrder(x) - codePointOrder(y);
  }
  return a.length - b.length;
}

/** Moves surrogates, which stand for the highest code points, above every other unit. */
function codePointOrder(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}

/**
 * Hash of one agent's source: the path's bytes, then the file's bytes, for each file in byte order of its path.
 * @returns `sha256:` and hex.
 */
export function agentSourceHash(files: readonly HashedFile[]): string {
  const hash = createHash('sha256');
  for (const file of [...files].sort((a, b) => compareBytes(a.path, b.path))) {
    hash.update(file.path, 'utf8').update(file.bytes);
  }
  return `sha256:${hash.digest('hex')}`;
}

/**
 * Hash of a project: the id, then the source hash as text, for each agent in load order.
 * @returns `sha256:` and hex.
 */
export function projectSourceHash(agents: readonly { id: string; sourceHash: string }[]): string {
  const hash = createHash('sha256');
  for (const agent of agents) hash.update(agent.id, 'utf8').update(agent.sourceHash, 'utf8');
  return `sha256:${hash.digest('hex')}`;
}
