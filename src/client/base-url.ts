import { apiBase } from '../protocol';

const local = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(\/|$)/i;

/**
 * Reads the address of a server as people write it: an origin or the full base, with or without slashes at the
 * end; without a scheme it is `http` for this machine and `https` for any other.
 * @param text what a person, a settings file or a project's `apiUrl` says
 * @returns the origin (what a key is bound to) and the base, without a slash at the end
 * @throws TypeError with a sentence for people when the text is no address of an HTTP server
 */
export function normalizeBaseUrl(text: string): { origin: string; base: string } {
  const trimmed = text.trim();
  if (!trimmed) throw new TypeError('The address of the Tavora server is empty.');
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)
    ? trimmed
    : `${local.test(trimmed) ? 'http' : 'https'}://${trimmed}`;
  if (!URL.canParse(withScheme)) {
    throw new TypeError(
      `“${trimmed}” is not the address of a server. It should look like https://api.tavora.ai.`,
    );
  }
  const url = new URL(withScheme);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`A Tavora server is reached over http or https, not ${url.protocol.slice(0, -1)}.`);
  }
  if (url.username || url.password) {
    throw new TypeError(
      'The address of a Tavora server must not hold a user name or password; keys are kept apart.',
    );
  }
  const path = url.pathname.replace(/^\/+/, '/').replace(/\/+$/, '');
  const base = path.endsWith(apiBase) ? path : path + apiBase;
  return { origin: url.origin, base: url.origin + base };
}
