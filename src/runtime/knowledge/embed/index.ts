import type { ConventionalSecret } from '../../../protocol';
import type { Log } from '../../log';
import { noSecrets, type Secrets } from '../../vault';
import type { Embedder } from './embedder';
import { OfflineEmbedder, offlineModel } from './offline';
import { type RemoteConnection, RemoteEmbedder } from './remote';

export { type Embedder, EmbeddingError } from './embedder';

interface RemoteProvider {
  baseUrl: string;
  baseUrlVariable: string;
  keyVariable: string;
  /** Secrets of the project's vault, which go before the variables. */
  keySecret?: ConventionalSecret;
  urlSecret?: ConventionalSecret;
}

/** Where each provider listens unless told otherwise; all of them speak OpenAI's embeddings API. */
const providers: Record<string, RemoteProvider> = {
  openai: {
    keySecret: 'openai_api_key',
    baseUrl: 'https://api.openai.com/v1',
    baseUrlVariable: 'OPENAI_BASE_URL',
    keyVariable: 'OPENAI_API_KEY',
  },
  ollama: {
    urlSecret: 'ollama_base_url',
    baseUrl: 'http://127.0.0.1:11434/v1',
    baseUrlVariable: 'OLLAMA_BASE_URL',
    keyVariable: 'OLLAMA_API_KEY',
  },
};

/**
 * The embedding model that the environment names: `TAVORA_EMBEDDING_MODEL` = `openai/<name>`,
 * `ollama/<name>`, `none` (search by words only) or the offline model, which is the default.
 * `TAVORA_EMBEDDING_BASE_URL` and `TAVORA_EMBEDDING_API_KEY` go before the provider's own variables, so that
 * embeddings may come from another server than answers do. Keys and addresses are read anew for each call: those
 * variables first, then the project's vault, then the provider's own variables.
 *
 * @returns undefined for search by words only; the log then says why, once.
 * @throws Error with a sentence for a name that means nothing.
 */
export function chooseEmbedder(
  env: NodeJS.ProcessEnv,
  folder: string,
  log: Log,
  secrets: Secrets = noSecrets,
): Embedder | undefined {
  const model = env.TAVORA_EMBEDDING_MODEL || offlineModel;
  if (model === 'none') return undefined;
  if (model === offlineModel) {
    const missing = OfflineEmbedder.missing(folder);
    if (!missing) return new OfflineEmbedder(folder);
    log.warn(
      `The offline embedding model is not installed (${missing} is missing): search goes by words only.`,
    );
    return undefined;
  }
  const slash = model.indexOf('/');
  const provider = providers[model.slice(0, slash)];
  const name = model.slice(slash + 1);
  if (!provider || !name) {
    throw new Error(
      `TAVORA_EMBEDDING_MODEL is "${model}"; it must be openai/<name>, ollama/<name>, ${offlineModel} or none.`,
    );
  }
  return new RemoteEmbedder({ model, name, connect: () => connect(provider, env, secrets) });
}

/** @throws SealedError for a secret that cannot be opened. */
function connect(provider: RemoteProvider, env: NodeJS.ProcessEnv, secrets: Secrets): RemoteConnection {
  const { keySecret, urlSecret, keyVariable, baseUrlVariable } = provider;
  const secretUrl = env.TAVORA_EMBEDDING_BASE_URL ? undefined : urlSecret && secrets.read(urlSecret)?.trim();
  const given = env.TAVORA_EMBEDDING_BASE_URL || secretUrl || env[baseUrlVariable] || provider.baseUrl;
  const baseUrl = withVersion(given);
  return {
    baseUrl,
    where: secretUrl ? `the address in the secret "${urlSecret}"` : baseUrl,
    apiKey:
      env.TAVORA_EMBEDDING_API_KEY || (keySecret && secrets.read(keySecret)?.trim()) || env[keyVariable],
  };
}

/** People give Ollama's address without "/v1", where its OpenAI-compatible API is. */
function withVersion(url: string): string {
  const trimmed = url.replace(/\/+$/, '');
  return /\/v\d+$/.test(trimmed) ? trimmed : `${trimmed}/v1`;
}
