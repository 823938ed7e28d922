import { Hono } from 'hono';
import { AuditExportQuery, type AuditFilterQuery, AuditQuery } from '../../protocol';
import { toCsv, toJson } from '../audit';
import { readQuery } from '../http/query';
import { textStream } from '../http/text-stream';
import type { Services } from '../services';
import type { AuditFilter } from '../store';

/** `/audit-log`: who changed what. */
export function auditRoutes({ store, projectId }: Services): Hono {
  return new Hono()
    .get('/audit-log', async (c) => {
      const { limit, offset, ...query } = readQuery(c, AuditQuery);
      const { entries, total } = await store.audit.list(projectId, filterOf(query), { limit, offset });
      return c.json({ entries, total, limit, offset });
    })
    .get('/audit-log/export', (c) => {
      const { format, ...query } = readQuery(c, AuditExportQuery);
      const entries = store.audit.each(projectId, filterOf(query));
      return textStream(format === 'csv' ? toCsv(entries) : toJson(entries), {
        'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
        'content-disposition': `attachment; filename="audit-log.${format}"`,
      });
    });
}

/** Parameters that are empty do not limit. */
function filterOf(query: AuditFilterQuery): AuditFilter {
  return {
    action: query.action || undefined,
    actorUserId: query.actor_user_id || undefined,
    subjectType: query.subject_type || undefined,
    from: query.from && moment(query.from, 'T00:00:00.000Z'),
    to: query.to && moment(query.to, 'T23:59:59.999Z'),
  };
}

/** A moment as the store writes it. A date alone is UTC's. */
function moment(text: string, time: string): string {
  return new Date(text.includes('T') ? text : text + time).toISOString();
}
