import assert from 'node:assert/strict';
import type * as z from 'zod/mini';
import { apiBase, apiKeyHeader, ErrorBody, OpenAiError } from '../../../src/protocol';
import { errorsOf, type Operation } from '../../../src/runtime/openapi/operation';
import { operations } from '../../../src/runtime/openapi/operations';

/** The rows that a test has seen succeed, of all suites of this process; each suite is a bundle of its own. */
const seenKey = Symbol.for('tavora.contract.operations');
const kept = globalThis as { [seenKey]?: Set<string> };
kept[seenKey] ??= new Set();
export const seen: Set<string> = kept[seenKey];

export const nameOf = ({ method, path }: Operation): string => `${method.toUpperCase()} ${path}`;

const rows = operations.map((operation) => {
  const { path, outside } = operation;
  const pattern = path.replace(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.');
  return { operation, pattern: new RegExp(`^${outside ? '' : apiBase}${pattern}$`) };
});

/** @returns the row of a request; of two that fit, the one with fewer parameters. */
export function operationOf(method: string, url: string): Operation | undefined {
  const { pathname } = new URL(url);
  return rows
    .filter(({ operation, pattern }) => operation.method === method.toLowerCase() && pattern.test(pathname))
    .map(({ operation }) => operation)
    .sort((left, right) => left.path.split('{').length - right.path.split('{').length)[0];
}

/** What the audit log of a server must tell of, by origin: the actions of what succeeded. */
const changes = new Map<string, Set<string>>();

/** @throws AssertionError when the audit log of a server lacks what it has been made to do. */
export async function checkAudit(url: string, apiKey: string): Promise<void> {
  const { origin } = new URL(url);
  for (const action of changes.get(origin) ?? []) {
    const headers = { [apiKeyHeader]: apiKey };
    const answer = await fetch(`${origin}${apiBase}/audit-log?limit=1&action=${action}`, { headers });
    const { total } = (await answer.json()) as { total: number };
    assert.ok(total > 0, `The audit log does not tell of ${action}.`);
  }
  changes.delete(origin);
}

/**
 * `fetch` that holds each answer of the runtime against its row: the status is one that the row lists, a success
 * has the content type and the shape of its schema with no field of the wire left out, and anything else is the
 * wire's error. Streams are checked by who reads them.
 */
export const checkedFetch: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const { method, url } = request;
  const response = await fetch(request);
  const operation = operationOf(method, url);
  const what = `${method} ${url} answered ${response.status}`;
  if (!operation) {
    assert.ok(response.status >= 400, `${what}, but no row has it.`);
    return response;
  }
  if (response.status !== operation.status) {
    assert.ok(errorsOf(operation).includes(response.status), `${what}, which its row does not list.`);
    checkError(what, request, await response.clone().json());
    return response;
  }
  seen.add(nameOf(operation));
  if (operation.audit) {
    const { origin } = new URL(url);
    changes.set(origin, (changes.get(origin) ?? new Set()).add(operation.audit));
  }
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  const types: readonly string[] =
    operation.responseTypes ?? (operation.response ? ['application/json'] : ['']);
  assert.ok(types.includes(type), `${what} as "${type}", not ${types.join(' or ')}.`);
  if (type === 'application/json' && operation.response) {
    checkShape(what, operation.response, await response.clone().json());
  }
  return response;
};

/** OpenAI's clients, which send no key in our header, get the error as they read it. */
function checkError(what: string, request: Request, body: unknown): void {
  const forOpenAi = request.url.endsWith('/chat/completions') && !request.headers.has(apiKeyHeader);
  const { error, ...rest } = body as Record<string, unknown>;
  const text = forOpenAi ? OpenAiError.parse(error).message : error;
  const { success, data } = ErrorBody.safeParse({ ...rest, error: text });
  assert.ok(success && data.error && data.message && data.code, `${what} without error, message and code.`);
}

/** Fields that the wire marks as left out at times, beside those whose schema says so. */
const atTimes = new Set([
  'index_ids',
  'finished_at',
  'eval_case',
  'serverIssues',
  'file',
  'line',
  'column',
  'hint',
  'run_data',
]);

/** Parses a value and looks for fields that its schema would forgive the lack of. */
export function checkShape(what: string, schema: z.core.$ZodType, value: unknown): void {
  const result = (schema as z.ZodMiniType).safeParse(value);
  assert.ok(result.success, `${what} with another shape: ${JSON.stringify(result.error?.issues)}`);
  const missing = lacking(schema, value, '');
  assert.deepEqual(missing, [], `${what} without: ${missing.join(', ')}`);
}

/**
 * True for a field that a server may leave out. One that may be null too, or be anything, is there in the answers of
 * this server: its schema forgives what other servers do.
 */
function mayLack(field: z.core.$ZodType): boolean {
  const { def } = (field as z.core.$ZodTypes)._zod;
  if (def.type !== 'optional') return false;
  return !['nullable', 'unknown'].includes(def.innerType._zod.def.type);
}

function lacking(schema: z.core.$ZodType, value: unknown, path: string): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (value === undefined || value === null) return [];
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape).flatMap(([name, field]) => {
        const item = (value as Record<string, unknown>)[name];
        if (item === undefined) return atTimes.has(name) || mayLack(field) ? [] : [`${path}.${name}`];
        return lacking(field, item, `${path}.${name}`);
      });
    case 'array':
      return (value as unknown[]).flatMap((item, at) => lacking(def.element, item, `${path}[${at}]`));
    case 'pipe':
      return lacking(def.in, value, path);
    case 'optional':
    case 'nullable':
    case 'default':
      return lacking(def.innerType, value, path);
    case 'union': {
      const ways = def.options.map((option) => lacking(option, value, path));
      return ways.sort((left, right) => left.length - right.length)[0] ?? [];
    }
    default:
      return [];
  }
}
