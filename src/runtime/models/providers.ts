import type { LanguageModel } from 'ai';

/** Environment variables as the runtime was started with them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Connection {
  apiKey?: string;
  baseUrl?: string;
  fetch?: typeof fetch;
}

/** A company or a program that models are asked of. */
export interface Provider {
  id: string;
  label: string;
  /** Variables that hold the key, the first that is set counts; none when it needs no key. */
  keys: readonly string[];
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
    baseUrl: 'OPENROUTER_BASE_URL',
    defaultUrl: 'https://openrouter.ai/api/v1',
    load: (name, connection) => compatible(name, connection, 'openrouter'),
  },
  {
    id: 'ollama',
    label: 'Ollama',
    // A program on this machine is there or it is not: waiting for it only hides that it was not started.
    retries: 0,
    keys: [],
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

/** @returns how to reach a provider as the environment says; undefined when something must be set first. */
export function connectionOf(provider: Provider, env: Environment): Connection | undefined {
  const apiKey = provider.keys.map((name) => env[name]?.trim()).find((value) => value);
  const baseUrl = (provider.baseUrl && env[provider.baseUrl]?.trim()) || provider.defaultUrl;
  if (provider.id === 'compatible') {
    return baseUrl === undefined ? undefined : { apiKey: env.OPENAI_API_KEY?.trim() || undefined, baseUrl };
  }
  return provider.keys.length > 0 && apiKey === undefined ? undefined : { apiKey, baseUrl };
}

/** @returns what to set so that a provider can be reached, for a sentence. */
export function whatToSet({ keys, baseUrl }: Provider): string {
  return keys.length > 0 ? keys.join(' or ') : (baseUrl ?? '');
}

/** Prefixes of names that people write without their provider. */
const families: readonly [pattern: RegExp, provider: string][] = [
  [/^(?:gpt-|chatgpt-|o\d(?:-|$)|ft:gpt-)/i, 'openai'],
  [/^claude-/i, 'anthropic'],
  [/^gemini-/i, 'google'],
  [/^[\w.-]+:[\w.-]+$/, 'ollama'],
];
const aliases: Readonly<Record<string, string>> = {
  gemini: 'google',
  lmstudio: 'compatible',
  vllm: 'compatible',
  'openai-compatible': 'compatible',
};

/** @returns provider and name of a model as people write it: "openai/gpt-5", "gemini/…", "claude-…", "qwen3:8b". */
export function readModelId(model: string): { provider: string | undefined; name: string } {
  const [head = '', ...rest] = model.trim().split('/');
  if (rest.length > 0) {
    const id = head.toLowerCase();
    return { provider: aliases[id] ?? id, name: rest.join('/') };
  }
  return { provider: families.find(([pattern]) => pattern.test(head))?.[1], name: head };
}
