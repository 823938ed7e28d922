import { normalizeBaseUrl } from '../../client';
import type { ServerInfo } from './state';

/** The id of the embedded runtime, and the `url` of an environment that lives on it. */
export const embeddedId = 'embedded';

/**
 * A server that a person added, or an environment on one. `url` is the server's origin or full base, or `embedded`.
 * `project` tells apart the keys of one server, which are one a project; `environment` is the wire's.
 */
export interface Profile {
  id: string;
  label: string;
  url: string;
  project?: string | undefined;
  environment?: string | undefined;
  production?: boolean | undefined;
  color?: 'warning' | 'error' | undefined;
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string' && value !== '';
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

// By hand: it is read while the extension is activated, and the schema library would be loaded for it alone.
const fields: Record<keyof Profile, Check> = {
  id: isText,
  label: isText,
  url: (value) => typeof value === 'string',
  project: optional((value) => typeof value === 'string'),
  environment: optional((value) => typeof value === 'string'),
  production: optional((value) => typeof value === 'boolean'),
  color: optional((value) => value === 'warning' || value === 'error'),
};

/** @returns an entry with the fields that are known, or the name of the first that cannot be used, "" for no object. */
function readProfile(value: unknown): Profile | string {
  if (typeof value !== 'object' || value === null) return '';
  const found: Record<string, unknown> = { ...value };
  const names = Object.keys(fields) as (keyof Profile)[];
  const wrong = names.find((name) => !fields[name](found[name]));
  if (wrong !== undefined) return wrong;
  return Object.fromEntries(
    names.filter((name) => name in found).map((name) => [name, found[name]]),
  ) as unknown as Profile;
}

/**
 * Reads the setting `tavora.servers`.
 * @returns what can be used, each id once, with its place in the list, and a sentence for each entry that cannot.
 */
export function readProfiles(value: unknown): {
  profiles: Profile[];
  places: ReadonlyMap<string, number>;
  problems: string[];
} {
  if (!Array.isArray(value)) {
    return {
      profiles: [],
      places: new Map(),
      problems: ['The setting tavora.servers is not a list of {id, label, url}; no server is taken from it.'],
    };
  }
  const profiles: Profile[] = [];
  const places = new Map<string, number>();
  const problems: string[] = [];
  for (const [index, entry] of value.entries()) {
    const read = readProfile(entry);
    if (typeof read === 'string') {
      problems.push(
        `Entry ${index + 1} of the setting tavora.servers is left out: it is no {id, label, url, project?, environment?, production?, color?}${read ? ` (see "${read}")` : ''}.`,
      );
      continue;
    }
    const problem = profileProblem(read, profiles);
    if (problem === undefined) {
      profiles.push(read);
      places.set(read.id, index);
    } else {
      problems.push(`The server "${read.label}" of the setting tavora.servers is left out: ${problem}`);
    }
  }
  return { profiles, places, problems };
}

/**
 * Adds a server to the setting `tavora.servers`, or replaces the one with its id. Every other entry stays as it is
 * written, those that cannot be used too.
 * @returns undefined when the setting is not a list.
 */
export function withProfile(value: unknown, profile: Profile): unknown[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const place = readProfiles(value).places.get(profile.id);
  return place === undefined ? [...value, profile] : value.with(place, profile);
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

/** @returns whether two entries lead to the same, whatever they are called and however they are marked. */
export function isSamePlace(one: Profile | undefined, other: Profile | undefined): boolean {
  return (
    one?.id === other?.id &&
    one?.url === other?.url &&
    one?.project === other?.project &&
    one?.environment === other?.environment
  );
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
