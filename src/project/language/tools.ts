import type { SkillParam } from '../skills/info';
import type { Callable } from './describe';
import type { ServerTool } from './types';

/** @returns how a tool of an MCP server is called: always with one object, whose fields its schema names. */
export function toolCallable(tool: ServerTool): Callable {
  const schema = record(tool.inputSchema);
  const properties = record(schema?.properties) ?? {};
  const required = Array.isArray(schema?.required) ? schema.required : [];
  const params = Object.entries(properties).map(([name, value]): SkillParam => {
    const field = record(value);
    return {
      name,
      type: typeText(field),
      description: typeof field?.description === 'string' ? field.description : '',
      optional: !required.includes(name),
    };
  });
  return { description: tool.description, call: params.length > 0 ? 'object' : 'none', params, returns: '' };
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function typeText(schema: Record<string, unknown> | undefined): string {
  if (!schema) return 'any';
  if (Array.isArray(schema.enum)) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  if (Array.isArray(schema.type)) return schema.type.join(' | ');
  if (schema.type === 'array') return `${typeText(record(schema.items))}[]`;
  if (schema.type === 'integer') return 'number';
  return typeof schema.type === 'string' ? schema.type : 'any';
}
