import { AuditEntryList, AuditExportQuery, AuditPage, AuditQuery } from '../../../protocol';
import type { Operation } from '../operation';

const family = 'Audit log';

export const audit: readonly Operation[] = [
  {
    method: 'get',
    path: '/audit-log',
    family,
    summary: 'List changes of state, newest first',
    description: '`from` and `to` are times, or dates in UTC of which the whole day counts.',
    query: AuditQuery,
    response: AuditPage,
    status: 200,
    errors: [],
  },
  {
    method: 'get',
    path: '/audit-log/export',
    family,
    summary: 'Export all changes of state that fit',
    description:
      'A JSON array or, with `format=csv`, a table with a header. Cells that a spreadsheet would take for a formula ' +
      'start with an apostrophe.',
    query: AuditExportQuery,
    response: AuditEntryList,
    responseTypes: ['application/json', 'text/csv'],
    status: 200,
    errors: [],
  },
];
