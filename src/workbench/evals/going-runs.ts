import type { TavoraClient } from '../../client';
import type { EvalRun, EvalRunDetail } from '../../protocol';
import { sentence } from '../shared/errors';
import type { Log } from '../shared/log';

/** Runs of evals that go on at the connected server and that were met there, such as those of a window before its reload. */
export class GoingRuns {
  private readonly followed = new Set<string>();
  private leaving = new AbortController();

  constructor(private readonly log: Log) {}

  /**
   * Follows a run to its end; one that is followed already is left at that. Never rejects.
   * @param take is given it whenever something is new, the last time ended
   */
  async follow(
    client: TavoraClient,
    { id }: Pick<EvalRun, 'id'>,
    take: (detail: EvalRunDetail) => void,
  ): Promise<void> {
    if (this.followed.has(id)) return;
    this.followed.add(id);
    const { signal } = this.leaving;
    try {
      for await (const detail of client.evals.follow(id, { signal })) take(detail);
    } catch (error) {
      if (signal.aborted) return;
      // Its results are looked for again when the window comes to the front, or when a person refreshes.
      this.followed.delete(id);
      this.log.warn(`A run of evals could not be followed to its end: ${sentence(error)}`);
    }
  }

  /** Lets go of all: another server has others. */
  leave(): void {
    this.leaving.abort();
    this.leaving = new AbortController();
    this.followed.clear();
  }
}
