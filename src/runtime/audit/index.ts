export { type Actor, actor, runAs } from './actor';
export { Audit, type AuditRecord } from './audit';
export { toCsv, toJson } from './export';
