import { type Agent, filesFromManifest, hashBytes, loadProject, overlay } from '../../project';
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

  /** A tree with other texts in the place of some files. It is not kept: one session alone has it. */
  async loadChanged(treeId: string, changed: Readonly<Record<string, string>>): Promise<LoadedAgent> {
    return await this.#read(treeId, new Map(Object.entries(changed)));
  }

  async #read(treeId: string, changed?: ReadonlyMap<string, string>): Promise<LoadedAgent> {
    const tree = await this.#store.trees.get(treeId);
    const files = await this.#store.trees.files(treeId);
    if (!tree) throw new Error(`The source ${treeId} is not in the store.`);
    const stored = filesFromManifest({
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
    });
    const project = await loadProject(changed ? overlay(stored, changed) : stored);
    const agent = project.agents[0];
    if (!agent) throw new Error(`The source ${treeId} holds no agent.`);
    return {
      treeId,
      sourceHash: changed ? agent.sourceHash : tree.source_hash,
      agent,
      files: files.map(
        ({ path, hash, size }) => changedFile(path, changed?.get(path)) ?? { path, hash, size },
      ),
      text: (path) => project.text(path),
    };
  }
}

function changedFile(path: string, text: string | undefined): TreeFile | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text);
  return { path, hash: hashBytes(bytes), size: bytes.byteLength };
}
