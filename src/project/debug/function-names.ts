import type { AnyNode } from 'acorn';

/** @returns what names a function; "" when nothing does. @param parent of its node */
export function functionName(node: AnyNode, parent: AnyNode | undefined): string {
  if ('id' in node && node.id && node.id.type === 'Identifier') return node.id.name;
  switch (parent?.type) {
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? parent.id.name : '';
    case 'AssignmentExpression':
      // What a skill gives is called as the skill.
      return isExported(parent) ? '' : memberName(parent.left);
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return memberName(parent.key);
    default:
      return '';
  }
}

/** True when a function is what the skill gives to `require`. */
export function isExported(parent: AnyNode | undefined): boolean {
  if (parent?.type !== 'AssignmentExpression' || parent.left.type !== 'MemberExpression') return false;
  const { object, property } = parent.left;
  return object.type === 'Identifier' && object.name === 'module' && memberName(property) === 'exports';
}

function memberName(node: AnyNode): string {
  if (node.type === 'Identifier' || node.type === 'PrivateIdentifier') return node.name;
  if (node.type === 'Literal') return String(node.value);
  return node.type === 'MemberExpression' && !node.computed ? memberName(node.property) : '';
}
