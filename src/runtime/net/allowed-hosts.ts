import { isLocalName } from './addresses';

/** Where a host that may be called may be: `anywhere`, this machine included, or on the `public` internet only. */
export type Permission = 'anywhere' | 'public';

/** Before a host that may also be in the machine's own network. */
const privatePrefix = 'private:';

/**
 * The hosts that scripts may call: those that the person who started this process allows, and those of the
 * project's settings. An entry is a host (`api.example.com`, `api.example.com:8443`), a pattern
 * (`*.example.com`, `*`), or one of them after `private:`. A name is good for public addresses only, whatever it
 * resolves to, because others decide where it leads; `localhost`, an address that is written out, and what
 * follows `private:` are good for any.
 */
export class AllowedHosts {
  readonly #always: readonly string[];
  #project: readonly string[] = [];

  /** @param always entries as `readHost` gives them. */
  constructor(always: readonly string[]) {
    this.#always = always;
  }

  /** Replaces the project's hosts. @param hosts entries as `readHost` gives them. */
  setProject(hosts: readonly string[]): void {
    this.#project = hosts;
  }

  /** @returns undefined for a host that may not be called. */
  permit(url: URL): Permission | undefined {
    const matching = [...this.#always, ...this.#project].filter((entry) => matches(entry, url));
    if (matching.length === 0) return undefined;
    const openly = isLocalName(url.hostname) && matching.some((entry) => !entry.includes('*'));
    return openly || matching.some((entry) => entry.startsWith(privatePrefix)) ? 'anywhere' : 'public';
  }
}

function matches(entry: string, { protocol, hostname, port }: URL): boolean {
  const pattern = entry.startsWith(privatePrefix) ? entry.slice(privatePrefix.length) : entry;
  if (pattern === '*') return true;
  if (pattern.startsWith('*.')) return hostname.endsWith(pattern.slice(1));
  const usual = protocol === 'https:' ? '443' : '80';
  return pattern === hostname || pattern === `${hostname}:${port || usual}`;
}

/** @returns an entry as it is compared; undefined for text that is none. */
export function readHost(text: string): string | undefined {
  const entry = text.trim().toLowerCase();
  if (entry.startsWith(privatePrefix)) {
    const host = readPattern(entry.slice(privatePrefix.length));
    return host && `${privatePrefix}${host}`;
  }
  return readPattern(entry);
}

function readPattern(pattern: string): string | undefined {
  if (pattern === '*') return pattern;
  const wildcard = pattern.startsWith('*.');
  const plain = wildcard ? pattern.slice(2) : pattern;
  if (plain === '' || /[/?#@\\\s*]/.test(plain) || !URL.canParse(`http://${plain}/`)) return undefined;
  const { hostname } = new URL(`http://${plain}/`);
  const port = /:(\d+)$/.exec(plain)?.[1];
  if (wildcard) return port === undefined && !hostname.startsWith('[') ? `*.${hostname}` : undefined;
  // An address does not show a port that is the usual one; an entry that names it means it.
  return port === undefined || plain.endsWith(']') ? hostname : `${hostname}:${Number(port)}`;
}
