import { readModelId } from '../../project/model-id';
import { didYouMean, listed } from '../../project/rules/suggest';
import { SealedError } from '../vault';
import { ModelError } from './errors';
import {
  type Connection,
  connectionOf,
  isConfigured,
  type Provider,
  providers,
  type Settings,
  whatToSet,
} from './providers';
import { rehearse } from './rehearsal';
import { askModel, type Patience } from './stream';
import { type ModelRequest, type ModelRouter, type ResolvedModel, rehearsalModelId } from './types';

export interface RouterOptions {
  /** Another way to the network, such as a proxy's. */
  fetch?: typeof fetch;
  patience?: Partial<Patience>;
}

interface Target extends ResolvedModel {
  name: string;
  /** Absent for the offline model. */
  remote?: { provider: Provider; connection: Connection };
}

/**
 * Makes the router of models.
 *
 * TAVORA_MODEL, when set, answers in place of whatever an agent names. An agent that names no model, or one whose
 * provider has no key where there is no key at all, is answered by the offline model, which says so. Keys and
 * addresses are those of `providers`, read anew for each request: first the project's vault, then the environment.
 */
export function createModelRouter(settings: Settings, options: RouterOptions = {}): ModelRouter {
  const { env } = settings;
  const override = env.TAVORA_MODEL?.trim() ?? '';
  function target(requested: string): Target {
    const wanted = override || requested.trim();
    if (wanted === '' || wanted === rehearsalModelId || wanted === 'rehearsal') return offline(requested);
    const { provider: id, name } = readModelId(wanted);
    const provider = find(id, wanted);
    const connection = provider && connect(provider, settings);
    if (provider === undefined || connection === undefined || name === '') {
      const nothing = !providers.some((each) => isConfigured(each, settings));
      if (nothing && override === '') return { ...offline(requested), fallback: true };
      throw unusable(wanted, provider, name);
    }
    // A name such as "meta-llama/llama-4" belongs to OpenRouter whole.
    const own = provider.id === 'openrouter' && id !== 'openrouter' ? wanted : name;
    const resolved = `${provider.id}/${own}`;
    return {
      ...named(resolved, requested),
      provider: provider.id,
      name: own,
      remote: { provider, connection },
    };
  }

  function find(id: string | undefined, wanted: string): Provider | undefined {
    const known = providers.find((each) => each.id === id);
    if (known) return known;
    const openrouter = providers.find((each) => each.id === 'openrouter');
    if (openrouter && isConfigured(openrouter, settings) && wanted.includes('/')) return openrouter;
    if (env.OPENAI_BASE_URL && id === undefined) return providers.find((each) => each.id === 'compatible');
    return undefined;
  }

  return {
    list() {
      const rehearsal = {
        id: rehearsalModelId,
        label: 'Rehearsal (offline: answers by rules, without a language model)',
        offline: true,
      };
      if (override === '' || override === rehearsalModelId) return [rehearsal];
      return [{ id: override, label: `${override} (TAVORA_MODEL)`, offline: false }, rehearsal];
    },
    resolve(model) {
      const { id, provider, requested, fallback } = target(model);
      return { id, provider, requested, fallback };
    },
    stream(request: ModelRequest) {
      const { name, remote, requested, fallback } = target(request.model);
      if (remote === undefined) return rehearse(request, fallback ? requested : undefined);
      const connection = { ...remote.connection, fetch: options.fetch };
      return askModel(request, remote.provider, name, connection, options.patience);
    },
  };
}

/** @throws {ModelError} for a key in the vault that cannot be opened: another key must not be taken in its place. */
function connect(provider: Provider, settings: Settings): Connection | undefined {
  try {
    return connectionOf(provider, settings);
  } catch (error) {
    if (!(error instanceof SealedError)) throw error;
    throw new ModelError(error.message, 'not_configured', false, { cause: error });
  }
}

function offline(requested: string): Target {
  return { ...named(rehearsalModelId, requested), provider: 'local', name: 'rehearsal' };
}

function named(id: string, requested: string): { id: string; requested?: string } {
  const asked = requested.trim();
  return asked === '' || asked === id ? { id } : { id, requested: asked };
}

function unusable(wanted: string, provider: Provider | undefined, name: string): ModelError {
  if (provider !== undefined && name !== '') {
    return new ModelError(
      `The model "${wanted}" cannot be asked: ${provider.label} is not set up. Set ${whatToSet(provider)}, ` +
        'or choose another model in agent.jsonc.',
      'not_configured',
      false,
    );
  }
  const known = [...providers.map(({ id }) => id), 'local'];
  const near = didYouMean(wanted.split('/')[0] ?? '', known);
  return new ModelError(
    `The model "${wanted}" names no provider that this runtime knows. ${near}Write provider/name, where the ` +
      `provider is one of ${listed(known)}.`,
    'unknown_provider',
    false,
  );
}
