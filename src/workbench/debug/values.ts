import { Handles } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';

type Variable = DebugProtocol.Variable;

/** A value of the debugger's wire, as far as it has parts. */
interface Node {
  t: 'leaf' | 'list' | 'fields' | 'pairs';
  label?: string;
  text?: string;
  keys?: unknown[];
  items?: unknown[];
  more?: number;
}

/** Longest text of a value in a row. */
const longest = 200;

/** A text too long for a row, to be opened as a document. */
export interface LongText {
  name: string;
  text: string;
}

/** Values as rows that can be opened, for as long as the program stands still. */
export class Values {
  readonly #handles = new Handles<() => Variable[] | Promise<Variable[]>>();
  readonly #texts = new Handles<LongText>();

  /** Rows are made when they are asked for. @returns their reference. */
  reference(rows: () => Variable[] | Promise<Variable[]>): number {
    return this.#handles.create(rows);
  }

  /** @returns the rows of a reference; none when the program has gone on since. */
  async rows(reference: number): Promise<Variable[]> {
    return (await this.#handles.get(reference, () => [])()) ?? [];
  }

  /** @returns a reference to a value's whole text, where a row does not hold it. */
  place(name: string, value: unknown): number | undefined {
    if (typeof value !== 'string' || shown(value) === whole(value)) return undefined;
    return this.#texts.create({ name, text: value });
  }

  /** @returns the text of a reference; undefined when the program has gone on since. */
  text(reference: number): LongText | undefined {
    return this.#texts.get(reference);
  }

  reset(): void {
    this.#handles.reset();
    this.#texts.reset();
  }

  /** @param path JavaScript that gives the value, where there is such */
  row(name: string, value: unknown, path = ''): Variable {
    const node = nodeOf(value);
    const parts = node ? this.#parts(node, path) : undefined;
    const place = this.place(name, value);
    return {
      name,
      value: shown(value),
      type: typeOf(value),
      variablesReference: parts ? this.reference(parts) : 0,
      ...(path ? { evaluateName: path } : {}),
      ...(place === undefined ? {} : { valueLocationReference: place }),
    };
  }

  /** Plain JSON as a row. */
  plain(name: string, value: unknown, path = ''): Variable {
    return this.row(name, fromJson(value), path);
  }

  #parts(node: Node, path: string): (() => Variable[]) | undefined {
    const { items = [], more = 0 } = node;
    if (node.t === 'leaf' || (items.length === 0 && more === 0)) return undefined;
    return () => {
      const rows = items.map((item, index) => {
        if (node.t === 'list') return this.row(String(index), item, path && `${path}[${index}]`);
        const key = node.keys?.[index];
        if (node.t === 'pairs') return this.row(shown(key), item);
        return this.row(String(key), item, path && `${path}${member(String(key))}`);
      });
      if (more > 0) {
        rows.push({ name: '…', value: `${more} more, evaluate the value to see it`, variablesReference: 0 });
      }
      return rows;
    };
  }
}

/** @returns plain JSON in the form of the debugger's wire. */
export function fromJson(value: unknown): unknown {
  if (Array.isArray(value)) return { t: 'list', label: '', items: value.map(fromJson), more: 0 };
  if (typeof value !== 'object' || value === null) return value;
  return {
    t: 'fields',
    label: '',
    keys: Object.keys(value),
    items: Object.values(value).map(fromJson),
    more: 0,
  };
}

/** @returns a value of the debugger's wire as plain JSON; what JSON lacks as a person reads it. */
function toJson(value: unknown): unknown {
  const node = nodeOf(value);
  if (!node) return value;
  const { items = [], keys = [], more = 0 } = node;
  const rest = `${more} more`;
  if (node.t === 'leaf') return node.text ?? null;
  if (node.t === 'list') return [...items.map(toJson), ...(more > 0 ? [`… ${rest}`] : [])];
  const named = items.map((item, index) => {
    const key = keys[index];
    return [typeof key === 'string' ? key : shown(key), toJson(item)] as const;
  });
  return Object.fromEntries([...named, ...(more > 0 ? [['…', rest] as const] : [])]);
}

/**
 * Finds what a path of names leads to, such as `order.items[0].price`.
 * @returns undefined when the text is no such path, or leads nowhere.
 */
export function lookUp(
  names: Readonly<Record<string, unknown>>,
  text: string,
): { value: unknown } | undefined {
  const trimmed = text.trim();
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*(\.[\p{L}_$][\p{L}\p{N}_$]*|\[\d+\])*$/u.test(trimmed)) return undefined;
  const [first = '', ...rest] = trimmed.split(/[.[\]]+/).filter(Boolean);
  if (!Object.hasOwn(names, first)) return undefined;
  let value: unknown = names[first];
  for (const key of rest) {
    const node = nodeOf(value);
    const at = node?.t === 'list' ? Number(key) : (node?.keys ?? []).indexOf(key);
    if (!node || node.t === 'pairs' || at < 0 || at >= (node.items?.length ?? 0)) return undefined;
    value = node.items?.[at];
  }
  return { value };
}

/** @returns a value as text for where there is room: a text in whole, of anything else what a row shows. */
export function whole(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : shown(value);
}

/** @returns a value as it is of use elsewhere: a text as it reads, and JSON. */
export function copied(value: unknown): string {
  if (typeof value === 'string') return value;
  return nodeOf(value)?.t === 'leaf' ? shown(value) : (JSON.stringify(toJson(value), null, 2) ?? 'undefined');
}

/** @returns a value as text in one line. */
export function shown(value: unknown): string {
  const text = textOf(value, 2);
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

function textOf(value: unknown, depth: number): string {
  const node = nodeOf(value);
  if (!node) return value === undefined ? 'undefined' : JSON.stringify(value);
  const { label = '', items = [], keys = [], more = 0 } = node;
  if (node.t === 'leaf') return node.text ?? '';
  const rest = more > 0 ? ', …' : '';
  if (node.t === 'list') {
    const inner =
      depth > 0
        ? items
            .slice(0, 8)
            .map((item) => textOf(item, depth - 1))
            .join(', ')
        : '…';
    return `${label || ''}(${items.length + more}) [${inner}${items.length > 8 ? ', …' : rest}]`;
  }
  if (depth === 0) return label || (items.length === 0 ? '{}' : '{…}');
  const inner = items.slice(0, 6).map((item, index) => {
    const key = keys[index];
    return node.t === 'pairs'
      ? `${textOf(key, 0)} => ${textOf(item, depth - 1)}`
      : `${String(key)}: ${textOf(item, depth - 1)}`;
  });
  const name = node.t === 'pairs' ? `Map(${items.length + more}) ` : label ? `${label} ` : '';
  return `${name}{${inner.join(', ')}${items.length > 6 ? ', …' : rest}}`;
}

function typeOf(value: unknown): string {
  const node = nodeOf(value);
  if (!node) return value === null ? 'null' : typeof value;
  if (node.t === 'list') return node.label || 'Array';
  if (node.t === 'pairs') return 'Map';
  return node.t === 'fields' ? node.label || 'Object' : 'value';
}

function nodeOf(value: unknown): Node | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { t } = value as Partial<Node>;
  return t === 'leaf' || t === 'list' || t === 'fields' || t === 'pairs' ? (value as Node) : undefined;
}

function member(key: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
