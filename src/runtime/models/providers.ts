import type { LanguageModel } from 'ai';
import type { ConventionalSecret } from '../../protocol';
import type { Secrets } from '../vault';

/** Environment variables as the runtime was started with them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where keys and addresses come from: the project's vault, and where it has none, the environment. */
export interface Settings {
  secrets: Secrets;
  env: Environment;
}

export interface Connection {
  apiKey?: string;
  /** What the key was read from, for a sentence. */
  keyFrom?: string;
  baseUrl?: string;
  /** What to call the address in a sentence, where it is a secret itself. */
  urlFrom?: string;
  fetch?: typeof fetch;
}

/** A company or a program that models are asked of. */
export interface Provider {
  id: string;
  label: string;
  /** Variables that hold the key, the first that is set counts; none when it needs no key. */
  keys: readonly string[];
  /** Secret of the vault that holds the key, and counts before the variables. */
  keySecret?: ConventionalSecret;
  /** Secret of the vault that holds another address, and counts before the variable. */
  urlSecret?: ConventionalSecret;
  /** Variable that holds another address. */
  baseUrl?: string;
  /** The address without that variable; undefined when the provider's own package knows it. */
  defaultUrl?: string;
  /** Attempts after the first, for 429, 5xx and a network that fails, before any text has come. */
  retries: number;
  /** Loads the SDK, so that a runtime that asks no model over the network never pays for it. */
  load(name: string, connection: Connection): Promise<LanguageModel>;
}

async function compatible(
  name: string,
  { apiKey, baseUrl = '', fetch }: Connection,
  id: string,
): Promise<LanguageModel> {
  const { createOpenAICompatible } = await import('./sdk');
  return createOpenAICompatible({ name: id, apiKey, baseURL: baseUrl, fetch, includeUsage: true })(name);
}

export const providers: readonly Provider[] = [
  {
    id: 'openai',
    label: 'OpenAI',
    retries: 2,
    keys: ['OPENAI_API_KEY'],
    keySecret: 'openai_api_key',
    baseUrl: 'OPENAI_BASE_URL',
    async load(name, { apiKey, baseUrl, fetch }) {
      // Servers that only resemble OpenAI speak its older protocol.
      if (baseUrl !== undefined) return compatible(name, { apiKey, baseUrl, fetch }, 'openai');
      const { createOpenAI } = await import('./sdk');
      return createOpenAI({ apiKey, fetch })(name);
    },
  },
  {
    id: 'anthropic',
    label: 'Anthropic',
    retries: 2,
    keys: ['ANTHROPIC_API_KEY'],
    keySecret: 'anthropic_api_key',
    baseUrl: 'ANTHROPIC_BASE_URL',
    async load(name, { apiKey, baseUrl, fetch }) {
      const { createAnthropic } = await import('./sdk');
      return createAnthropic({ apiKey, baseURL: baseUrl, fetch })(name);
    },
  },
  {
    id: 'google',
    label: 'Google',
    retries: 2,
    keys: ['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY'],
    keySecret: 'gemini_api_key',
    baseUrl: 'GOOGLE_GENERATIVE_AI_BASE_URL',
    async load(name, { apiKey, baseUrl, fetch }) {
      const { createGoogleGenerativeAI } = await import('./sdk');
      return createGoogleGenerativeAI({ apiKey, baseURL: baseUrl, fetch })(name);
    },
  },
  {
    id: 'openrouter',
    label: 'OpenRouter',
    retries: 2,
    keys: ['OPENROUTER_API_KEY'],
    keySecret: 'openrouter_api_key',
    baseUrl: 'OPENROUTER_BASE_URL',
    defaultUrl: 'https://openrouter.ai/api/v1',
    load: (name, connection) => compatible(name, connection, 'openrouter'),
  },
  {
    id: 'edenai',
    label: 'Eden AI',
    retries: 2,
    keys: ['EDENAI_API_KEY'],
    keySecret: 'edenai_api_key',
    baseUrl: 'EDENAI_BASE_URL',
    defaultUrl: 'https://api.edenai.run/v3',
    load: (name, connection) => compatible(name, connection, 'edenai'),
  },
  {
    id: 'ollama',
    label: 'Ollama',
    // A program on this machine is there or it is not: waiting for it only hides that it was not started.
    retries: 0,
    keys: [],
    urlSecret: 'ollama_base_url',
    baseUrl: 'OLLAMA_BASE_URL',
    defaultUrl: 'http://127.0.0.1:11434',
    load: (name, { baseUrl = '', fetch }) => {
      // People name Ollama's own address; its OpenAI-compatible interface is below /v1.
      const root = baseUrl.replace(/\/+$/, '');
      return compatible(name, { baseUrl: root.endsWith('/v1') ? root : `${root}/v1`, fetch }, 'ollama');
    },
  },
  {
    id: 'compatible',
    label: 'The OpenAI-compatible server',
    retries: 2,
    keys: [],
    baseUrl: 'OPENAI_BASE_URL',
    load: (name, connection) => compatible(name, connection, 'compatible'),
  },
];

/**
 * @returns how to reach a provider as vault and environment say; undefined when something must be set first.
 * @throws SealedError when the vault has a secret for it that cannot be opened.
 */
export function connectionOf(provider: Provider, { secrets, env }: Settings): Connection | undefined {
  const { keySecret, urlSecret, keys, baseUrl: urlVariable, defaultUrl } = provider;
  const secret = (keySecret && secrets.read(keySecret)?.trim()) || undefined;
  const variable = keys.find((name) => env[name]?.trim());
  const apiKey = secret ?? (variable && env[variable]?.trim());
  const keyFrom = secret === undefined ? variable : `the secret "${keySecret}" of the vault`;
  const secretUrl = (urlSecret && secrets.read(urlSecret)?.trim()) || undefined;
  const urlFrom = secretUrl === undefined ? undefined : `the address in the secret "${urlSecret}"`;
  const baseUrl = secretUrl ?? ((urlVariable && env[urlVariable]?.trim()) || defaultUrl);
  if (provider.id === 'compatible') {
    const given = env.OPENAI_API_KEY?.trim() || undefined;
    return baseUrl === undefined ? undefined : { apiKey: given, keyFrom: 'OPENAI_API_KEY', baseUrl };
  }
  return keys.length > 0 && apiKey === undefined ? undefined : { apiKey, keyFrom, baseUrl, urlFrom };
}

/** @returns whether a person has set something up for this provider, be it right or not. */
export function isConfigured(provider: Provider, { secrets, env }: Settings): boolean {
  const { keySecret, urlSecret, keys, baseUrl } = provider;
  if ([keySecret, urlSecret].some((name) => name !== undefined && secrets.has(name))) return true;
  const variables = keys.length > 0 ? keys : [baseUrl ?? ''];
  return variables.some((name) => Boolean(env[name]?.trim()));
}

/** @returns what to set so that a provider can be reached, for a sentence. */
export function whatToSet({ keys, baseUrl, keySecret, urlSecret }: Provider): string {
  const variables = keys.length > 0 ? keys.join(' or ') : (baseUrl ?? '');
  const secret = keySecret ?? urlSecret;
  return secret === undefined
    ? `${variables} in the environment and restart the runtime`
    : `the secret "${secret}" in the project's vault, or ${variables} in the environment`;
}
