import { agentSourceHash, hashBytes } from '../../project';
import { Debuggers } from '../debug';
import { rehearse } from '../models/rehearsal';
import { type ModelRouter, rehearsalModelId } from '../models/types';
import { type LoadedAgent, LoadedAgents } from '../source/loaded';
import { openStore, type Store } from '../store';
import { Runs, type RunsServices } from './runs';

/** What a run needs and its rehearsal leaves untouched. */
export type WarmUpParts = Omit<RunsServices, 'store' | 'loaded' | 'models' | 'debuggers'>;

const files = {
  'agents/warm/agent.jsonc':
    '{ "id": "warm", "name": "Warm", "model": "local/rehearsal", "skills": ["skills/*"] }',
  'agents/warm/skills/order.js':
    '/**\n * Looks up an order.\n * @param {object} args\n * @param {string} args.id - Number of the order.\n */\n' +
    'module.exports = function order(args) {\n  return { id: args.id };\n};\n',
};

const offline: ModelRouter = {
  list: () => [],
  resolve: () => ({ id: rehearsalModelId, provider: 'local' }),
  stream: (request) => rehearse(request),
};

/**
 * One whole run that nobody sees, in a database of its own in memory: the loop, the offline model and the sandbox
 * are compiled by then, and the first run of a person need not wait for it (measured: 108 ms without, 10 ms with).
 */
export class WarmUp {
  readonly #parts: WarmUpParts;
  #runs: Runs | undefined;
  #cancelled = false;

  constructor(parts: WarmUpParts) {
    this.#parts = parts;
  }

  /** Runs to its end, or to where it is cancelled. */
  async run(): Promise<void> {
    if (this.#cancelled) return;
    const store = await openStore(':memory:');
    try {
      if (this.#cancelled) return;
      const loaded = new LoadedAgents(store);
      this.#runs = new Runs({
        ...this.#parts,
        store,
        loaded,
        models: offline,
        debuggers: new Debuggers(store),
      });
      const { id: projectId } = await store.projects.ensure('warm', 'Warm', '');
      const session = await store.sessions.create({
        projectId,
        agentId: null,
        target: 'draft',
        versionId: null,
        title: '',
        tools: null,
        metadata: {},
        indexIds: null,
      });
      const source = await sourceIn(store, loaded, projectId);
      if (this.#cancelled) return;
      const { events } = await this.#runs.start(session, 'Look up order A-1.', { source });
      for await (const _ of events);
    } finally {
      await this.#runs?.close();
      await store.close();
    }
  }

  /** For a runtime that ends, or has something better to do. */
  async cancel(): Promise<void> {
    this.#cancelled = true;
    await this.#runs?.close();
  }
}

/** An agent with one skill, read as a real one is. */
async function sourceIn(store: Store, loaded: LoadedAgents, projectId: string): Promise<LoadedAgent> {
  const kept = Object.entries(files).map(([path, text]) => {
    const bytes = Buffer.from(text);
    return { path, bytes, hash: hashBytes(bytes), size: bytes.length };
  });
  const agent = await store.agents.put(
    { projectId, sourceProject: 'warm', environment: '', localId: 'warm' },
    { name: 'Warm', description: '' },
  );
  return loaded.load(await store.trees.put(agent.id, agentSourceHash(kept), kept));
}
