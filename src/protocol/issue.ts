import * as z from 'zod/mini';

export const Severity = z.enum(['fatal', 'warn']);
export type Severity = z.infer<typeof Severity>;

/** One finding of a validator. Lines and columns count from 1; `file` is relative to the project folder. */
export const Issue = z.looseObject({
  file: z.optional(z.nullable(z.string())),
  line: z.optional(z.nullable(z.number())),
  column: z.optional(z.nullable(z.number())),
  code: z._default(z.string(), 'server'),
  message: z.string(),
  hint: z.optional(z.nullable(z.string())),
  severity: z._default(z.catch(Severity, 'fatal'), 'fatal'),
});
export type Issue = z.infer<typeof Issue>;

/**
 * Answer of `POST /skills/validate`, which has no published body: the list may be called `issues`, `errors`
 * or `diagnostics`, its rows may be full issues or `{message, line?, column?}`.
 */
export const SkillValidation = z.looseObject({
  valid: z.optional(z.boolean()),
  ok: z.optional(z.boolean()),
  issues: z.optional(z.nullable(z.array(Issue))),
  errors: z.optional(z.nullable(z.array(Issue))),
  diagnostics: z.optional(z.nullable(z.array(Issue))),
});
export type SkillValidation = z.infer<typeof SkillValidation>;

/** The same as our runtime writes it. */
export const SkillVerdict = z.looseObject({ valid: z.boolean(), issues: z.array(Issue) });
