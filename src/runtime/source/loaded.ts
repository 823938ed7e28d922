import { type Agent, filesFromManifest, loadProject } from '../../project';
import type { Store, TreeFile } from '../store';

/** An agent's stored source, read by the same rules that the editor uses. */
export interface LoadedAgent {
  treeId: string;
  sourceHash: string;
  agent: Agent;
  files: TreeFile[];
  /** @returns a source file's text. */
  text(path: string): string | undefined;
}

/** Trees never change, so what was read of one can be kept: as many as a large project has agents, which are listed together. */
const keptTrees = 256;

/** Reads the trees of a store. */
export class LoadedAgents {
  readonly #kept = new Map<string, LoadedAgent>();
  readonly #store: Pick<Store, 'trees'>;

  constructor(store: Pick<Store, 'trees'>) {
    this.#store = store;
  }

  /** @throws when the tree does not exist or holds no agent, which the store's rules forbid. */
  async load(treeId: string): Promise<LoadedAgent> {
    const kept = this.#kept.get(treeId);
    if (kept) {
      // Moved to the end: a map's order is then the order of use.
      this.#kept.delete(treeId);
      this.#kept.set(treeId, kept);
      return kept;
    }
    const loaded = await this.#read(treeId);
    this.#kept.set(treeId, loaded);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > keptTrees && !oldest.done) this.#kept.delete(oldest.value);
    return loaded;
  }

  async #read(treeId: string): Promise<LoadedAgent> {
    const tree = await this.#store.trees.get(treeId);
    const files = await this.#store.trees.files(treeId);
    if (!tree) throw new Error(`The source ${treeId} is not in the store.`);
    const project = await loadProject(
      filesFromManifest({
        project: 'stored',
        sourceHash: tree.source_hash,
        generatedAt: tree.created_at,
        agents: [
          {
            id: tree.agent_id,
            sourceHash: tree.source_hash,
            files: files.map(({ bytes, ...file }) => ({
              ...file,
              content: Buffer.from(bytes).toString('base64'),
            })),
          },
        ],
      }),
    );
    const agent = project.agents[0];
    if (!agent) throw new Error(`The source ${treeId} holds no agent.`);
    return {
      treeId,
      sourceHash: tree.source_hash,
      agent,
      files: files.map(({ path, hash, size }) => ({ path, hash, size })),
      text: (path) => project.text(path),
    };
  }
}
