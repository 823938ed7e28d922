import type { AnyNode } from 'acorn';
import type { LineIndex } from '../lines';
import type { TextRange } from '../range';

/** What can be said of an expression without running it. `unknown` is anything that comes from elsewhere. */
export interface ValueFact {
  kind: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'function' | 'null' | 'undefined' | 'unknown';
  range: TextRange;
  /** The text itself, where it is written out. */
  text?: string;
  /** The fields of an object that is written out. */
  fields?: FieldFact[];
  /** True when an object has fields that are not written out, by a spread or a computed name. */
  open?: boolean;
  /** Number of items of a list that is written out in full. */
  items?: number;
}

export interface FieldFact {
  name: string;
  /** Where the name stands. */
  range: TextRange;
  value: ValueFact;
}

/** Reads what an expression surely is. */
export function factOf(node: AnyNode, lines: LineIndex): ValueFact {
  const range = lines.range(node.start, node.end - node.start);
  switch (node.type) {
    case 'Literal':
      return literal(node.value, node, range);
    case 'TemplateLiteral': {
      const text = node.expressions.length === 0 ? node.quasis[0]?.value.cooked : undefined;
      return { kind: 'string', range, ...(typeof text === 'string' ? { text } : {}) };
    }
    case 'ObjectExpression':
      return objectOf(node, range, lines);
    case 'ArrayExpression': {
      const whole = node.elements.every((one) => one?.type !== 'SpreadElement');
      return { kind: 'array', range, ...(whole ? { items: node.elements.length } : {}) };
    }
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return { kind: 'function', range };
    case 'UnaryExpression':
      if (node.operator === '!') return { kind: 'boolean', range };
      if (node.operator === 'typeof') return { kind: 'string', range };
      if (node.operator === 'void') return { kind: 'undefined', range };
      if (
        node.operator === '-' &&
        node.argument.type === 'Literal' &&
        typeof node.argument.value === 'number'
      )
        return { kind: 'number', range };
      return { kind: 'unknown', range };
    case 'BinaryExpression':
      return { kind: joinsText(node) ? 'string' : 'unknown', range };
    default:
      return { kind: 'unknown', range };
  }
}

function literal(value: unknown, node: AnyNode & { type: 'Literal' }, range: TextRange): ValueFact {
  if (node.regex) return { kind: 'unknown', range };
  if (value === null) return { kind: 'null', range };
  if (typeof value === 'string') return { kind: 'string', range, text: value };
  if (typeof value === 'number') return { kind: 'number', range };
  if (typeof value === 'boolean') return { kind: 'boolean', range };
  return { kind: 'unknown', range };
}

function objectOf(
  node: AnyNode & { type: 'ObjectExpression' },
  range: TextRange,
  lines: LineIndex,
): ValueFact {
  const fields: FieldFact[] = [];
  let open = false;
  for (const property of node.properties) {
    if (property.type !== 'Property' || property.computed) {
      open = true;
      continue;
    }
    const { key } = property;
    const name =
      key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : undefined;
    if (name === undefined || name === '__proto__') open = true;
    else {
      const at = lines.range(key.start, key.end - key.start);
      fields.push({ name, range: at, value: factOf(property.value, lines) });
    }
  }
  return { kind: 'object', range, fields, ...(open ? { open } : {}) };
}

/** `'a' + x` is text whatever x is. */
function joinsText(node: AnyNode): boolean {
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return false;
  return [node.left, node.right].some(
    (side) =>
      (side.type === 'Literal' && typeof side.value === 'string') ||
      side.type === 'TemplateLiteral' ||
      joinsText(side),
  );
}
