import type { AnyNode, Pattern, Program, VariableDeclaration } from 'acorn';
import { memberName } from '../skills/reads';
import { analyzeScope } from '../skills/scope';
import { eachChild } from '../skills/syntax';
import { type Callee, requiredModule } from './requires';

/** Follows `const x = require('…')`, `const { f } = require('…')` and `const f = require('…').f` to their uses. */
export function boundModules(program: Program, free: ReadonlySet<AnyNode>): ReadonlyMap<AnyNode, Callee> {
  const uses = new Map<AnyNode, Callee>();
  const visit = (node: AnyNode): void => {
    if (node.type === 'Program' || node.type === 'BlockStatement' || node.type === 'StaticBlock') {
      followIn(node.body, free, uses);
    }
    eachChild(node, visit);
  };
  visit(program);
  return uses;
}

/**
 * A name that a list of statements declares is free in them once its declaration is left out: the scopes that
 * hide it still do. So one analysis finds the uses of all modules that a list binds.
 */
function followIn(
  statements: readonly AnyNode[],
  free: ReadonlySet<AnyNode>,
  uses: Map<AnyNode, Callee>,
): void {
  const modules = new Map<string, Callee>();
  const rest = statements.map((statement): AnyNode => {
    if (statement.type !== 'VariableDeclaration') return statement;
    const kept = statement.declarations.filter((one) => {
      const module = one.init && reached(one.init, free);
      const names = module ? boundNames(one.id, module) : [];
      for (const [name, callee] of names) modules.set(name, callee);
      return names.length === 0;
    });
    const declaration: VariableDeclaration = { ...statement, declarations: kept };
    return kept.length === statement.declarations.length ? statement : declaration;
  });
  if (modules.size === 0) return;
  const body = rest as Program['body'];
  for (const { name, node } of analyzeScope({ type: 'Program', start: 0, end: 0, body, sourceType: 'script' })
    .free) {
    const callee = modules.get(name);
    if (callee) uses.set(node, callee);
  }
}

function reached(init: AnyNode, free: ReadonlySet<AnyNode>): Callee | undefined {
  if (init.type === 'CallExpression') {
    const name = requiredModule(init, free);
    return name === undefined ? undefined : { kind: 'module', name };
  }
  if (init.type !== 'MemberExpression') return undefined;
  const module = reached(init.object, free);
  const member = memberName(init);
  return module?.kind === 'module' && module.member === undefined && member
    ? { ...module, member }
    : undefined;
}

function boundNames(pattern: Pattern, module: Callee): [string, Callee][] {
  if (pattern.type === 'Identifier') return [[pattern.name, module]];
  if (pattern.type !== 'ObjectPattern' || module.kind !== 'module' || module.member !== undefined) return [];
  return pattern.properties.flatMap((property): [string, Callee][] => {
    if (property.type !== 'Property' || property.computed || property.key.type !== 'Identifier') return [];
    const { value } = property;
    const local = value.type === 'AssignmentPattern' ? value.left : value;
    return local.type === 'Identifier' ? [[local.name, { ...module, member: property.key.name }]] : [];
  });
}
