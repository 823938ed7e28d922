import type { EvalFile } from '../../../project';
import type { GateState } from '../../../webviews/gate/messages';
import type { DecidedAgent, Deciding } from './deciding';

/** A run of evals that decide, begun from their page. A case is done when it has the result of another run than before. */
export class PageRun {
  private readonly before: ReadonlyMap<string, { file: EvalFile; agentId: string; run: string | undefined }>;
  readonly stopping = new AbortController();

  /** @param wanted paths of the cases, by the agents' ids */
  constructor(
    private readonly deciding: Pick<Deciding, 'agents' | 'newest'>,
    wanted: ReadonlyMap<string, readonly string[]>,
  ) {
    const files = [...wanted].flatMap(([agentId, paths]) =>
      paths.flatMap((path) => {
        const file = fileOf(deciding, agentId, path);
        return file ? { agentId, file } : [];
      }),
    );
    this.before = new Map(
      files.map((one) => [keyOf(one.agentId, one.file), { ...one, run: this.newest(one.agentId, one.file) }]),
    );
  }

  /** @returns whether a case is part of it, and has no result of it yet. */
  isOpen(agentId: string, file: EvalFile): boolean {
    const before = this.before.get(keyOf(agentId, file));
    return before !== undefined && this.newest(agentId, file) === before.run;
  }

  /** How far it is. */
  get progress(): NonNullable<GateState['running']> {
    const open = [...this.before.values()].filter(({ agentId, file }) => this.isOpen(agentId, file));
    const total = this.before.size;
    return { done: total - open.length, total, stopping: this.stopping.signal.aborted };
  }

  private newest(agentId: string, file: EvalFile): string | undefined {
    return this.deciding.newest?.(agentId, file)?.run.id;
  }
}

/** @returns a case of an agent that evals decide on, by the path of its file. */
export function fileOf(
  { agents }: { agents: readonly DecidedAgent[] },
  agentId: string,
  path: string,
): EvalFile | undefined {
  return agents.find(({ id }) => id === agentId)?.evals.find((file) => file.path === path);
}

function keyOf(agentId: string, { path }: EvalFile): string {
  return JSON.stringify([agentId, path]);
}
