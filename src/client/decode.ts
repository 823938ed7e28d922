import * as z from 'zod/mini';
import { ConnectionError, type Target } from './errors';

/**
 * Reads an answer's body as JSON that fits a schema. Unknown fields survive.
 * @throws ConnectionError 'empty' for no body, 'garbage' for one that is not JSON or does not fit
 */
export function decode<S extends z.ZodMiniType>(
  schema: S,
  text: string,
  contentType: string | undefined,
  target: Target,
): z.infer<S> {
  const call = `${target.method} ${target.url}`;
  if (!text.trim()) {
    throw new ConnectionError('empty', `The answer to ${call} is empty where JSON was expected.`, target);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, which may hold anything.
    const what = contentType && !contentType.includes('json') ? contentType : 'text that is not valid JSON';
    throw new ConnectionError(
      'garbage',
      `The answer to ${call} is ${what} where JSON was expected. Is this the address of a Tavora server?`,
      target,
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ConnectionError(
    'garbage',
    `The answer to ${call} does not fit: ${describe(issue)}. ` +
      'The server may speak another version of the API than this extension.',
    target,
    { cause: parsed.error },
  );
}

function describe(issue: z.core.$ZodIssue | undefined): string {
  const path = issue?.path.map(String).join('.') ?? '';
  const field = path ? `the field “${path}”` : 'the answer as a whole';
  const expected = issue && 'expected' in issue ? `is not of type ${String(issue.expected)}` : 'is not valid';
  return `${field} ${expected}`;
}

/**
 * A list that arrives bare or in an envelope with the given name. A server written in Go sends an empty list
 * as null.
 */
export function listOf<S extends z.ZodMiniType>(name: string, row: S) {
  return z.pipe(
    z.pipe(
      z.unknown(),
      z.transform((value): unknown => {
        if (value === null) return [];
        if (typeof value !== 'object' || Array.isArray(value) || !(name in value)) return value;
        return (value as Record<string, unknown>)[name] ?? [];
      }),
    ),
    z.array(row),
  );
}
