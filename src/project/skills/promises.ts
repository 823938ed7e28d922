import type { AnyNode } from 'acorn';
import { isFunction, memberName } from './reads';
import type { SyntaxTree } from './tree';

/** A promise that nothing waits for. */
export interface FloatingPromise {
  offset: number;
  length: number;
  message: string;
  /** True when `await` in front of it would do: it stands in an async function. */
  awaitable: boolean;
}

const promiseMethods = new Set(['then', 'catch', 'finally']);
const makers = new Set(['all', 'allSettled', 'any', 'race', 'reject', 'resolve']);

/**
 * Finds calls of the file's own async functions, and promises made on the spot, whose promise is dropped or
 * read as if it were the value.
 *
 * @param declarations how often the file declares each name.
 */
export function floatingPromises(
  tree: SyntaxTree,
  freeNodes: ReadonlySet<AnyNode>,
  declarations: ReadonlyMap<string, number>,
): FloatingPromise[] {
  const asyncNames = asyncFunctions(tree, declarations);
  const found: FloatingPromise[] = [];
  for (const { node, parent, index } of tree.of('CallExpression', 'NewExpression')) {
    const what = promiseOf(node, asyncNames, freeNodes);
    if (!what) continue;
    const place = { offset: node.start, length: node.end - node.start };
    if (parent?.type === 'ExpressionStatement') {
      const awaitable = tree.functionAround(index)?.async === true;
      found.push({ ...place, message: `${what} gives a promise that nothing waits for.`, awaitable });
    } else if (parent?.type === 'MemberExpression' && parent.object === node) {
      const field = memberName(parent);
      if (!field || promiseMethods.has(field) || field in Object.prototype) continue;
      const message = `${what} gives a promise, and a promise has no "${field}".`;
      found.push({ ...place, message, awaitable: false });
    }
  }
  return found;
}

/** @returns how a message names an expression that surely is a promise. */
function promiseOf(
  node: AnyNode,
  asyncNames: ReadonlySet<string>,
  freeNodes: ReadonlySet<AnyNode>,
): string | undefined {
  if (node.type === 'NewExpression') {
    const { callee } = node;
    return callee.type === 'Identifier' && callee.name === 'Promise' && freeNodes.has(callee)
      ? 'new Promise'
      : undefined;
  }
  if (node.type !== 'CallExpression') return undefined;
  const { callee } = node;
  if (callee.type === 'Identifier') return asyncNames.has(callee.name) ? `${callee.name}()` : undefined;
  if (isFunction(callee)) return callee.async && !callee.generator ? 'This async function' : undefined;
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return undefined;
  const name = memberName(callee);
  return callee.object.name === 'Promise' && freeNodes.has(callee.object) && makers.has(name)
    ? `Promise.${name}`
    : undefined;
}

/** Names that mean an async function wherever they stand. */
function asyncFunctions(tree: SyntaxTree, declarations: ReadonlyMap<string, number>): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (name: string, value: AnyNode) => {
    if (isFunction(value) && value.async && !value.generator && declarations.get(name) === 1) found.add(name);
  };
  for (const { node } of tree.of('FunctionDeclaration')) if (node.id) add(node.id.name, node);
  for (const { node } of tree.of('VariableDeclaration')) {
    if (node.kind !== 'const') continue;
    for (const { id, init } of node.declarations) if (id.type === 'Identifier' && init) add(id.name, init);
  }
  return found;
}
