/**
 * A value of the script as it leaves the sandbox, read once and bounded. JSON's own primitives stand for
 * themselves; everything else says both what it is as plain JSON and how a person reads it.
 */
export type Tree = string | number | boolean | null | Leaf | List | Fields | Pairs;

/** A value that JSON lacks: undefined, NaN, a BigInt, Date, function, cycle… */
export interface Leaf {
  t: 'leaf';
  json: string | number | null;
  text: string;
}

export interface List {
  t: 'list';
  /** "" for a plain array, else such as `Set` or `Uint8Array`. */
  label: string;
  items: Tree[];
  /** How many items were left out. */
  more: number;
}

export interface Fields {
  t: 'fields';
  /** "" for a plain object, else the class's name. */
  label: string;
  keys: string[];
  items: Tree[];
  more: number;
}

/** A Map. */
export interface Pairs {
  t: 'pairs';
  keys: Tree[];
  items: Tree[];
  more: number;
}

const lineWidth = 80;
const textLimit = 20_000;

function leftOut(count: number): string {
  return `… ${count} more`;
}

/** @returns the value as plain JSON. What was left out for its size is named in a last item or in a `…` key. */
export function toJson(tree: Tree): unknown {
  if (tree === null || typeof tree !== 'object') return tree;
  switch (tree.t) {
    case 'leaf':
      return tree.json;
    case 'list': {
      const items = tree.items.map(toJson);
      return tree.more > 0 ? [...items, leftOut(tree.more)] : items;
    }
    case 'fields':
      return fieldsToJson(tree.keys, tree.items, tree.more);
    case 'pairs':
      return tree.keys.every((key) => typeof key === 'string')
        ? fieldsToJson(tree.keys.map(String), tree.items, tree.more)
        : tree.keys.map((key, index) => [toJson(key), toJson(tree.items[index] ?? null)]);
  }
}

function fieldsToJson(keys: string[], items: Tree[], more: number): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  keys.forEach((key, index) => {
    const item = items[index] ?? null;
    // As JSON.stringify does; in a list an undefined item is null.
    if (!isUndefined(item)) entries.push([key, toJson(item)]);
  });
  if (more > 0) entries.push(['…', leftOut(more)]);
  // fromEntries defines properties, so that a key such as "__proto__" stays a key.
  return Object.fromEntries(entries);
}

function isUndefined(tree: Tree): boolean {
  return tree !== null && typeof tree === 'object' && tree.t === 'leaf' && tree.text === 'undefined';
}

/**
 * @returns text for people and for the model: a string as it is, else a literal in lines of at most 80. What JSON
 * can say is written as JSON, so that the text can be read back.
 */
export function toText(tree: Tree): string {
  const text = typeof tree === 'string' ? tree : literal(tree, '');
  if (text.length <= textLimit) return text;
  return `${text.slice(0, textLimit)}\n… ${text.length - textLimit} more characters`;
}

function literal(tree: Tree, indent: string): string {
  if (tree === null || typeof tree !== 'object') return JSON.stringify(tree);
  if (tree.t === 'leaf') return tree.text;
  const inner = `${indent}  `;
  const parts = tree.items.flatMap((item, index) => {
    if (tree.t === 'list') return [literal(item, inner)];
    if (tree.t === 'pairs') return [`${literal(tree.keys[index] ?? null, inner)} => ${literal(item, inner)}`];
    return isUndefined(item) ? [] : [`${JSON.stringify(tree.keys[index])}: ${literal(item, inner)}`];
  });
  if (tree.more > 0) parts.push(leftOut(tree.more));
  const [open, close] = tree.t === 'list' ? ['[', ']'] : ['{', '}'];
  const label = tree.t === 'pairs' ? 'Map ' : tree.label === '' ? '' : `${tree.label} `;
  if (parts.length === 0) return `${label}${open}${close}`;
  const pad = tree.t === 'list' ? '' : ' ';
  const line = `${label}${open}${pad}${parts.join(', ')}${pad}${close}`;
  if (indent.length + line.length <= lineWidth && !line.includes('\n')) return line;
  return `${label}${open}\n${parts.map((part) => `${inner}${part}`).join(',\n')}\n${indent}${close}`;
}
