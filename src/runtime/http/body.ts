import type { Context } from 'hono';
import type * as z from 'zod/mini';
import { JsonProblem, parseJson } from './json';
import { badRequest } from './problem';

/** Reads a JSON body that may be left out: no body is one without fields. @throws as `readBody`. */
export async function readOptionalBody<T extends z.ZodMiniType>(c: Context, schema: T): Promise<z.output<T>> {
  return check((await c.req.text()) || '{}', schema);
}

/**
 * Reads a JSON body and checks it.
 * @throws Problem 400 when the body is not JSON, or naming the first field that does not fit.
 */
export async function readBody<T extends z.ZodMiniType>(c: Context, schema: T): Promise<z.output<T>> {
  const text = await c.req.text();
  if (!text.trim()) throw badRequest('The request has no body; send a JSON object.');
  return check(text, schema);
}

function check<T extends z.ZodMiniType>(text: string, schema: T): z.output<T> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    throw badRequest(`The body is not JSON: it cannot be read${error.message}.`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = (issue?.path ?? []).map(String).join('.');
  throw badRequest(issue ? describe(issue, field) : 'The body does not fit.', field ? { field } : {});
}

function describe(issue: z.core.$ZodIssue, field: string): string {
  const subject = field ? `The field "${field}"` : 'The body';
  switch (issue.code) {
    case 'invalid_type':
      return `${subject} must be ${article(issue.expected)}.`;
    case 'invalid_value':
      return `${subject} must be one of: ${issue.values.map(String).join(', ')}.`;
    case 'too_small':
      return `${subject} must ${atLeast(issue.origin, Number(issue.minimum))}.`;
    case 'too_big':
      return `${subject} must ${atMost(issue.origin, Number(issue.maximum))}.`;
    case 'invalid_union': {
      // What one of the types says of more than the type itself.
      const [near] = issue.errors.map(([first]) => first).filter((first) => first?.code.startsWith('too_'));
      return near ? describe(near, field) : `${subject} has the wrong type.`;
    }
    default:
      return `${subject} does not fit: ${issue.message || issue.code}.`;
  }
}

function atLeast(origin: string, minimum: number): string {
  if (origin === 'number') return `be ${minimum} or more`;
  return minimum === 1 ? 'not be empty' : `have ${minimum} ${unitOf(origin)} or more`;
}

function atMost(origin: string, maximum: number): string {
  return origin === 'number' ? `be ${maximum} or less` : `have ${maximum} ${unitOf(origin)} or less`;
}

const unitOf = (origin: string): string => (origin === 'string' ? 'characters' : 'entries');

function article(type: string): string {
  const name = { record: 'object', int: 'whole number' }[type] ?? type;
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}
