import * as z from 'zod/mini';
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

const Query = z.object({
  server: z.string(),
  project: z.string(),
  environment: z.string(),
  agentId: z.string(),
  serverId: z.string(),
  which: z.union([
    z.object({ kind: z.literal('version'), id: z.string(), semver: z.string() }),
    z.object({ kind: z.literal('draft') }),
    z.object({ kind: z.literal('source'), hash: z.string() }),
  ]),
});

/**
 * `/<agent>/<version>/<path>`, which a person reads in tabs and breadcrumbs, and a query that says all that is needed
 * to read the file again after a window was reloaded.
 */
export function addressOf({ agent, which, path }: Place): Address {
  const { server, project, environment, agentId, serverId } = agent;
  const query: z.infer<typeof Query> = { server, project, environment, agentId, serverId, which };
  const folder = `/${segment(agentId)}/${segment(whichLabel(which))}`;
  return { path: path ? `${folder}/${path}` : folder, query: JSON.stringify(query) };
}

/** @returns what an address stands for, or undefined when it is not one of ours. */
export function readAddress({ path, query }: Address): Place | undefined {
  let value: unknown;
  try {
    value = JSON.parse(query);
  } catch {
    return undefined;
  }
  const read = Query.safeParse(value).data;
  const below = /^\/[^/]+\/[^/]+(?:\/(.*))?$/s.exec(path);
  if (!read || !below) return undefined;
  const { which, ...agent } = read;
  return { agent, which, path: (below[1] ?? '').replace(/\/$/, '') };
}

/** Only to be read by people: the query says what is meant. */
function segment(text: string): string {
  const plain = text.replace(/[/\\]/g, '_');
  return /^\.*$/.test(plain) ? '_' : plain;
}
