import { STATUS_CODES } from 'node:http';
import { apiBase, apiKeyHeader, ErrorBody } from '../../protocol';
import { Components, type JsonSchema, parameters } from './components';
import { families } from './families';
import { errorsOf, type Operation } from './operation';

/** An OpenAPI 3.1 document, as far as this room writes and reads it. */
export interface OpenApiDocument {
  openapi: '3.1.1';
  info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; identifier: string };
  };
  servers: { url: string; description: string }[];
  security: Record<string, never[]>[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: {
    schemas: Record<string, JsonSchema>;
    responses: Record<string, OpenApiResponse>;
    securitySchemes: Record<string, Record<string, string>>;
  };
}

export interface OpenApiOperation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  servers?: { url: string }[];
  security?: Record<string, never[]>[];
  /** What the audit log says of it; ours. */
  'x-audit-action'?: string;
  parameters?: { name: string; in: string; required: boolean; description?: string; schema: JsonSchema }[];
  requestBody?: { required: true; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, OpenApiResponse | { $ref: string }>;
}

export interface OpenApiResponse {
  description: string;
  content?: Record<string, { schema: JsonSchema }>;
}

const description =
  'The API of a Tavora server, as this runtime serves it. Requests carry a key of the server; fields and event ' +
  'types that are not listed here may come at any time and are to be passed over. Times are ISO 8601 in UTC, ids ' +
  'are opaque.';

/** `Not Found` for 404. */
const statusTitle = (status: number): string => STATUS_CODES[status] ?? String(status);

const securityOf: Record<NonNullable<Operation['security']>, Record<string, never[]>[]> = {
  bearer: [{ Bearer: [] }],
  'key-or-bearer': [{ ApiKey: [] }, { Bearer: [] }],
  none: [],
};

/** Writes the document of the operations. */
export function openApiDocument(operations: readonly Operation[], version: string): OpenApiDocument {
  const components = new Components();
  const paths: OpenApiDocument['paths'] = {};
  for (const operation of operations) {
    const { path, method } = operation;
    paths[path] = { ...paths[path], [method]: describe(operation, components) };
  }
  const statuses = [...new Set(operations.flatMap(errorsOf))].sort((left, right) => left - right);
  const error = { 'application/json': { schema: components.reference(ErrorBody) } };
  return {
    openapi: '3.1.1',
    info: { title: 'Tavora', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: apiBase, description: 'This runtime' }],
    security: [{ ApiKey: [] }],
    tags: Object.entries(families)
      .map(([name, text]) => ({ name, description: text }))
      .filter(({ name }) => operations.some(({ family }) => family === name)),
    paths,
    components: {
      schemas: components.definitions(),
      responses: Object.fromEntries(
        statuses.map((status) => [`Error${status}`, { description: statusTitle(status), content: error }]),
      ),
      securitySchemes: {
        ApiKey: { type: 'apiKey', in: 'header', name: apiKeyHeader, description: 'A key of the server.' },
        Bearer: { type: 'http', scheme: 'bearer', description: 'The same key, as OpenAI clients send it.' },
      },
    },
  };
}

function describe(operation: Operation, components: Components): OpenApiOperation {
  const { path, family, summary, description: more, outside, security, body, bodyType, audit } = operation;
  const all = [...inPath(path), ...inQuery(operation), ...inHeaders(operation)];
  return {
    operationId: operationId(operation),
    tags: [family],
    summary,
    ...(more === undefined ? {} : { description: more }),
    ...(audit === undefined ? {} : { 'x-audit-action': audit }),
    ...(outside ? { servers: [{ url: '/' }] } : {}),
    ...(security === undefined ? {} : { security: securityOf[security] }),
    ...(all.length > 0 ? { parameters: all } : {}),
    ...(body
      ? {
          requestBody: {
            required: true,
            content: { [bodyType ?? 'application/json']: { schema: components.reference(body) } },
          },
        }
      : {}),
    responses: {
      [operation.status]: success(operation, components),
      ...Object.fromEntries(
        errorsOf(operation).map((status) => [status, { $ref: `#/components/responses/Error${status}` }]),
      ),
    },
  };
}

function success(
  { status, response, event, responseTypes }: Operation,
  components: Components,
): OpenApiResponse {
  const types = responseTypes ?? (response ? ['application/json'] : []);
  if (types.length === 0) return { description: statusTitle(status) };
  const text = { type: 'string' };
  const content = types.map((type) => {
    const shape = { 'application/json': response, 'text/event-stream': event }[String(type)];
    return [type, { schema: shape ? components.reference(shape) : text }];
  });
  const streams = event ? '; of server-sent events the schema is that of one event’s data' : '';
  return {
    description: statusTitle(status) + streams,
    content: Object.fromEntries(content),
  };
}

function inPath(path: string) {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function inQuery({ query }: Operation) {
  return (query ? parameters(query) : []).map((parameter) => ({ ...parameter, in: 'query' }));
}

function inHeaders({ headers = {} }: Operation) {
  return Object.entries(headers).map(([name, text]) => ({
    name,
    in: 'header',
    required: false,
    description: text,
    schema: { type: 'string' },
  }));
}

/** `getIndexesByIdDocuments` for `GET /indexes/{id}/documents`. */
function operationId({ method, path }: Operation): string {
  const words = path.replace(/\{(\w+)\}/g, 'by-$1').split(/[^A-Za-z0-9]+/);
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
