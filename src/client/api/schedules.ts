import { type ChangeSchedule, type CreateSchedule, ScheduledRun } from '../../protocol';
import { listOf } from '../decode';
import type { Http } from '../http';
import type { CallOptions } from '../options';

const ScheduleList = listOf('scheduled_runs', ScheduledRun);

/** Messages that a server sends to sessions at set times (`/scheduled-runs`). */
export class SchedulesApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  list(o?: CallOptions): Promise<ScheduledRun[]> {
    return this.#http.json(ScheduleList, { method: 'GET', path: '/scheduled-runs' }, o);
  }

  get(id: string, o?: CallOptions): Promise<ScheduledRun> {
    return this.#http.json(ScheduledRun, { method: 'GET', path: one(id) }, o);
  }

  /** A cron expression that cannot be read is an ApiError 400 that names the field. */
  create(body: CreateSchedule, o?: CallOptions): Promise<ScheduledRun> {
    return this.#http.json(ScheduledRun, { method: 'POST', path: '/scheduled-runs', body }, o);
  }

  /** What is left out stays; only another time makes `next_run_at` another. */
  change(id: string, body: ChangeSchedule, o?: CallOptions): Promise<ScheduledRun> {
    return this.#http.json(ScheduledRun, { method: 'PATCH', path: one(id), body }, o);
  }

  delete(id: string, o?: CallOptions): Promise<void> {
    return this.#http.done({ method: 'DELETE', path: one(id) }, o);
  }
}

function one(id: string): string {
  return `/scheduled-runs/${encodeURIComponent(id)}`;
}
