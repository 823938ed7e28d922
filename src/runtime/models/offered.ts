import * as z from 'zod/mini';
import type { Log } from '../log';
import {
  type Connection,
  connectionOf,
  isConfigured,
  type Provider,
  providers,
  type Settings,
} from './providers';
import { rehearsalModelId } from './types';

/** The models that agents of this runtime may name. */
export interface OfferedModels {
  /** @returns ids as `provider/name`; of a provider that does not tell, none. */
  list(): Promise<string[]>;
}

export interface OfferedOptions {
  log: Pick<Log, 'info'>;
  /** Another way to the network, such as a proxy's. */
  fetch?: typeof fetch;
  /** How long a provider may take, in milliseconds. */
  patienceMs?: number;
}

/** How long a list is good, in milliseconds: one that a provider gave, and the lack of one. */
const freshMs = { given: 5 * 60_000, failed: 30_000 };

/** How a provider tells what it has. */
interface Listing {
  /** Address without the one that a person has set. */
  base?: string;
  path: string;
  headers(apiKey: string): Record<string, string>;
}

const bearer = (apiKey: string): Record<string, string> =>
  apiKey ? { authorization: `Bearer ${apiKey}` } : {};

const listings: Readonly<Record<string, Listing>> = {
  openai: { base: 'https://api.openai.com/v1', path: '/models', headers: bearer },
  anthropic: {
    base: 'https://api.anthropic.com/v1',
    path: '/models?limit=1000',
    headers: (apiKey) => ({ 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' }),
  },
  google: {
    base: 'https://generativelanguage.googleapis.com/v1beta',
    path: '/models?pageSize=1000',
    headers: (apiKey) => ({ 'x-goog-api-key': apiKey }),
  },
  openrouter: { path: '/models', headers: bearer },
  // Its OpenAI-compatible interface, which is asked for answers too, is below /v1.
  ollama: { path: '/v1/models', headers: bearer },
  compatible: { path: '/models', headers: bearer },
};

/** OpenAI's form, which most have taken over, and Google's. */
const Answer = z.union([
  z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) }),
  z.looseObject({ models: z.array(z.looseObject({ name: z.string() })) }),
]);

/** Asks the providers that are set up what they have, and remembers it for some minutes. */
export class ProviderModels implements OfferedModels {
  readonly #settings: Settings;
  readonly #options: OfferedOptions;
  readonly #known = new Map<string, { ids: Promise<string[] | undefined>; until: number; of: string }>();

  constructor(settings: Settings, options: OfferedOptions) {
    this.#settings = settings;
    this.#options = options;
  }

  async list(): Promise<string[]> {
    const asked = providers.filter((one) => listings[one.id] && isConfigured(one, this.#settings));
    const lists = await Promise.all(asked.map((one) => this.#of(one)));
    return [rehearsalModelId, ...lists.flatMap((ids) => ids ?? [])];
  }

  #of(provider: Provider): Promise<string[] | undefined> {
    const known = this.#known.get(provider.id);
    const { of, ask } = this.#question(provider);
    if (known && known.of === of && known.until > performance.now()) return known.ids;
    const entry = { of, until: performance.now() + freshMs.given, ids: ask() };
    this.#known.set(provider.id, entry);
    return entry.ids.then((ids) => {
      if (!ids) entry.until = performance.now() + freshMs.failed;
      return ids;
    });
  }

  /** What to ask a provider, and a text that is another one when another key or address is set. */
  #question(provider: Provider): { of: string; ask(): Promise<string[] | undefined> } {
    const failed = (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#options.log.info(`${provider.label} did not tell which models it has: ${why}`);
      return undefined;
    };
    try {
      const connection = connectionOf(provider, this.#settings);
      const ask = async () => connection && (await this.#ask(provider.id, connection).catch(failed));
      return { of: JSON.stringify([connection?.apiKey, connection?.baseUrl]), ask };
    } catch (error) {
      return { of: '', ask: async () => failed(error) };
    }
  }

  async #ask(id: string, { apiKey = '', baseUrl }: Connection): Promise<string[]> {
    const { base = '', path, headers } = listings[id] as Listing;
    const root = (baseUrl ?? base).replace(/\/+$/, '');
    const address = `${id === 'ollama' ? root.replace(/\/v1$/, '') : root}${path}`;
    const signal = AbortSignal.timeout(this.#options.patienceMs ?? 4_000);
    const response = await (this.#options.fetch ?? fetch)(address, { headers: headers(apiKey), signal });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    const answer = Answer.parse(await response.json());
    const names =
      'data' in answer && Array.isArray(answer.data)
        ? answer.data.map((one) => String(one.id))
        : (answer.models as { name: string }[]).map(({ name }) => name.replace(/^models\//, ''));
    return names.map((name) => `${id}/${name}`).sort();
  }
}
