import type { AnyNode } from 'acorn';
import { isFunction } from './reads';
import { eachChild } from './syntax';
import type { SyntaxTree } from './tree';

type Loop = AnyNode & { type: 'WhileStatement' | 'DoWhileStatement' | 'ForStatement' };

/** A loop that nothing in its own text can end. */
export interface EndlessLoop {
  offset: number;
  length: number;
  /** Why, as the end of a sentence. */
  reason: string;
}

/**
 * Finds loops that cannot end: without a way out, and with a condition that stays true. What a condition reads
 * must be the file's own plain names; anything that a call or a field could change is given the benefit of the
 * doubt.
 */
export function endlessLoops(tree: SyntaxTree): EndlessLoop[] {
  const found: EndlessLoop[] = [];
  for (const { node, index } of tree.of('WhileStatement', 'DoWhileStatement', 'ForStatement')) {
    const reason = endless(node, tree);
    if (!reason || leaves(node.body, labelsOf(index, tree))) continue;
    const length = node.type === 'DoWhileStatement' ? 2 : node.type === 'ForStatement' ? 3 : 5;
    found.push({ offset: node.start, length, reason });
  }
  return found;
}

/** A `continue` to one of them goes on with the loop itself. */
function labelsOf(index: number, tree: SyntaxTree): string[] {
  const labels: string[] = [];
  for (const node of tree.around(index)) {
    if (node.type !== 'LabeledStatement') break;
    labels.push(node.label.name);
  }
  return labels;
}

/** True when the body can be left: by break, return, throw, yield, or a jump to a label further out. */
function leaves(body: AnyNode, own: readonly string[]): boolean {
  const search = (node: AnyNode, breakable: boolean, inside: readonly string[]): boolean => {
    if (isFunction(node) || node.type === 'ClassBody') return false;
    switch (node.type) {
      case 'ReturnStatement':
      case 'ThrowStatement':
      case 'YieldExpression':
        return true;
      case 'BreakStatement':
        return node.label ? !inside.includes(node.label.name) : !breakable;
      case 'ContinueStatement':
        return node.label ? !inside.includes(node.label.name) && !own.includes(node.label.name) : false;
    }
    const label = node.type === 'LabeledStatement' ? [node.label.name] : [];
    const catches = breakable || /^(For|While|DoWhile|ForIn|ForOf|Switch)Statement$/.test(node.type);
    let out = false;
    eachChild(node, (child) => {
      out ||= search(child, catches, [...inside, ...label]);
    });
    return out;
  };
  return search(body, false, []);
}

function endless(loop: Loop, tree: SyntaxTree): string | undefined {
  const test = loop.test ?? undefined;
  if (!test) return 'it has no condition';
  if (constantTruth(test)) return 'its condition is always true';
  if (loop.type === 'ForStatement') {
    const wrong = wrongWay(loop);
    if (wrong) return wrong;
  }
  const names = plainNames(test);
  // The cheap question first: most loops change what they ask for.
  if (!names || names.length === 0 || names.some((name) => assigns(loop, name))) return undefined;
  // A name that begins false, alone in the condition, means a loop that never begins.
  const begins = test.type !== 'Identifier';
  if (names.some((name) => !isLocal(name, tree, begins) || mayChange(name, tree))) {
    return undefined;
  }
  const list = names.map((name) => `"${name}"`).join(' and ');
  return `nothing in it changes ${list}`;
}

function constantTruth(test: AnyNode): boolean {
  if (test.type === 'Literal') return Boolean(test.value) && !test.regex;
  return (
    test.type === 'UnaryExpression' &&
    test.operator === '!' &&
    test.argument.type === 'Literal' &&
    !test.argument.value
  );
}

/** `for (let i = 0; i < n; i--)`: the counter runs away from its bound. */
function wrongWay(loop: Loop & { type: 'ForStatement' }): string | undefined {
  const { test, update, body } = loop;
  if (test?.type !== 'BinaryExpression' || test.left.type !== 'Identifier') return undefined;
  const name = test.left.name;
  const up = test.operator === '<' || test.operator === '<=';
  if (!up && test.operator !== '>' && test.operator !== '>=') return undefined;
  if (update?.type !== 'UpdateExpression' || update.argument.type !== 'Identifier') return undefined;
  if (update.argument.name !== name || (update.operator === '++') === up) return undefined;
  if (assigns(body, name) || !plainNames(test.right)) return undefined;
  return `"${name}" runs away from its bound`;
}

/** @returns the names that a condition of plain names, numbers and operators reads; undefined for any other. */
function plainNames(test: AnyNode): string[] | undefined {
  switch (test.type) {
    case 'Identifier':
      return [test.name];
    case 'Literal':
      return [];
    case 'UnaryExpression':
      return plainNames(test.argument);
    case 'BinaryExpression':
    case 'LogicalExpression': {
      const left = test.left.type === 'PrivateIdentifier' ? undefined : plainNames(test.left);
      const right = plainNames(test.right);
      return left && right ? [...left, ...right] : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * True for a variable that the file declares once.
 * @param begins false when the variable must not begin as false.
 */
function isLocal(name: string, tree: SyntaxTree, begins: boolean): boolean {
  let declared = 0;
  let falsy = false;
  for (const { node } of tree.of('VariableDeclarator')) {
    if (node.id.type !== 'Identifier' || node.id.name !== name) continue;
    declared++;
    falsy ||= !node.init || (node.init.type === 'Literal' && !node.init.value);
  }
  return declared === 1 && (begins || !falsy);
}

/** A function assigns to the name; the loop may well call it. */
function mayChange(name: string, tree: SyntaxTree): boolean {
  const changes = tree.of('AssignmentExpression', 'UpdateExpression', 'ForInStatement', 'ForOfStatement');
  for (const { node, index } of changes) {
    if (assignsHere(node, name) && tree.functionAround(index)) return true;
  }
  return false;
}

function assigns(root: AnyNode, name: string): boolean {
  let found = assignsHere(root, name);
  eachChild(root, (child) => {
    found ||= assigns(child, name);
  });
  return found;
}

function assignsHere(node: AnyNode, name: string): boolean {
  if (node.type === 'UpdateExpression') return names(node.argument).includes(name);
  if (node.type === 'AssignmentExpression') return names(node.left).includes(name);
  return (
    (node.type === 'ForInStatement' || node.type === 'ForOfStatement') && names(node.left).includes(name)
  );
}

/** Every name in an assignment's target, those in defaults and keys included: rather one too many. */
function names(target: AnyNode): string[] {
  if (target.type === 'Identifier') return [target.name];
  const found: string[] = [];
  eachChild(target, (child) => found.push(...names(child)));
  return found;
}
