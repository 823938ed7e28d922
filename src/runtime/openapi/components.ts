import * as z from 'zod/mini';
import * as protocol from '../../protocol';

export type JsonSchema = Record<string, unknown>;

const prefix = '#/components/schemas/';

/** The wire's schemas under the names that the code has for them: what shows as a component of the document. */
const named = z.registry<{ id: string }>();
for (const [name, value] of Object.entries(protocol)) {
  if (isSchema(value) && ['object', 'array', 'record'].includes(value._zod.def.type))
    named.add(value, { id: name });
}

/** The schemas of one document: given out as references, and kept to be defined once. */
export class Components {
  readonly #all: Record<string, JsonSchema>;
  readonly #used = new Set<string>();

  constructor() {
    const { schemas } = z.toJSONSchema(named, {
      io: 'input',
      unrepresentable: 'any',
      uri: (id) => prefix + id,
    });
    this.#all = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, tidy(schema)]));
  }

  /**
   * @returns a reference to a named schema, or the array or the objects of such.
   * @throws Error for any other schema: what goes over the wire is written in the protocol, with a name.
   */
  reference(schema: z.core.$ZodType): JsonSchema {
    const name = named.get(schema)?.id;
    if (name !== undefined) return { $ref: this.#use(name) };
    const { def } = (schema as z.core.$ZodTypes)._zod;
    if (def.type === 'array') return { type: 'array', items: this.reference(def.element) };
    throw new Error('A schema of an operation is no export of the protocol.');
  }

  /** @returns the definitions of all that was referred to, by name in order. */
  definitions(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#used].sort().map((name) => [name, this.#all[name] ?? {}]));
  }

  #use(name: string): string {
    if (!this.#used.has(name)) {
      this.#used.add(name);
      for (const other of references(this.#all[name])) this.#use(other);
    }
    return prefix + name;
  }
}

/** @returns the properties of a schema that stands for parameters, and which of them must be there. */
export function parameters(
  schema: z.ZodMiniObject,
): { name: string; required: boolean; schema: JsonSchema }[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).map(([name, type]) => ({
    name,
    required: required.includes(name),
    schema: type as JsonSchema,
  }));
}

function isSchema(value: unknown): value is z.core.$ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}

/** Takes out what repeats the document's own rules, deeply. */
function tidy(value: unknown): JsonSchema {
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    const kept = Object.entries(node).filter(
      ([key, item]) =>
        !['$schema', '$id'].includes(key) && !(key === 'additionalProperties' && isEmpty(item)),
    );
    return Object.fromEntries(kept.map(([key, item]) => [key, walk(item)]));
  };
  return walk(value) as JsonSchema;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** The names of the components that a schema refers to. */
function references(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' && value.startsWith(prefix)
      ? [value.slice(prefix.length)]
      : references(value),
  );
}
