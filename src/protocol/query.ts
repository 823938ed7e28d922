import * as z from 'zod/mini';

/**
 * Parameters of addresses, with the types that they are read as: a server turns the text into a number or a
 * truth value before it checks it.
 */

/** The most rows that one request may ask for. */
const mostRows = 500;

const limit = (usual: number, most: number) =>
  z._default(z.number().check(z.int(), z.minimum(1), z.maximum(most)), usual);

const offset = z._default(z.number().check(z.int(), z.minimum(0)), 0);

const flag = z._default(z.boolean(), false);

/** A moment in ISO 8601 with its zone, or a date. */
const Moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

export const PageQuery = z.looseObject({ limit: limit(50, mostRows), offset });

/** `status`: only sessions with one of these, separated by commas. Ours: other servers list all. */
export const SessionQuery = z.looseObject({
  ...PageQuery.shape,
  status: z.optional(z.string().check(z.minLength(1))),
});

/** `after`: the `step_index` of the last step that is known; -1 when none is. */
export const EventsQuery = z.looseObject({
  after: z._default(z.number().check(z.int(), z.minimum(-1)), -1),
});

/** Filters of documents beside `metadata.<key>`, which stands for any key. */
export const DocumentQuery = z.looseObject({
  ...PageQuery.shape,
  /** Part of the filename. */
  q: z.optional(z.string()),
  source: z.optional(z.string()),
  parent_id: z.optional(z.string()),
  derived_from: z.optional(z.string()),
  content_sha256: z.optional(z.string()),
  duplicate_of: z.optional(z.string()),
  include_deleted: flag,
});
export type DocumentQuery = z.infer<typeof DocumentQuery>;

export const DeletedQuery = z.looseObject({ include_deleted: flag });

/** `hard` removes row and bytes. */
export const DeleteDocumentQuery = z.looseObject({ hard: flag });

export const VersionQuery = z.looseObject({
  version: z.optional(z.number().check(z.int(), z.minimum(1), z.maximum(1e9))),
});

export const ProjectQuery = z.looseObject({
  project: z.string().check(z.minLength(1)),
  environment: z._default(z.string(), ''),
});

/** A list that shows the newest few. */
export const ShortPageQuery = z.looseObject({ limit: limit(5, 50) });

/** Which source of an agent its evals run over. */
export const EvalTargetQuery = z.looseObject({ target: z._default(z.enum(['live', 'draft']), 'live') });

/** `case`: id or name of a case of the run. */
export const CoverageQuery = z.looseObject({ case: z.optional(z.string().check(z.minLength(1))) });

export const AuditFilterQuery = z.looseObject({
  action: z.optional(z.string()),
  actor_user_id: z.optional(z.string()),
  subject_type: z.optional(z.string()),
  /** A date alone counts from its first moment. */
  from: z.optional(Moment),
  /** A date alone counts to its last moment. */
  to: z.optional(Moment),
});
export type AuditFilterQuery = z.infer<typeof AuditFilterQuery>;

export const AuditQuery = z.looseObject({ ...AuditFilterQuery.shape, ...PageQuery.shape });

export const AuditExportQuery = z.looseObject({
  ...AuditFilterQuery.shape,
  format: z._default(z.enum(['json', 'csv']), 'json'),
});
