import type { Runs } from '../agent/runs';
import type { Audit } from '../audit';
import type { Log } from '../log';
import type { ScheduleRow, Store } from '../store';
import type { Clock } from './clock';
import { CronError, readCron } from './cron';

export interface SchedulerOptions {
  store: Store;
  runs: Pick<Runs, 'start' | 'stop'>;
  audit: Audit;
  projectId: string;
  log: Log;
  clock: Clock;
}

/**
 * The longest wait before the clock is looked at again: a machine that slept, or whose clock was set, is noticed
 * within it.
 */
const longestWaitMs = 60_000;
/** Nobody may be there to answer a question of the run, which would else hold up its schedule for ever. */
const longestRunMs = 30 * 60_000;

/**
 * Runs schedules. A moment that passed while the process was away is made up for once, however many passed. A
 * schedule whose run goes on is passed over. A due moment is taken in the store before its run begins, so that a
 * process that dies in between leaves it out rather than repeat it.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #running = new Map<string, Promise<void>>();
  #disarm: () => void = () => undefined;
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Looks at the schedules again: at the start, and when they have changed. */
  changed(): void {
    this.#disarm();
    if (this.#closed) return;
    this.#turn = this.#turn
      .then(() => this.#takeDue())
      .catch((error: unknown) => this.#options.log.error('The schedules could not be read', error));
  }

  /** Waits until the schedules have been looked at, and the runs that were due have ended. */
  async settled(): Promise<void> {
    await this.#turn;
    await Promise.all(this.#running.values());
  }

  /** Begins no more runs. Those under way are ended by whoever ends all runs. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#disarm();
    await this.#turn;
  }

  async #takeDue(): Promise<void> {
    const { store, clock } = this.#options;
    if (this.#closed) return;
    for (const row of await store.schedules.due(clock.now().toISOString())) await this.#take(row);
    const next = await store.schedules.nextMoment();
    if (next === undefined || this.#closed) return;
    const wait = Math.max(0, Math.min(longestWaitMs, Date.parse(next) - clock.now().getTime()));
    this.#disarm();
    this.#disarm = clock.after(wait, () => this.changed());
  }

  async #take(row: ScheduleRow): Promise<void> {
    const { store, clock, log } = this.#options;
    const now = clock.now();
    const next = nextMoment(row, now);
    if (this.#running.has(row.id)) {
      await store.schedules.skip(row.id, next, 'The run before had not ended, so one was left out.');
      return;
    }
    await store.schedules.begin(row.id, now.toISOString(), next);
    const run = this.#run(row)
      .catch((error: unknown) => {
        log.error(`The schedule ${row.id} broke`, error);
        return 'The runtime failed on this run; its log says why.';
      })
      .then((error) => store.schedules.end(row.id, error))
      .catch((error: unknown) => log.error(`The end of schedule ${row.id} could not be kept`, error))
      .finally(() => this.#running.delete(row.id));
    this.#running.set(row.id, run);
  }

  /** @returns why it failed, null when it went well. */
  async #run({ id, agent_session_id: sessionId, message }: ScheduleRow): Promise<string | null> {
    const { store, runs, audit, projectId, clock } = this.#options;
    const session = await store.sessions.get(projectId, sessionId);
    if (!session) return 'The session of this schedule has been deleted.';
    await audit.record({ action: 'schedule.run', subjectType: 'schedule', subjectId: id, sessionId });
    let failure: string | null = null;
    let tooLong = false;
    const callOff = clock.after(longestRunMs, () => {
      tooLong = true;
      void runs.stop(sessionId);
    });
    try {
      const { events } = await runs.start(session, message);
      for await (const { type, content, args } of events) {
        if (type === 'error') failure = content || 'The run failed without saying why.';
        else if (type === 'input_request') {
          await store.schedules.end(id, `The run waits for an answer to “${String(args?.message)}”.`);
        }
      }
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    } finally {
      callOff();
    }
    return tooLong ? `The run was stopped after ${longestRunMs / 60_000} minutes.` : failure;
  }
}

/** @returns null when no moment follows. */
function nextMoment({ cron_expression, timezone }: ScheduleRow, now: Date): string | null {
  try {
    return readCron(cron_expression, timezone, now).next(now)?.toISOString() ?? null;
  } catch (error) {
    if (error instanceof CronError) return null;
    throw error;
  }
}
