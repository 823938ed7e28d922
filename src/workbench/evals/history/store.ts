import path from 'node:path';
import { Breather } from '../../../project/breather';
import { type EvalOwner, type EvalRecord, identity, isOf, readRecord } from './record';
import { Segments } from './segments';

/** How many results are kept, the newest. */
const usualBound = 20_000;

/** By how much more they may be before the oldest go, so that they do not go one by one. */
const slack = 0.1;

/** The results of this workspace on disk, and those of them in memory that have been asked for. */
export class EvalStore {
  private readonly segments: Segments;
  private readonly records = new Map<string, EvalRecord>();
  private reading: Promise<void> = Promise.resolve();
  private tidied = false;
  private changes = 0;

  /**
   * @param folder where they lie
   * @param warn told in a sentence what could not be read
   * @param bound how many are kept
   */
  constructor(
    folder: string,
    private readonly warn: (message: string) => void,
    private readonly bound = usualBound,
  ) {
    this.segments = new Segments(folder, (file) =>
      warn(
        `The last line of ${file} is not complete and was left out: the editor ended while it was written.`,
      ),
    );
  }

  /** Another number whenever what is known in memory is different. */
  get revision(): number {
    return this.changes;
  }

  /** Adds results. @throws what the disk throws. */
  async add(records: readonly EvalRecord[]): Promise<void> {
    if (records.length > 0) {
      await this.segments.append(records.map((record) => JSON.stringify(record)));
    }
  }

  /** @returns the results of an agent by any window, oldest first. @throws what the disk throws. */
  async of(owner: EvalOwner): Promise<EvalRecord[]> {
    await this.refresh();
    return [...this.records.values()].filter((record) => isOf(record, owner)).sort(byTime);
  }

  /** @returns the source hashes of an agent that results are of, on any server. @throws what the disk throws. */
  async sources(project: string, agentId: string): Promise<Set<string>> {
    await this.refresh();
    const own = [...this.records.values()].filter(
      (record) => record.project === project && record.agentId === agentId && record.sourceHash !== '',
    );
    return new Set(own.map(({ sourceHash }) => sourceHash));
  }

  /** Reads what was written since, one reading at a time. */
  private refresh(): Promise<void> {
    const turn = this.reading.then(() => this.read());
    this.reading = turn.catch(() => undefined);
    return turn;
  }

  private async read(): Promise<void> {
    const breather = new Breather();
    for await (const { file, lines } of this.segments.readNew()) {
      let unreadable = 0;
      for (const line of lines) {
        const record = readRecord(line);
        if (record) this.take(record);
        else unreadable += 1;
        await breather.breathe();
      }
      if (unreadable > 0) {
        this.warn(`${unreadable} lines of ${path.basename(file)} in the history of evals could not be read.`);
      }
    }
    const crowded = this.records.size > this.bound * (1 + slack);
    if (crowded) this.prune();
    if (crowded || (!this.tidied && (await this.segments.isScattered()))) {
      this.tidied = true;
      await this.tidy();
    }
  }

  /** The one that knows what was run stands for the others that tell the same result. */
  private take(record: EvalRecord): void {
    const name = identity(record);
    const known = this.records.get(name);
    if (!known || knows(record) > knows(known)) {
      this.records.set(name, record);
      this.changes += 1;
    }
  }

  private prune(): void {
    const oldestFirst = [...this.records].sort(([, a], [, b]) => byTime(a, b));
    for (const [name] of oldestFirst.slice(0, oldestFirst.length - this.bound)) {
      this.records.delete(name);
      this.changes += 1;
    }
  }

  private async tidy(): Promise<void> {
    const there = new Set<string>();
    const oldest = [...this.records.values()].reduce((at, one) => (one.at < at ? one.at : at), '9');
    await this.segments.tidy((line) => {
      const record = readRecord(line);
      if (!record || record.at < oldest) return false;
      const name = identity(record);
      const known = this.records.get(name);
      // Another window may have written what this one has not read yet.
      const wanted = !there.has(name) && (!known || knows(known) === knows(record));
      if (wanted) there.add(name);
      return wanted;
    });
  }
}

/** @returns how much a record knows of what was run: more with its source, and with its target. */
function knows({ sourceHash, target }: EvalRecord): number {
  return (sourceHash === '' ? 0 : 2) + (target === undefined ? 0 : 1);
}

/** The order of time; what came at once stays in the order of its repetitions. */
function byTime(a: EvalRecord, b: EvalRecord): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : a.repetition - b.repetition;
}
