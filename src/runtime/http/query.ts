import type { Context } from 'hono';
import * as z from 'zod/mini';
import { badRequest } from './problem';

/**
 * Reads the parameters of an address as the types that the schema gives them: numbers are decimal, and "true",
 * "1" and a bare name turn on what is on or off.
 * @throws Problem 400 naming the first parameter that does not fit, or is given twice.
 */
export function readQuery<T extends z.ZodMiniObject>(c: Context, schema: T): z.output<T> {
  const given = c.req.queries();
  const values: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(schema.shape)) {
    const [text, ...more] = given[name] ?? [];
    if (more.length > 0) throw badRequest(`The parameter "${name}" is given twice.`, { field: name });
    if (text !== undefined) values[name] = decode(text, bare(type));
  }
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const field = String(result.error.issues[0]?.path[0] ?? '');
  const type = schema.shape[field];
  const must = type ? `must be ${describe(bare(type))}` : 'does not fit';
  const missing = values[field] === undefined ? 'is missing' : must;
  throw badRequest(`The parameter "${field}" ${missing}.`, { field });
}

/** The type inside of what may be left out. */
function bare(type: z.core.SomeType): z.core.$ZodType {
  const { def } = (type as z.core.$ZodTypes)._zod;
  return def.type === 'optional' || def.type === 'default' ? bare(def.innerType) : (type as z.core.$ZodType);
}

/** @returns the text itself where it is not what the type wants, so that the schema refuses it. */
function decode(text: string, type: z.core.$ZodType): unknown {
  switch (type._zod.def.type) {
    case 'number':
      return /^-?\d{1,16}(?:\.\d{1,16})?$/.test(text) ? Number(text) : text;
    case 'boolean':
      if (/^(?:true|1|)$/i.test(text)) return true;
      return /^(?:false|0)$/i.test(text) ? false : text;
    default:
      return text;
  }
}

function describe(type: z.core.$ZodType): string {
  const { type: kind, minimum, maximum, enum: values, anyOf } = z.toJSONSchema(type, { io: 'input' });
  if (values) return `one of: ${values.join(', ')}`;
  if (anyOf) return 'a time such as 2026-01-31T12:00:00Z, or a date';
  if (kind === 'boolean') return 'true or false';
  if (kind === 'string') return 'text that is not empty';
  const what = kind === 'integer' ? 'a whole number' : 'a number';
  const bounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return `${what}, ${bounded ? `from ${minimum} to ${maximum}` : `${minimum} or more`}`;
}
