import type { AnyNode, Program } from 'acorn';
import { eachChild, parseCode } from '../skills/syntax';

export type FunctionNode = Extract<
  AnyNode,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>;

/** @returns the code as a tree, or undefined for a text that does not parse. */
export function programOf(text: string): Program | undefined {
  const parsed = parseCode(text);
  return 'failure' in parsed ? undefined : parsed.program;
}

/** @returns the nodes from the program down to the smallest one that begins at, or holds, an offset. */
export function nodesAt(program: Program, offset: number): AnyNode[] {
  const found: AnyNode[] = [];
  const visit = (node: AnyNode): void => {
    if (offset < node.start || offset >= node.end) return;
    found.push(node);
    eachChild(node, visit);
  };
  visit(program);
  return found;
}

export function isFunctionNode(node: AnyNode): node is FunctionNode {
  return ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(node.type);
}

/** @returns every node of a kind inside a function, but not those of functions within it. */
export function ownNodes<T extends AnyNode['type']>(node: AnyNode, type: T): Extract<AnyNode, { type: T }>[] {
  const found: Extract<AnyNode, { type: T }>[] = [];
  const visit = (child: AnyNode): void => {
    if (isFunctionNode(child)) return;
    if (child.type === type) found.push(child as Extract<AnyNode, { type: T }>);
    eachChild(child, visit);
  };
  eachChild(node, visit);
  return found;
}
