import { ModelError, type ModelErrorCode } from './errors';
import { type Connection, type Provider, whatToSet } from './providers';

/** Longest quotation of a provider's own words. */
const longestDetail = 300;

/** @returns the error of a failed request as a sentence: what happened, to which provider, what to do next. */
export function explainModelError(
  error: unknown,
  provider: Provider,
  name: string,
  connection: Connection,
): ModelError {
  if (error instanceof ModelError) return error;
  const cause = rootOf(error);
  const make = (message: string, code: ModelErrorCode, retryable = false): ModelError =>
    new ModelError(message, code, retryable, { cause: error });
  const { label } = provider;
  const status = statusOf(cause);
  const detail = detailOf(cause, connection);
  const said = detail === '' ? '' : ` It said: ${detail}`;
  if (status === 401 || status === 403) {
    return make(
      `${label} refused the key (${status}). Check ${connection.keyFrom ?? whatToSet(provider)}.`,
      'unauthorized',
    );
  }
  if (status === 402 || (status === 429 && /quota|billing|credit|balance/i.test(detail))) {
    return make(`The account at ${label} has no credit or quota left (${status}).${said}`, 'quota');
  }
  if (status === 429) {
    return make(
      `${label} gets too many requests from this account (429). Wait a moment and try again.${said}`,
      'rate_limited',
      true,
    );
  }
  if (
    status === 404 ||
    (status !== undefined && status < 500 && /model.{0,80}(?:not found|does not exist|unknown)/i.test(detail))
  ) {
    return make(
      `${label} has no model "${name}" (${status}). Check "model" in agent.jsonc.${said}`,
      'model_not_found',
    );
  }
  if (status !== undefined && status >= 500) {
    return make(
      `${label} is out of order right now (${status}). Try again later.${said}`,
      'unavailable',
      true,
    );
  }
  if (status !== undefined && status >= 400)
    return make(`${label} did not accept the request (${status}).${said}`, 'bad_request');
  // How @ai-sdk/openai-compatible says that the stream ended early.
  if (/ended without a finish reason/.test(detail)) return brokenOff(provider);
  const code = codeOf(cause);
  if (code !== undefined) return make(unreachable(provider, connection, code), 'network', true);
  return make(`${label} gave an answer that cannot be read. ${detail}`.trim(), 'failed');
}

/** @returns the error of an answer that ended before it was complete. */
export function brokenOff({ label }: Provider): ModelError {
  return new ModelError(`The answer of ${label} broke off in the middle. Try again.`, 'cut', true);
}

function unreachable(provider: Provider, { baseUrl, urlFrom }: Connection, code: string): string {
  const address = urlFrom ?? baseUrl;
  const where = address === undefined ? '' : ` at ${address}`;
  if (/^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)$/.test(code)) {
    return `The connection to ${provider.label}${where} broke off (${code}). Try again.`;
  }
  const hint =
    provider.id === 'ollama'
      ? 'Is Ollama running? Start it with "ollama serve".'
      : 'Check the network and the address.';
  return `${provider.label}${where} cannot be reached (${code}). ${hint}`;
}

/** The SDK wraps: a RetryError holds the last attempt's error, a failed fetch its cause. */
function rootOf(error: unknown): unknown {
  const last = field(error, 'lastError');
  return last === undefined ? error : rootOf(last);
}

function statusOf(error: unknown): number | undefined {
  const status = field(error, 'statusCode');
  return typeof status === 'number' ? status : undefined;
}

function codeOf(error: unknown): string | undefined {
  for (let at: unknown = error; at !== undefined && at !== null; at = field(at, 'cause')) {
    const code = field(at, 'code');
    if (typeof code === 'string' && /^(?:E[A-Z_]+|UND_ERR_\w+|CERT_\w+|[A-Z_]*CERT[A-Z_]*)$/.test(code))
      return code;
  }
  return undefined;
}

/** The provider's own words, without the secrets should they repeat them. */
function detailOf(error: unknown, { apiKey, baseUrl, urlFrom }: Connection): string {
  const body = field(error, 'responseBody');
  const own = typeof body === 'string' ? messageIn(body) : undefined;
  const message = own ?? (error instanceof Error ? error.message : messageOf(error));
  const hidden = [apiKey, urlFrom && baseUrl].flatMap((text) => (text ? [text] : []));
  const safe = hidden.reduce((text, secret) => text.replaceAll(secret, '…'), message);
  return safe.length > longestDetail ? `${safe.slice(0, longestDetail)}…` : safe;
}

function messageIn(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const inner = field(parsed, 'error') ?? (Array.isArray(parsed) ? field(parsed[0], 'error') : undefined);
    const message = field(inner, 'message') ?? inner ?? field(parsed, 'message');
    return typeof message === 'string' ? message : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function messageOf(error: unknown): string {
  const message = field(error, 'message') ?? field(field(error, 'error'), 'message');
  return typeof message === 'string' ? message : String(error);
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
