import { type KnownServer, normalizeBaseUrl } from '../../client';
import { CannotRun } from '../problem';

/** Where to run, and with which key. */
export interface Server {
  /** As it was configured. */
  url: string;
  apiKey: string;
}

interface Wanted {
  /** `--server`. */
  server?: string;
  /** The project's `apiUrl`. */
  suggested?: string;
}

/**
 * Chooses a server among those that are configured: the one that `--server` names, else that of the environment, else
 * that of the file. A key goes only to the origin that it is kept for; one from the environment without `TAVORA_URL`
 * also to the server that `--server` names, as both come from who started the command.
 *
 * A project's `apiUrl` never chooses: whoever wrote the project would say where a key goes.
 * @param known what `findServers` found
 * @returns undefined when none is configured
 * @throws CannotRun when there is no key for the server that is wanted, or its address is none
 */
export function chooseServer(
  { server }: Pick<Wanted, 'server'>,
  known: readonly KnownServer[],
  env: NodeJS.ProcessEnv,
): Server | undefined {
  const own = known.find(({ from }) => from === 'TAVORA_API_KEY');
  const wanted = server ?? (env.TAVORA_URL || undefined);
  if (wanted === undefined) {
    const [first] = own ? [own] : known;
    if (first) originOf(first.url, first.from);
    return first;
  }
  const name = server === undefined ? 'TAVORA_URL' : '--server';
  const origin = originOf(wanted, name);
  const unbound = own && !env.TAVORA_URL;
  const fitting = [...(own ? [own] : []), ...known.filter((one) => one !== own)].find(
    (one) => (one === own && unbound) || originOf(one.url, one.from) === origin,
  );
  if (fitting) return { url: wanted, apiKey: fitting.apiKey };
  const others = known.map((one) => `the one in ${one.from} is for ${originOf(one.url, one.from)}`);
  const why = others.length > 0 ? ` (${others.join(', ')})` : '';
  throw new CannotRun(
    `There is no API key for ${origin}${why}. Set TAVORA_API_KEY, together with TAVORA_URL=${origin}.`,
  );
}

/** @returns a sentence when the project asks for another server than the one that is used. */
export function otherServer({ suggested }: Wanted, used: string | undefined): string | undefined {
  if (suggested === undefined || suggested.includes('${')) return undefined;
  const asked = originOf(suggested, '"apiUrl" in tavora.jsonc');
  if (used !== undefined && originOf(used, 'the server') === asked) return undefined;
  return `The project names ${asked} as its server; it is not used, as a project does not choose where keys go. Name it with --server.`;
}

function originOf(url: string, where: string): string {
  try {
    return normalizeBaseUrl(url).origin;
  } catch (error) {
    if (error instanceof TypeError) throw new CannotRun(`${where}: ${error.message}`);
    throw error;
  }
}
