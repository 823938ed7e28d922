import type { JsonSchema } from '../json/schema';
import { completedFields } from './agent';

/** A schema that only helps: the editor completes and explains with it, and finds nothing wrong. */
export interface AssistSchema {
  $schema?: string;
  title?: string;
  description?: string;
  default?: unknown;
  examples?: readonly unknown[];
  defaultSnippets?: readonly { label: string; description?: string; body: unknown }[];
  properties?: Record<string, AssistSchema>;
  additionalProperties?: AssistSchema;
  items?: AssistSchema;
  allowComments?: boolean;
  allowTrailingCommas?: boolean;
}

/**
 * Takes from a schema what would judge: VS Code validates against the schemas that an extension contributes,
 * and every problem would be shown twice, once without its code, its hint and its quick fix. The rules judge.
 */
export function assistSchema(schema: JsonSchema): AssistSchema {
  const branches = schema.anyOf ?? [];
  const object = [schema, ...branches].find((one) => one.properties);
  const items = [schema, ...branches].find((one) => one.items)?.items;
  const values = [schema, ...branches].flatMap((one) =>
    (one.enum ?? []).map((value, i) => {
      const description = one.enumDescriptions?.[i];
      return { label: value, ...(description ? { description } : {}), body: value };
    }),
  );
  const examples = [schema, ...branches].flatMap((one) =>
    completedFields.has(one) ? [] : (one.examples ?? []),
  );
  const snippets = values.length > 0 ? values : examples.length > 0 ? [] : empty(schema);
  return {
    ...(schema.$schema ? { $schema: schema.$schema } : {}),
    ...(schema.title ? { title: schema.title } : {}),
    ...(schema.description ? { description: schema.description } : {}),
    ...(schema.default === undefined ? {} : { default: schema.default }),
    ...(schema.allowComments ? { allowComments: true } : {}),
    ...(schema.allowTrailingCommas ? { allowTrailingCommas: true } : {}),
    ...(examples.length > 0 ? { examples } : {}),
    ...(snippets.length > 0 ? { defaultSnippets: snippets } : {}),
    ...(object?.properties
      ? {
          properties: Object.fromEntries(
            Object.entries(object.properties).map(([name, one]) => [name, assistSchema(one)]),
          ),
        }
      : {}),
    ...(schema.additionalProperties
      ? { additionalProperties: assistSchema(schema.additionalProperties) }
      : {}),
    ...(items ? { items: assistSchema(items) } : {}),
  };
}

/** What a field begins with when it is put in; the editor takes it from the type, which is left out here. */
function empty({ type, default: preset }: JsonSchema): { label: string; body: unknown }[] {
  if (preset !== undefined && type !== 'boolean') return [];
  switch (type) {
    case 'boolean':
      return [
        { label: 'true', body: true },
        { label: 'false', body: false },
      ];
    case 'array':
      return [{ label: '[ ]', body: '^[$1]' }];
    case 'object':
      return [{ label: '{ }', body: '^{$1}' }];
    case 'string':
      return [{ label: '""', body: '^"$1"' }];
    default:
      return [];
  }
}
