import type { CaseLabels } from '../../project';
import { type EvalResult, type EvalRunDetail, withoutUnrun } from '../../protocol';
import { groupBy } from '../shared/group-by';

/** The runs on a server that went over the cases of an agent, as they were last seen. */
export class TakenRuns {
  private readonly details = new Map<string, EvalRunDetail>();

  take(detail: EvalRunDetail): void {
    this.details.set(detail.run.id, withoutUnrun(detail));
  }

  get all(): readonly EvalRunDetail[] {
    return [...this.details.values()];
  }

  get(id: string): EvalRunDetail | undefined {
    return this.details.get(id);
  }

  /** The results of all runs; the repetitions of one follow on those of the runs before it. */
  get results(): EvalResult[] {
    let next = 0;
    return this.all.flatMap(({ run, results }) => {
      const before = next;
      next += Math.max(1, run.repeat ?? 1);
      return results.map((one) =>
        one.repetition && before > 0 ? { ...one, repetition: before + one.repetition } : one,
      );
    });
  }

  /** The results by what their cases are called. */
  byLabel(labels: CaseLabels): Map<string, EvalResult[]> {
    return groupBy(this.results, (result) => labels.ofResult(result));
  }
}
