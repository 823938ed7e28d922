import { nearest } from '../rules/suggest';
import type { JsonDocument, JsonNode } from './document';

/** The part of JSON Schema that the project's files need; the editor reads the same objects. */
export interface JsonSchema {
  $schema?: string;
  title?: string;
  description?: string;
  /** What VS Code else warns of; the project's own files may have both. */
  allowComments?: boolean;
  allowTrailingCommas?: boolean;
  type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  enum?: readonly string[];
  enumDescriptions?: readonly string[];
  examples?: readonly unknown[];
  default?: unknown;
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  /** Which fields are required together, for editors: the rules have codes of their own for what is missing. */
  oneOf?: readonly { required: readonly string[] }[];
  additionalProperties?: JsonSchema;
  items?: JsonSchema;
  anyOf?: readonly JsonSchema[];
  minimum?: number;
  maximum?: number;
}

export interface ShapeProblem {
  kind: 'invalid' | 'bounds' | 'unknown-field' | 'duplicate-field';
  node: JsonNode;
  message: string;
  hint?: string;
  data?: { suggestion?: string; remove?: boolean };
}

/**
 * Compares a document with a schema: types, allowed values, bounds, misspelt and repeated fields. What is
 * missing is not reported here; the rules that need a field say so under their own codes.
 *
 * @param path the node's place as messages name it, "" for the whole document.
 */
export function checkShape(
  document: JsonDocument,
  node: JsonNode,
  schema: JsonSchema,
  path = '',
): ShapeProblem[] {
  const name = named(path);
  if (schema.anyOf) {
    const fitting = schema.anyOf.filter((one) => fits(node, one));
    const [first, ...others] = fitting.map((one) => checkShape(document, node, one, path));
    if (first) return [first, ...others].find((problems) => problems.length === 0) ?? first;
    return [wrongType(node, name, schema.anyOf)];
  }
  if (!fits(node, schema)) return [wrongType(node, name, [schema])];
  if (schema.enum && typeof node.value === 'string' && !schema.enum.includes(node.value)) {
    const near = nearest(node.value, schema.enum);
    const hint = near
      ? `Did you mean "${near}"?`
      : `Use one of ${schema.enum.map((v) => `"${v}"`).join(', ')}.`;
    const data = near ? { data: { suggestion: near } } : {};
    return [{ kind: 'invalid', node, message: `${name} cannot be "${node.value}".`, hint, ...data }];
  }
  if (typeof node.value === 'number') return bounds(node, node.value, schema, name);
  if (node.type === 'array' && schema.items) {
    const items = schema.items;
    return document.items(node).flatMap((item, i) => checkShape(document, item, items, `${path}[${i}]`));
  }
  return node.type === 'object' ? checkFields(document, node, schema, path) : [];
}

function checkFields(
  document: JsonDocument,
  node: JsonNode,
  schema: JsonSchema,
  path: string,
): ShapeProblem[] {
  const known = schema.properties ?? {};
  const fields = document.fields(node);
  const present = new Set(fields.map((field) => field.key));
  const seen = new Set<string>();
  const problems: ShapeProblem[] = [];
  for (const { key, keyNode, value } of fields) {
    if (seen.has(key)) {
      problems.push({
        kind: 'duplicate-field',
        node: keyNode,
        message: `"${key}" is written twice; only the last one counts.`,
        hint: 'Remove one of the two.',
        data: { remove: true },
      });
    }
    seen.add(key);
    const fieldSchema = Object.hasOwn(known, key) ? known[key] : schema.additionalProperties;
    if (fieldSchema) {
      if (value) problems.push(...checkShape(document, value, fieldSchema, path ? `${path}.${key}` : key));
      continue;
    }
    const free = Object.keys(known).filter((one) => !present.has(one));
    const near = nearest(key, free);
    if (near) {
      problems.push({
        kind: 'unknown-field',
        node: keyNode,
        message: `"${key}" is not a field that Tavora reads here.`,
        hint: `Did you mean "${near}"?`,
        data: { suggestion: near },
      });
    }
  }
  return problems;
}

function named(path: string): string {
  return path ? `"${path}"` : 'The document';
}

function bounds(node: JsonNode, value: number, schema: JsonSchema, name: string): ShapeProblem[] {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema;
  if (value >= minimum && value <= maximum) return [];
  const both = schema.minimum !== undefined && schema.maximum !== undefined;
  const must = both
    ? `between ${minimum} and ${maximum}`
    : value < minimum
      ? `at least ${minimum}`
      : `at most ${maximum}`;
  // A score of 75 where 10 is the most was meant of 100.
  const share = both && value > maximum && value <= 100 ? (value * maximum) / 100 : undefined;
  const nearest = share ?? (value < minimum ? minimum : maximum);
  const hint =
    share === undefined ? `The nearest that is allowed is ${nearest}.` : `${value} of 100 is ${share}.`;
  return [
    {
      kind: 'bounds',
      node,
      message: `${name} must be ${must}, and is ${value}.`,
      hint,
      data: { suggestion: String(nearest) },
    },
  ];
}

function fits(node: JsonNode, schema: JsonSchema): boolean {
  switch (schema.type) {
    case undefined:
      return true;
    case 'integer':
      return node.type === 'number' && Number.isInteger(node.value);
    default:
      return node.type === schema.type;
  }
}

function wrongType(node: JsonNode, name: string, wanted: readonly JsonSchema[]): ShapeProblem {
  const types = wanted.map(described).join(' or ');
  const hint = `Write ${wanted.map(example).join(' or ')}.`;
  return { kind: 'invalid', node, message: `${name} must be ${types}, not ${kindOf(node)}.`, hint };
}

function example(schema: JsonSchema): string {
  switch (schema.type) {
    case 'object':
      return 'its fields in braces: { "field": … }';
    case 'array':
      return 'its items in brackets: ["one", "two"]';
    case 'string':
      return 'it in double quotes: "…"';
    case 'boolean':
      return 'true or false, without quotes';
    default:
      return 'a number, without quotes';
  }
}

function described(schema: JsonSchema): string {
  switch (schema.type) {
    case 'object':
      return 'an object { … }';
    case 'array':
      return 'a list [ … ]';
    case 'string':
      return 'text in quotes';
    case 'integer':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return 'a value';
  }
}

function kindOf(node: JsonNode): string {
  if (node.type === 'null') return 'null';
  if (node.type === 'number') return Number.isInteger(node.value) ? 'a number' : 'a fraction';
  return described({ type: node.type === 'property' ? 'string' : node.type });
}
