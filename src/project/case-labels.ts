import { folderOf } from './paths';
import type { Agent } from './types';

/** A result, or what is left of a run, as far as it says of which case it is. */
export interface OfCase {
  case_name: string;
  case_id?: string | null | undefined;
}

/** An agent as far as its cases go. */
export type CaseOwner = Pick<Agent, 'configPath' | 'evals'>;

const known = new WeakMap<CaseOwner, CaseLabels>();

/**
 * What the cases of an agent are called, each unlike the others: by its name, and where several share one also by its
 * file. Servers speak of cases by name, so only an id can say to which of them a result belongs.
 */
export class CaseLabels {
  private readonly byPath: ReadonlyMap<string, string>;
  private readonly shared: ReadonlySet<string>;
  private readonly ids: ReadonlyMap<string, string>;

  private constructor(
    agent: CaseOwner,
    private readonly files: ReadonlyMap<string, string>,
  ) {
    const counts = new Map<string, number>();
    for (const { name } of agent.evals) counts.set(name, (counts.get(name) ?? 0) + 1);
    this.shared = new Set([...counts].flatMap(([name, count]) => (count > 1 ? [name] : [])));
    const folder = `${folderOf(agent.configPath)}/`;
    const short = (path: string) => (path.startsWith(folder) ? path.slice(folder.length) : path);
    this.byPath = new Map(
      agent.evals.map(({ name, path }) => [path, this.shared.has(name) ? `${name} (${short(path)})` : name]),
    );
    this.ids = new Map([...files].map(([id, path]) => [path, id]));
  }

  /** @returns the labels of an agent's cases, from its files alone. */
  static of(agent: CaseOwner): CaseLabels {
    const labels = known.get(agent) ?? new CaseLabels(agent, new Map());
    known.set(agent, labels);
    return labels;
  }

  /**
   * @param files asks a server for the paths of the agent's cases by their ids; only called where cases share a name
   * @throws what `files` throws
   */
  static async read(
    agent: CaseOwner,
    files: () => Promise<ReadonlyMap<string, string>>,
  ): Promise<CaseLabels> {
    const labels = CaseLabels.of(agent);
    return labels.shared.size === 0 ? labels : new CaseLabels(agent, await files());
  }

  /** @returns what the case in a file is called. */
  ofFile({ name, path }: { name: string; path: string }): string {
    return this.byPath.get(path) ?? name;
  }

  /** @returns what the case of a result is called; its plain name where nobody can say which of several it is. */
  ofResult({ case_name: name, case_id: id }: OfCase): string {
    const path = this.shared.has(name) && id ? this.files.get(id) : undefined;
    return (path === undefined ? undefined : this.byPath.get(path)) ?? name;
  }

  /** @returns the server's id of a case that shares its name with others, where it is known. */
  idOf({ name, path }: { name: string; path: string }): string | undefined {
    return this.shared.has(name) ? this.ids.get(path) : undefined;
  }
}
