import type { ExportResult } from '../../protocol';
import { projectConfigPath } from '../config/project-config';
import { agentSourceHash } from '../hash';
import { filesFromManifest, ManifestError } from '../manifest';
import { isSafePath } from '../paths';
import type { Texts } from './plan';

/** Most that is taken from a server: files, bytes of one file, bytes of all. */
const limits = { files: 20_000, fileBytes: 4 * 1024 * 1024, bytes: 64 * 1024 * 1024 };

/** Names that Windows keeps for devices, whatever their extension. */
const device = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** Characters that Windows does not have in names, and those that make a name look like another. */
const strange = /[<>:"|?*\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

/** A source from a server that cannot be written into a folder. The message is a sentence for people. */
export class ReceivedError extends Error {
  override readonly name = 'ReceivedError';
}

/** An agent of a received source. */
export interface ReceivedAgent {
  id: string;
  sourceHash: string;
  paths: string[];
  /** Only some of its files could be had: one that is not among `paths` is not known, and not gone. */
  partial?: boolean;
  /** Files that the server has of it in an older state than of another agent, whose state was taken: so it is partial. */
  outdated?: string[];
}

/** What a server has of a project, checked and decoded. */
export interface ReceivedSource {
  files: Texts;
  agents: ReceivedAgent[];
}

/**
 * Reads what a server gave out, and trusts none of it: neither its paths nor its sizes nor its hashes.
 * @throws ReceivedError for what must not be written: paths outside the folder, of tools or of hidden files, names
 *   that some system does not have or takes for one another, too much, what does not fit its hash, and what is no text.
 */
export async function receiveSource(exported: ExportResult): Promise<ReceivedSource> {
  const listed = exported.agents.flatMap(({ files }) => files);
  checkSizes(listed);
  checkPaths(listed.map(({ path }) => path));
  const bytes = await decodeFiles(exported);
  const files = new Map<string, string>();
  for (const [path, content] of bytes) {
    const text = decodeText(content);
    if (text === undefined) throw new ReceivedError(`The file "${path}" is not UTF-8 text.`);
    files.set(path, text);
  }
  const agents = exported.agents.map(({ id, files: own }) => {
    const paths = own.map(({ path }) => path);
    const hashed = paths.map((path) => ({ path, bytes: bytes.get(path) ?? new Uint8Array() }));
    return { id, sourceHash: agentSourceHash(hashed), paths };
  });
  return { files, agents };
}

/** @returns why a path from a server is not written, as the end of "The path … "; undefined for one that is. */
export function pathProblem(path: string): string | undefined {
  if (!isSafePath(path)) return 'is not a plain path inside the project';
  if (path.toLowerCase() === projectConfigPath) return 'is the project’s own settings, which stay yours';
  for (const part of path.split('/')) {
    if (part.startsWith('.')) return 'leads to hidden files, which tools and the editor obey';
    if (part.toLowerCase() === 'node_modules') return 'leads to installed code';
    if (part.endsWith('.') || part.endsWith(' ')) return 'has a name that Windows takes for another';
    if (device.test(part)) return 'has a name that Windows keeps for a device';
    if (strange.test(part)) return 'has a character that some systems do not have in names';
  }
  return undefined;
}

function checkSizes(listed: readonly { path: string; content: string }[]): void {
  if (listed.length > limits.files) {
    throw new ReceivedError(`It has ${listed.length} files; at most ${limits.files} are taken.`);
  }
  let all = 0;
  for (const { path, content } of listed) {
    // Base64 takes four characters for three bytes; plain text is longer still.
    const bytes = content.length * 0.75;
    if (bytes > limits.fileBytes) {
      throw new ReceivedError(
        `The file ${shown(path)} is larger than ${limits.fileBytes / 1024 / 1024} MiB.`,
      );
    }
    all += bytes;
  }
  if (all > limits.bytes) {
    throw new ReceivedError(`It is larger than ${limits.bytes / 1024 / 1024} MiB.`);
  }
}

function checkPaths(paths: readonly string[]): void {
  const seen = new Map<string, string>();
  const folders = new Map<string, string>();
  for (const path of paths) {
    const problem = pathProblem(path);
    if (problem !== undefined) throw new ReceivedError(`The path ${shown(path)} ${problem}.`);
    const alike = folded(path);
    const other = seen.get(alike);
    if (other !== undefined && other !== path) {
      throw new ReceivedError(
        `The paths "${other}" and "${path}" are the same file on some systems; rename one of them.`,
      );
    }
    seen.set(alike, path);
    const parts = alike.split('/');
    for (let depth = 1; depth < parts.length; depth++) folders.set(parts.slice(0, depth).join('/'), path);
  }
  for (const [alike, path] of seen) {
    const inside = folders.get(alike);
    if (inside !== undefined) {
      throw new ReceivedError(`"${path}" is a file and, in "${inside}", a folder too.`);
    }
  }
}

/** A path as it can be shown, whatever is in it. */
function shown(path: string): string {
  return JSON.stringify(path.length > 120 ? `${path.slice(0, 120)}…` : path);
}

function folded(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

async function decodeFiles(exported: ExportResult): Promise<Map<string, Uint8Array>> {
  try {
    const files = filesFromManifest({ ...exported, sourceHash: '', generatedAt: '' });
    const bytes = new Map<string, Uint8Array>();
    for (const path of await files.list()) {
      const content = path === projectConfigPath ? undefined : await files.read(path);
      if (content) bytes.set(path, content);
    }
    return bytes;
  } catch (error) {
    if (error instanceof ManifestError) throw new ReceivedError(error.message, { cause: error });
    throw error;
  }
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
