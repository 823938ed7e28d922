import type { AnyNode, Program } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import type { Edits } from './edits';

/** Statements in which QuickJS-ng looks for no position of their own before it evaluates what is in them. */
const silent = new Set([
  'ReturnStatement',
  'ClassDeclaration',
  'VariableDeclaration',
  'IfStatement',
  'SwitchStatement',
  'WhileStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'LabeledStatement',
]);
const lists = new Set(['Program', 'BlockStatement', 'StaticBlock', 'SwitchCase']);
/** Expressions that cannot throw. */
const harmless = new Set(['Literal', 'FunctionExpression', 'ArrowFunctionExpression', 'Identifier']);

/**
 * Makes errors carry the line that failed. QuickJS-ng notes a position for calls, operators and expression
 * statements only, so that `return a.b.c` blames whatever ran before it. An empty expression statement in front
 * costs nothing at run time; an arrow's expression, and what a loop evaluates each time, need an operator instead.
 */
export function markPositions(program: Program, edits: Edits): void {
  fullAncestor(program, (node, _state, ancestors) => {
    const parent = ancestors.at(-2) as AnyNode | undefined;
    if (silent.has(node.type) && parent !== undefined) {
      if (lists.has(parent.type)) edits.insert(node.start, '0;');
      else if (isBranch(node as AnyNode, parent)) {
        edits.insert(node.start, '{0;');
        edits.insert(node.end, '}');
      }
    }
    for (const expression of expressionsOf(node as AnyNode)) {
      if (!expression || expression.type === 'BlockStatement' || harmless.has(expression.type)) continue;
      edits.insert(expression.start, '(0+0,');
      edits.insert(expression.end, ')');
    }
  });
}

/** The expressions of a node that no statement can stand in front of. */
function expressionsOf(node: AnyNode): (AnyNode | null | undefined)[] {
  switch (node.type) {
    case 'ArrowFunctionExpression':
      return [node.body];
    case 'WhileStatement':
    case 'DoWhileStatement':
      return [node.test];
    case 'ForStatement':
      return [node.test, node.update];
    default:
      return [];
  }
}

/** True for the body of an `if`, `else` or loop that stands without braces. */
function isBranch(node: AnyNode, parent: AnyNode): boolean {
  switch (parent.type) {
    case 'IfStatement':
      return node === parent.consequent || node === parent.alternate;
    case 'WhileStatement':
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
      return node === parent.body;
    default:
      return false;
  }
}
