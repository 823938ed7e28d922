/**
 * How a host may be called. `named` outright it is trusted wherever it points, this machine included; `public`,
 * by a pattern, only while it points to the internet.
 */
export type Permission = 'named' | 'public';

/** The hosts that the person who started this process allows, and those of its project's settings. */
export class AllowedHosts {
  readonly #always: readonly string[];
  #project: readonly string[] = [];

  /** @param always `api.example.com`, `api.example.com:8443`, `*.example.com`, or `*` for any. */
  constructor(always: readonly string[]) {
    this.#always = always.map((host) => host.toLowerCase());
  }

  /** Replaces the project's hosts. */
  setProject(hosts: readonly string[]): void {
    this.#project = hosts;
  }

  /** @returns undefined for a host that may not be called. */
  permit({ hostname, host }: URL): Permission | undefined {
    const allowed = [...this.#always, ...this.#project];
    if (allowed.includes(hostname) || allowed.includes(host)) return 'named';
    const byPattern = allowed.some((one) =>
      one === '*' ? true : one.startsWith('*.') && hostname.endsWith(one.slice(1)),
    );
    return byPattern ? 'public' : undefined;
  }
}

/** @returns a host as it is compared; undefined for text that is none. */
export function readHost(text: string): string | undefined {
  const host = text.trim().toLowerCase();
  if (host === '*') return host;
  const wildcard = host.startsWith('*.');
  const plain = wildcard ? host.slice(2) : host;
  if (plain === '' || /[/?#@\\\s*]/.test(plain) || !URL.canParse(`http://${plain}/`)) return undefined;
  const url = new URL(`http://${plain}/`);
  // A port is meant as written, also 80, which an address does not show.
  const port = /:(\d+)$/.exec(plain)?.[1];
  if (wildcard && (port !== undefined || url.hostname.startsWith('['))) return undefined;
  if (wildcard) return `*.${url.hostname}`;
  return port === undefined || port === '80' ? url.hostname : url.host;
}
