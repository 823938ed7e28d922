import type { AnyNode, CallExpression } from 'acorn';

/** What a call or a member reaches. */
export type Callee =
  | { kind: 'primitive'; name: string }
  /** The module itself, or one of its functions. */
  | { kind: 'module'; name: string; member?: string };

/** A text in code whose value is known, and the span inside its quotes. */
export interface FixedText {
  value: string;
  raw: string;
  offset: number;
  length: number;
}

/** @returns the module that `require('…')` with a fixed text asks for; undefined for every other call. */
export function requiredModule(call: CallExpression, free: ReadonlySet<AnyNode>): string | undefined {
  if (call.callee.type !== 'Identifier' || call.callee.name !== 'require' || !free.has(call.callee)) {
    return undefined;
  }
  return fixedText(call.arguments[0])?.value;
}

/** @returns the text of a string or of a template without parts; undefined for anything else. */
export function fixedText(node: AnyNode | undefined): FixedText | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') {
    const raw = node.raw ?? '';
    const closed = raw.length > 1 && raw.endsWith(raw.charAt(0));
    const inside = raw.slice(1, closed ? -1 : undefined);
    return { value: node.value, raw: inside, offset: node.start + 1, length: inside.length };
  }
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) {
    const [part] = node.quasis;
    if (!part) return undefined;
    const { cooked, raw } = part.value;
    return { value: cooked ?? raw, raw, offset: part.start, length: part.end - part.start };
  }
  return undefined;
}
