import type { JSONPath, Node } from 'jsonc-parser';
import type { JsonSchema } from '../../json/schema';
import { baseName } from '../../paths';
import { agentSchema } from '../../schemas/agent';
import { evalSchema } from '../../schemas/eval';
import { projectSchema } from '../../schemas/project';
import type { FileRole } from '../facts/read';
import type { Completion } from '../types';
import { entry, type Target } from './entry';

/** @returns whether the extension contributes a schema for a file: then the editor completes what the schema says. */
export function hasContributedSchema(path: string, role: FileRole): boolean {
  if (role === 'project' || baseName(path) === 'agent.jsonc') return true;
  return role === 'eval' && /(?:^|\/)agents\/[^/]+\/evals\/[^/]+\.json$/.test(path);
}

/** @returns the values that a schema knows at a place of a file that the editor has no schema for. */
export function schemaValues(path: string, role: FileRole, where: JSONPath, target: Target): Completion[] {
  if (hasContributedSchema(path, role)) return [];
  return schemasAt(role, where).flatMap((schema) =>
    (schema.enum ?? []).map((value, i) =>
      entry(value, target, { kind: 'field', detail: schema.enumDescriptions?.[i] ?? '' }),
    ),
  );
}

/** @returns the fields that may stand at a place of a file that the editor has no schema for. */
export function schemaKeys(
  path: string,
  role: FileRole,
  where: JSONPath,
  written: readonly string[],
  target: Target,
  quoted: boolean,
): Completion[] {
  if (hasContributedSchema(path, role)) return [];
  const fields = schemasAt(role, where.slice(0, -1)).flatMap((schema) =>
    Object.entries(schema.properties ?? {}),
  );
  return fields
    .filter(([name]) => !written.includes(name))
    .map(([name, schema]) =>
      entry(name, target, {
        kind: 'field',
        documentation: schema.description ?? '',
        insertText: quoted ? name : `${JSON.stringify(name)}: `,
      }),
    );
}

function schemasAt(role: FileRole, where: JSONPath): JsonSchema[] {
  const roots: Partial<Record<FileRole, JsonSchema>> = {
    project: projectSchema,
    agent: agentSchema,
    eval: evalSchema,
  };
  const root = roots[role];
  let schemas = root ? alternatives(root) : [];
  for (const key of where) {
    schemas = schemas.flatMap((schema) => {
      const next = typeof key === 'number' ? schema.items : field(schema, key);
      return next ? alternatives(next) : [];
    });
  }
  return schemas;
}

function field(schema: JsonSchema, key: string): JsonSchema | undefined {
  const { properties } = schema;
  return properties && Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties;
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  return [schema, ...(schema.anyOf ?? []).flatMap(alternatives)];
}

/** @returns the fields that an object has, without the one under the cursor. */
export function otherKeys(object: Node | undefined, offset: number): string[] {
  return (object?.children ?? []).flatMap((property) => {
    const [key] = property.children ?? [];
    const here = key && offset >= key.offset && offset <= key.offset + key.length;
    return key && !here ? [String(key.value)] : [];
  });
}
