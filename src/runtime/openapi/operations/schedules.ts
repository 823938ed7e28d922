import { ChangeSchedule, CreateSchedule, ScheduledRun, ScheduledRunList } from '../../../protocol';
import type { Operation } from '../operation';

const family = 'Scheduled runs';

export const schedules: readonly Operation[] = [
  {
    method: 'get',
    path: '/scheduled-runs',
    family,
    summary: 'List the schedules',
    response: ScheduledRunList,
    status: 200,
    errors: [],
  },
  {
    method: 'post',
    path: '/scheduled-runs',
    family,
    summary: 'Send a message to a session at set times',
    description:
      '`cron_expression` has five fields, in UTC unless `timezone` or a `CRON_TZ=…` before them says otherwise; ' +
      '`@daily` and its kin and `@every 90m` are known too.',
    body: CreateSchedule,
    response: ScheduledRun,
    status: 201,
    errors: [404],
    audit: 'schedule.create',
  },
  {
    method: 'get',
    path: '/scheduled-runs/{id}',
    family,
    summary: 'Read a schedule',
    response: ScheduledRun,
    status: 200,
    errors: [404],
  },
  {
    method: 'patch',
    path: '/scheduled-runs/{id}',
    family,
    summary: 'Change a schedule',
    description: 'Only another time makes `next_run_at` another.',
    body: ChangeSchedule,
    response: ScheduledRun,
    status: 200,
    errors: [404],
    audit: 'schedule.update',
  },
  {
    method: 'delete',
    path: '/scheduled-runs/{id}',
    family,
    summary: 'Delete a schedule',
    description: 'Its session stays.',
    status: 204,
    errors: [404],
    audit: 'schedule.delete',
  },
];
