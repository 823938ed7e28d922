import { ApiError } from '../../client';
import type { CaseLabels } from '../../project';
import type { EvalItem } from './tree';

/** What of a run's request says which cases are meant; nothing where all are. */
export interface CaseChoice {
  case_names?: string[];
  case_ids?: string[];
}

/** The cases that a server is asked to run: by name, and by id where others share the name. */
export class AskedCases {
  private readonly left: Set<EvalItem>;

  /** @param whole every case that the agent has is among them: then none is named */
  constructor(
    cases: readonly EvalItem[],
    private readonly whole: boolean,
    private readonly labels: CaseLabels,
  ) {
    this.left = new Set(cases);
  }

  /** @returns which cases a run is asked for; undefined when none is left. */
  get choice(): CaseChoice | undefined {
    if (this.left.size === 0) return undefined;
    if (this.whole) return {};
    const names = new Set<string>();
    const ids = new Set<string>();
    for (const one of this.left) {
      const id = this.labels.idOf(one.file);
      if (id === undefined) names.add(one.file.name);
      else ids.add(id);
    }
    return {
      ...(names.size > 0 ? { case_names: [...names] } : {}),
      ...(ids.size > 0 ? { case_ids: [...ids] } : {}),
    };
  }

  /** Leaves out the cases that a server has said it does not know. @returns them; none for another error. */
  leaveOut(error: unknown): EvalItem[] {
    const unknown = error instanceof ApiError && error.status === 400 ? error.details.unknown : undefined;
    if (!Array.isArray(unknown) || this.whole) return [];
    const named = new Set<unknown>(unknown);
    const found = [...this.left].filter(({ file }) => named.has(this.labels.idOf(file) ?? file.name));
    for (const one of found) this.left.delete(one);
    return found;
  }
}

/** @returns why a case that the files have was not run. @param server what it is called */
export function unknownText({ agent, file }: EvalItem, target: 'draft' | 'live', server: string): string {
  const why =
    target === 'live'
      ? 'sync the project, and run it again'
      : 'the suite that the agent uses there is another agent’s';
  return `${server} has no case "${file.name}" among the evals of "${agent.id}"; ${why}.`;
}
