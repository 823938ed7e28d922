import { setImmediate as turn } from 'node:timers/promises';
import * as z from 'zod/mini';
import { ConnectionError, type Target } from './errors';

/** Length of a body, in characters, from which on reading and checking it each get a turn of the thread of their own. */
const longBody = 100_000;

/**
 * Reads an answer's body as JSON that fits a schema. Unknown fields survive. An editor may answer a key between the
 * parts of a long one.
 * @throws ConnectionError 'empty' for no body, 'garbage' for one that is not JSON or does not fit
 */
export async function decode<S extends z.ZodMiniType>(
  schema: S,
  text: string,
  contentType: string | undefined,
  target: Target,
): Promise<z.infer<S>> {
  const call = `${target.method} ${target.url}`;
  if (!text.trim()) {
    throw new ConnectionError('empty', `The answer to ${call} is empty where JSON was expected.`, target);
  }
  const breathe = text.length < longBody ? () => undefined : () => turn();
  await breathe();
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
  await breathe();
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    await breathe();
    return parsed.data;
  }
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
