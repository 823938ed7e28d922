import type { AnyNode, CallExpression } from 'acorn';
import type { LineIndex } from '../lines';
import type { TextRange } from '../range';
import { memberName } from './reads';
import type { SyntaxTree } from './tree';
import { factOf, type ValueFact } from './values';

/** A call of something that the file does not declare itself: a primitive, or what `require` gave. */
export interface CallFact {
  /** Name of the primitive, or what was required. */
  name: string;
  kind: 'primitive' | 'skill';
  /** The function of a skill that offers several; "" for the skill itself. */
  member: string;
  /** The arguments in front of the first spread. */
  args: ValueFact[];
  /** True when a spread hides how many arguments there are. */
  spread: boolean;
  /** The callee, or the name of the member. */
  range: TextRange;
  /** What becomes of the answer where that matters: it stands alone, or a field of it is read at once. */
  use?: { kind: 'dropped' } | { kind: 'member'; name: string; range: TextRange };
}

/** What the calls of a file are found by. */
export interface CallScope {
  /** Uses of names that no scope of the file declares. */
  freeNodes: ReadonlySet<AnyNode>;
  primitives: ReadonlySet<string>;
  /** How often the file declares each name; one that is declared once means one thing. */
  declarations: ReadonlyMap<string, number>;
}

/** What an expression stands for: a whole skill, or one function of it. */
interface Reached {
  name: string;
  member: string;
}

/** Finds the calls of primitives and of skills, through names that are bound once and never again. */
export function callFacts(tree: SyntaxTree, lines: LineIndex, scope: CallScope): CallFact[] {
  const bound = boundSkills(tree, scope);
  const found: CallFact[] = [];
  const range = (node: AnyNode) => lines.range(node.start, node.end - node.start);
  for (const { node, parent } of tree.of('CallExpression')) {
    const target = calleeOf(node, scope, bound);
    if (!target) continue;
    const spread = node.arguments.findIndex((one) => one.type === 'SpreadElement');
    const args = spread < 0 ? node.arguments : node.arguments.slice(0, spread);
    const use = useOf(node, parent, range);
    const at = node.callee.type === 'MemberExpression' ? node.callee.property : node.callee;
    found.push({
      ...target,
      args: args.map((one) => factOf(one, lines)),
      spread: spread >= 0,
      range: range(at),
      ...(use ? { use } : {}),
    });
  }
  return found;
}

function calleeOf(
  call: CallExpression,
  scope: CallScope,
  bound: ReadonlyMap<string, Reached>,
): Pick<CallFact, 'kind' | 'name' | 'member'> | undefined {
  const { callee } = call;
  if (callee.type === 'Identifier' && scope.freeNodes.has(callee) && scope.primitives.has(callee.name)) {
    return callee.name === 'require' ? undefined : { kind: 'primitive', name: callee.name, member: '' };
  }
  const reached = reach(callee, scope, bound);
  return reached && { kind: 'skill', ...reached };
}

/** @returns the skill that an expression gives, by `require` itself or by a name bound to it. */
function reach(node: AnyNode, scope: CallScope, bound: ReadonlyMap<string, Reached>): Reached | undefined {
  if (node.type === 'Identifier') return scope.freeNodes.has(node) ? undefined : bound.get(node.name);
  if (node.type === 'CallExpression') {
    const name = requiredName(node, scope);
    return name === undefined ? undefined : { name, member: '' };
  }
  if (node.type !== 'MemberExpression' || node.object.type === 'Super') return undefined;
  const object = reach(node.object, scope, bound);
  const member = memberName(node);
  // A field of a function of a skill is nothing that a skill documents.
  return object && object.member === '' && member ? { name: object.name, member } : undefined;
}

/** @returns the literal name of `require('name')`. */
function requiredName(call: CallExpression, scope: CallScope): string | undefined {
  const { callee } = call;
  if (callee.type !== 'Identifier' || callee.name !== 'require' || !scope.freeNodes.has(callee)) {
    return undefined;
  }
  const [argument] = call.arguments;
  return argument?.type === 'Literal' && typeof argument.value === 'string' ? argument.value : undefined;
}

/** Names that mean one skill, or one function of it, in the whole file: `const a = require('b')` and such. */
function boundSkills(tree: SyntaxTree, scope: CallScope): ReadonlyMap<string, Reached> {
  const bound = new Map<string, Reached>();
  const once = (name: string) => scope.declarations.get(name) === 1;
  for (const { node } of tree.of('VariableDeclaration')) {
    if (node.kind !== 'const') continue;
    for (const { id, init } of node.declarations) {
      const reached = init ? reach(init, scope, bound) : undefined;
      if (!reached) continue;
      if (id.type === 'Identifier') {
        if (once(id.name)) bound.set(id.name, reached);
      } else if (id.type === 'ObjectPattern' && reached.member === '') {
        for (const property of id.properties) {
          if (property.type !== 'Property' || property.computed) continue;
          const { key, value } = property;
          if (key.type === 'Identifier' && value.type === 'Identifier' && once(value.name)) {
            bound.set(value.name, { name: reached.name, member: key.name });
          }
        }
      }
    }
  }
  return bound;
}

function useOf(
  call: CallExpression,
  parent: AnyNode | undefined,
  range: (node: AnyNode) => TextRange,
): CallFact['use'] {
  if (parent?.type === 'ExpressionStatement') return { kind: 'dropped' };
  if (parent?.type !== 'MemberExpression' || parent.object !== call) return undefined;
  const name = memberName(parent);
  return name ? { kind: 'member', name, range: range(parent.property) } : undefined;
}
