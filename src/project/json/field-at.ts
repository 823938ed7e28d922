import type { TextRange } from '../range';
import { JsonDocument } from './document';

/**
 * The field of a JSON text's outermost object that stands at a place.
 * @param offset in UTF-16 units
 * @returns its name and where it stands with its value, or undefined for a place between fields.
 */
export function fieldAt(text: string, offset: number): { name: string; range: TextRange } | undefined {
  const document = new JsonDocument(text);
  for (const { key, keyNode, value } of document.fields(document.root)) {
    const from = document.range(keyNode);
    const to = value ? document.range(value) : from;
    const end = to.offset + to.length;
    if (offset >= from.offset && offset <= end) {
      const { endLine, endColumn } = to;
      return { name: key, range: { ...from, length: end - from.offset, endLine, endColumn } };
    }
  }
  return undefined;
}
