/** A tool as its server describes it. */
export interface McpTool {
  name: string;
  description: string;
  /** JSON Schema of its arguments. */
  parameters: Record<string, unknown>;
}

/** What a server offers, or why that is not known. */
export interface ServerTools {
  server: string;
  tools?: McpTool[];
  problem?: string;
}

/** Longest description of a tool or parameter that a model is shown. */
const longestDescription = 400;

/** @returns what a model is told of an agent's MCP servers, in Markdown; "" when it has none. */
export function describeServers(servers: readonly ServerTools[]): string {
  return servers.map(describeServer).join('\n\n');
}

function describeServer({ server, tools, problem }: ServerTools): string {
  const title = `### ${server}`;
  if (problem !== undefined) return `${title}\nCannot be used now. ${problem}`;
  if (!tools) return `${title}\nIts tools are listed when a run begins.`;
  if (tools.length === 0) return `${title}\nIt has no tools.`;
  return [title, ...tools.flatMap((tool) => describeTool(server, tool))].join('\n');
}

function describeTool(server: string, { name, description, parameters }: McpTool): string[] {
  const access = /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${quote(name)}]`;
  const fields = fieldsOf(parameters);
  const given = fields.map((field) => `${field.name}${field.required ? '' : '?'}: ${typeOf(field.schema)}`);
  const inner = given.length === 0 ? '' : `{ ${given.join(', ')} }`;
  const about = description ? `: ${shorten(description)}` : '';
  return [
    `- \`require(${quote(server)})${access}(${inner})\`${about}`,
    ...fields.flatMap(({ name: field, schema }) =>
      typeof schema.description === 'string' ? [`  - ${field}: ${shorten(schema.description)}`] : [],
    ),
  ];
}

interface Field {
  name: string;
  required: boolean;
  schema: Record<string, unknown>;
}

function fieldsOf(schema: Record<string, unknown>): Field[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(objectOf(schema.properties)).map(([name, one]) => ({
    name: /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name),
    required: required.includes(name),
    schema: objectOf(one),
  }));
}

/** @returns a schema as a person would write the type; what is too deep or too odd is `unknown`. */
function typeOf(schema: Record<string, unknown>, depth = 0): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const union = [schema.anyOf, schema.oneOf].find(Array.isArray);
  if (union) return union.map((one) => typeOf(objectOf(one), depth + 1)).join(' | ');
  if (Array.isArray(schema.type)) return schema.type.map(String).join(' | ');
  switch (schema.type) {
    case 'integer':
      return 'number';
    case 'array': {
      const item = typeOf(objectOf(schema.items), depth + 1);
      return item.includes(' ') ? `Array<${item}>` : `${item}[]`;
    }
    case 'object': {
      const fields = depth < 2 ? fieldsOf(schema) : [];
      if (fields.length === 0) return 'object';
      const inner = fields.map(
        (one) => `${one.name}${one.required ? '' : '?'}: ${typeOf(one.schema, depth + 1)}`,
      );
      return `{ ${inner.join(', ')} }`;
    }
    default:
      return typeof schema.type === 'string' ? schema.type : 'unknown';
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= longestDescription ? line : `${line.slice(0, longestDescription - 1)}…`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
