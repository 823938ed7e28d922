import { splitTop } from './jsdoc';
import type { ValueFact } from './values';

/**
 * Whether a value that is written out can be of a documented type. Types that are not understood, such as
 * names of other types and generics, take everything: only a sure contradiction counts.
 */
export function accepts(type: string, value: ValueFact): boolean {
  if (value.kind === 'unknown') return true;
  return splitTop(bare(type), /\|/).some((part) => acceptsOne(bare(part), value));
}

/** How a message names what a value is. */
export function kindOf(value: ValueFact): string {
  switch (value.kind) {
    case 'array':
      return 'a list';
    case 'object':
      return 'an object';
    case 'string':
      return value.text !== undefined && value.text.length <= 30 ? JSON.stringify(value.text) : 'text';
    case 'null':
    case 'undefined':
      return value.kind;
    default:
      return `a ${value.kind}`;
  }
}

/** Takes away what says nothing of the kind: outer brackets, `!`, `?`, `=` and `readonly`. */
function bare(type: string): string {
  const trimmed = type.trim().replace(/^readonly\s+/, '');
  const inner = /^\(([\s\S]*)\)$/.exec(trimmed)?.[1];
  if (inner !== undefined && balanced(inner)) return bare(inner);
  return trimmed.replace(/^[!?]/, '').replace(/=$/, '').trim();
}

function balanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    else if (character === ')' && --depth < 0) return false;
  }
  return depth === 0;
}

function acceptsOne(type: string, value: ValueFact): boolean {
  const { kind } = value;
  // JSDoc of plain JavaScript seldom says that something may be null, and a function rarely minds.
  if (kind === 'undefined' || kind === 'null') return true;
  const quoted = /^(["'`])(.*)\1$/.exec(type);
  if (quoted) return kind === 'string' && (value.text === undefined || value.text === quoted[2]);
  if (/^-?[\d.]+$/.test(type)) return kind === 'number';
  if (type.endsWith('[]') || /^(Readonly)?Array\b/.test(type) || /^\[[\s\S]*\]$/.test(type)) {
    return kind === 'array';
  }
  switch (type) {
    case 'string':
    case 'String':
      return kind === 'string';
    case 'number':
    case 'Number':
    case 'integer':
    case 'int':
      return kind === 'number';
    case 'boolean':
    case 'Boolean':
    case 'bool':
      return kind === 'boolean';
    case 'true':
    case 'false':
      return kind === 'boolean';
    case 'null':
    case 'undefined':
    case 'void':
      return false;
    case 'object':
    case 'Object':
      return kind === 'object' || kind === 'array' || kind === 'function';
    case 'array':
      return kind === 'array';
    case 'function':
    case 'Function':
      return kind === 'function';
  }
  if (/^\{[\s\S]*\}$/.test(type) || /^Record\s*</.test(type)) return kind === 'object';
  return true;
}
