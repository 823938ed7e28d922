import { type AgentSource, type Which, whichLabel } from './source';

/** The scheme of the read-only files of versions and drafts. */
export const tavoraScheme = 'tavora';

/** The parts of a URI that are ours; the editor encodes them. */
export interface Address {
  path: string;
  query: string;
}

/** What an address stands for. `path` is "" for the folder of all files. */
export interface Place {
  agent: AgentSource;
  which: Which;
  path: string;
}

/** `path` is of the file where the address is shown under another one. */
type Query = AgentSource & { which: Which; path?: string };

/** @returns whether it is a query that `addressOf` made, and not what somebody typed. */
function isQuery(value: unknown): value is Query {
  if (!isRecord(value) || !isRecord(value.which)) return false;
  const { server, project, environment, agentId, serverId, which, path = '' } = value;
  if (!areTexts(server, project, environment, agentId, serverId, path)) return false;
  switch (which.kind) {
    case 'version':
      return areTexts(which.id, which.semver);
    case 'draft':
      return true;
    case 'source':
      return areTexts(which.hash);
    default:
      return false;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function areTexts(...values: unknown[]): boolean {
  return values.every((value) => typeof value === 'string');
}

/**
 * `/<agent>/<version>/<path>`, which a person reads in tabs and breadcrumbs, and a query that says all that is needed
 * to read the file again after a window was reloaded.
 * @param shown a path to be read in its place: beside a file of another path the editor shows one as renamed
 */
export function addressOf({ agent, which, path }: Place, shown?: string): Address {
  const { server, project, environment, agentId, serverId } = agent;
  const query: Query = { server, project, environment, agentId, serverId, which };
  if (shown !== undefined) {
    return { path: shown, query: JSON.stringify({ ...query, path }) };
  }
  const folder = `/${segment(agentId)}/${segment(whichLabel(which))}`;
  return { path: path ? `${folder}/${path}` : folder, query: JSON.stringify(query) };
}

/** @returns `/<agent>/<path>` of an address's path, to be shown where two versions are compared: neither is the other. */
export function pathWithoutVersion(path: string): string {
  return path.replace(/^(\/[^/]+)\/[^/]+(?=\/)/, '$1');
}

/** @returns what an address stands for, or undefined when it is not one of ours. */
export function readAddress({ path, query }: Address): Place | undefined {
  let value: unknown;
  try {
    value = JSON.parse(query);
  } catch {
    return undefined;
  }
  const below = /^\/[^/]+\/[^/]+(?:\/(.*))?$/s.exec(path);
  if (!isQuery(value)) return undefined;
  const { which, server, project, environment, agentId, serverId } = value;
  const agent = { server, project, environment, agentId, serverId };
  if (value.path !== undefined) return { agent, which, path: value.path };
  if (!below) return undefined;
  return { agent, which, path: (below[1] ?? '').replace(/\/$/, '') };
}

/** Only to be read by people: the query says what is meant. */
function segment(text: string): string {
  const plain = text.replace(/[/\\]/g, '_');
  return /^\.*$/.test(plain) ? '_' : plain;
}
