import type { JSONPath, Node } from 'jsonc-parser';
import type { FixContext } from './fix';
import { JsonEdits } from './json-edits';

/** @returns the object that the issue is in, and its place: the node itself, or what holds the field. */
export function objectAt(context: FixContext): { node: Node; place: JSONPath; json: JsonEdits } | undefined {
  const json = new JsonEdits(context.path, context.content);
  const at = context.issue.range?.offset ?? json.root?.offset;
  let node = at === undefined ? undefined : json.at(at)?.node;
  while (node && node.type !== 'object') node = node.parent;
  return node && { node, place: placeOf(node), json };
}

function placeOf(node: Node): JSONPath {
  const { parent } = node;
  if (!parent) return [];
  if (parent.type === 'array') return [...placeOf(parent), (parent.children ?? []).indexOf(node)];
  const key: unknown = parent.children?.[0]?.value;
  return parent.parent ? [...placeOf(parent.parent), String(key)] : [String(key)];
}

/** @returns the text of a field of an object node, or undefined. */
export function fieldText(node: Node | undefined, key: string): string | undefined {
  const value: unknown = node?.children?.findLast((property) => property.children?.[0]?.value === key)
    ?.children?.[1]?.value;
  return typeof value === 'string' ? value : undefined;
}
