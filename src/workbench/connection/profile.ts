import * as z from 'zod/mini';
import { normalizeBaseUrl } from '../../client';
import type { ServerInfo } from './state';

/** The id of the embedded runtime, and the `url` of an environment that lives on it. */
export const embeddedId = 'embedded';

const StoredProfile = z.object({
  id: z.string().check(z.minLength(1)),
  label: z.string().check(z.minLength(1)),
  url: z.string(),
  project: z.optional(z.string()),
  environment: z.optional(z.string()),
  production: z.optional(z.boolean()),
  color: z.optional(z.enum(['warning', 'error'])),
});

/**
 * A server that a person added, or an environment on one. `url` is the server's origin or full base, or `embedded`.
 * `project` tells apart the keys of one server, which are one a project; `environment` is the wire's.
 */
export type Profile = z.infer<typeof StoredProfile>;

/**
 * Reads the setting `tavora.servers`.
 * @returns what can be used, each id once, and a sentence for each entry that cannot.
 */
export function readProfiles(value: unknown): { profiles: Profile[]; problems: string[] } {
  if (!Array.isArray(value)) {
    return {
      profiles: [],
      problems: ['The setting tavora.servers is not a list of {id, label, url}; no server is taken from it.'],
    };
  }
  const profiles: Profile[] = [];
  const problems: string[] = [];
  for (const [index, entry] of value.entries()) {
    const read = StoredProfile.safeParse(entry);
    if (!read.success) {
      const where = read.error.issues[0]?.path.join('.');
      problems.push(
        `Entry ${index + 1} of the setting tavora.servers is left out: it is no {id, label, url, project?, environment?, production?, color?}${where ? ` (see "${where}")` : ''}.`,
      );
      continue;
    }
    const problem = profileProblem(read.data, profiles);
    if (problem === undefined) {
      profiles.push(read.data);
    } else {
      problems.push(`The server "${read.data.label}" of the setting tavora.servers is left out: ${problem}`);
    }
  }
  return { profiles, problems };
}

function profileProblem({ id, url }: Profile, before: readonly Profile[]): string | undefined {
  if (id === embeddedId) return `The id "${embeddedId}" is the embedded runtime's.`;
  if (before.some((one) => one.id === id)) return `The id "${id}" is taken by an entry before it.`;
  return url === embeddedId ? undefined : urlProblem(url);
}

/** @returns the server as it is shown. @param embeddedOrigin where the embedded runtime listens, "" when it does not. */
export function serverInfo(profile: Profile | undefined, embeddedOrigin: string): ServerInfo {
  if (!profile) {
    return {
      id: embeddedId,
      label: 'Embedded runtime',
      origin: embeddedOrigin,
      embedded: true,
      production: false,
    };
  }
  const { id, label, url, project, environment, production = false, color } = profile;
  const embedded = url === embeddedId;
  return {
    id,
    label,
    origin: embedded ? embeddedOrigin : normalizeBaseUrl(url).origin,
    embedded,
    production,
    ...(project ? { project } : {}),
    ...(environment ? { environment } : {}),
    ...(color ? { color } : production ? { color: 'error' } : {}),
  };
}

/** @returns what is wrong with a server's address, or undefined. */
export function urlProblem(text: string): string | undefined {
  try {
    normalizeBaseUrl(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** True for an address that stays on this machine, where plain http gives nothing away. */
export function isLoopback(origin: string): boolean {
  const { hostname } = new URL(origin);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
