import type { AnyNode, Pattern } from 'acorn';
import type { SkillParam } from './info';
import { eachChild } from './syntax';

/**
 * The fields that code reads from an argument object: `args.orderId`, `args['orderId']` and
 * `const { orderId, reason = '' } = args`. A field with a fallback counts as optional.
 *
 * @param name the object's name; functions inside that take a parameter of that name are left out.
 */
export function fieldsRead(root: readonly AnyNode[], name: string): SkillParam[] {
  const found = new Map<string, SkillParam>();
  const add = (field: string, optional: boolean) => {
    const known = found.get(field);
    if (known) known.optional ||= optional;
    else found.set(field, { name: field, type: 'any', description: '', optional, inferred: true });
  };
  const walk = (node: AnyNode, parent: AnyNode | undefined): void => {
    if (isFunction(node) && node.params.some((param) => patternNames(param).includes(name))) return;
    if (node.type === 'MemberExpression' && node.object.type === 'Identifier' && node.object.name === name) {
      const field = memberName(node);
      const called = parent?.type === 'CallExpression' && parent.callee === node && field in Object.prototype;
      if (field && !called) add(field, hasFallback(node, parent));
    }
    if (node.type === 'VariableDeclarator' && isObject(node.init, name)) {
      for (const field of patternFields(node.id)) add(field.name, field.optional);
    }
    if (node.type === 'AssignmentExpression' && isObject(node.right, name)) {
      for (const field of patternFields(node.left)) add(field.name, field.optional);
    }
    eachChild(node, (one) => walk(one, node));
  };
  for (const node of root) walk(node, undefined);
  return [...found.values()];
}

/** @returns the fields that an object pattern takes; none for any other pattern. */
export function patternFields(pattern: Pattern): SkillParam[] {
  const inner = pattern.type === 'AssignmentPattern' ? pattern.left : pattern;
  if (inner.type !== 'ObjectPattern') return [];
  return inner.properties.flatMap((property): SkillParam[] => {
    if (property.type === 'RestElement' || property.computed) return [];
    const { key } = property;
    const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : '';
    if (!name) return [];
    const optional = property.value.type === 'AssignmentPattern';
    return [{ name, type: 'any', description: '', optional, inferred: true }];
  });
}

/** `args` itself, or `args || {}` and `args ?? {}`. */
function isObject(node: AnyNode | null | undefined, name: string): boolean {
  if (node?.type === 'Identifier') return node.name === name;
  return node?.type === 'LogicalExpression' && isObject(node.left, name);
}

/** @returns the field that a member expression reads, "" when only known at run time. */
export function memberName(node: AnyNode & { type: 'MemberExpression' }): string {
  const { property } = node;
  if (!node.computed) return property.type === 'Identifier' ? property.name : '';
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : '';
}

function hasFallback(node: AnyNode, parent: AnyNode | undefined): boolean {
  if (parent?.type === 'LogicalExpression') return parent.left === node && parent.operator !== '&&';
  if (parent?.type === 'ConditionalExpression') return parent.test === node;
  return parent?.type === 'UnaryExpression' && parent.operator === 'typeof';
}

type FunctionNode = AnyNode & {
  type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression';
};

export function isFunction(node: AnyNode): node is FunctionNode {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

function patternNames(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'AssignmentPattern':
      return patternNames(pattern.left);
    case 'RestElement':
      return patternNames(pattern.argument);
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? patternNames(element) : []));
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        patternNames(property.type === 'RestElement' ? property.argument : property.value),
      );
    default:
      return [];
  }
}
