import type { ChangeSchedule, CreateSchedule } from '../../protocol';
import type { Audit } from '../audit';
import { badRequest, notFound } from '../http/problem';
import type { ScheduleRow, Store } from '../store';
import type { Clock } from './clock';
import { type Cron, CronError, readCron } from './cron';
import type { Scheduler } from './scheduler';

export interface ScheduleServices {
  store: Store;
  audit: Audit;
  projectId: string;
  schedules: Pick<Scheduler, 'changed'>;
  clock: Clock;
}

/** @throws Problem 404. */
export async function findSchedule(
  { store, projectId }: Pick<ScheduleServices, 'store' | 'projectId'>,
  id: string,
): Promise<ScheduleRow> {
  const row = await store.schedules.get(projectId, id);
  if (!row) throw notFound(`The scheduled run "${id}"`);
  return row;
}

/** Creates a schedule. @throws Problem 404 for an unknown session, 400 naming a field that cannot be used. */
export async function createSchedule(services: ScheduleServices, body: CreateSchedule): Promise<ScheduleRow> {
  const { store, audit, projectId, clock } = services;
  checkMessage(body.message);
  const cron = checkCron(body.cron_expression, body.timezone, clock);
  if (!(await store.sessions.get(projectId, body.agent_session_id))) {
    throw notFound(`The session "${body.agent_session_id}"`);
  }
  const created = await store.transaction(async (nouns) => {
    const row = await nouns.schedules.create({
      project_id: projectId,
      agent_session_id: body.agent_session_id,
      agent_id: null,
      source_key: null,
      name: body.name?.trim() ?? '',
      cron_expression: body.cron_expression.trim(),
      timezone: cron.timezone,
      message: body.message,
      next_run_at: cron.next(clock.now())?.toISOString() ?? null,
    });
    await record(audit, 'schedule.create', row, nouns);
    return row;
  });
  services.schedules.changed();
  return created;
}

/**
 * Changes a schedule. Its next moment is reckoned anew for another time only, and for one that is enabled after
 * its moment has passed.
 *
 * @throws Problem 404 for an unknown schedule, 400 naming a field that cannot be used.
 */
export async function changeSchedule(
  services: ScheduleServices,
  id: string,
  body: ChangeSchedule,
): Promise<ScheduleRow> {
  const { store, audit, clock } = services;
  const row = await findSchedule(services, id);
  if (body.message !== undefined) checkMessage(body.message);
  const now = clock.now();
  const expression = body.cron_expression?.trim() ?? row.cron_expression;
  const namesZone = /^(?:CRON_)?TZ=/.test(expression);
  const cron = checkCron(expression, body.timezone ?? (namesZone ? undefined : row.timezone), clock);
  const enabled = body.enabled ?? row.enabled === 1;
  const otherTime = expression !== row.cron_expression || cron.timezone !== row.timezone;
  const passed = row.next_run_at === null || row.next_run_at <= now.toISOString();
  const reckoned = otherTime || (enabled && row.enabled === 0 && passed);
  await store.transaction(async (nouns) => {
    await nouns.schedules.update(row.id, {
      name: body.name?.trim() ?? row.name,
      message: body.message ?? row.message,
      cron_expression: expression,
      timezone: cron.timezone,
      enabled: enabled ? 1 : 0,
      ...(reckoned ? { next_run_at: cron.next(now)?.toISOString() ?? null } : {}),
    });
    await record(audit, 'schedule.update', row, nouns);
  });
  services.schedules.changed();
  return findSchedule(services, id);
}

/** Deletes a schedule; its session stays. @throws Problem 404. */
export async function deleteSchedule(services: ScheduleServices, id: string): Promise<void> {
  const row = await findSchedule(services, id);
  await services.store.transaction(async (nouns) => {
    await nouns.schedules.delete(row.id);
    await record(services.audit, 'schedule.delete', row, nouns);
  });
  services.schedules.changed();
}

function checkMessage(message: string): void {
  if (!message.trim()) throw badRequest('The field "message" is empty.', { field: 'message' });
}

function checkCron(expression: string, timezone: string | undefined, clock: Clock): Cron {
  try {
    return readCron(expression, timezone, clock.now());
  } catch (error) {
    if (error instanceof CronError) throw badRequest(error.message, { field: error.field });
    throw error;
  }
}

function record(
  audit: Audit,
  action: string,
  { id, agent_session_id, name, cron_expression }: ScheduleRow,
  within: Parameters<Audit['record']>[1],
): Promise<void> {
  return audit.record(
    {
      action,
      subjectType: 'schedule',
      subjectId: id,
      sessionId: agent_session_id,
      metadata: { name, cron_expression },
    },
    within,
  );
}
