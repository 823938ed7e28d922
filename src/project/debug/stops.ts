import type { AnyNode, Program } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import { functionName, isExported } from './function-names';
import { namesAt, scopesOf } from './scopes';

/** A function of a script, or the script itself. */
export interface StopFunction {
  /** "" when nothing names it. */
  name: string;
  /** True for what the skill gives to `require`. */
  exported: boolean;
}

/** A place before which a script can stop. Offsets are in UTF-16 units, lines and columns from 1. */
export interface Stop {
  start: number;
  end: number;
  line: number;
  column: number;
  /** What keeps the program's meaning when a call is put in front: nothing, braces, or parentheses. */
  wrap: 'none' | 'braces' | 'parens';
  /** Index of its function. */
  fn: number;
  /** True for the first one of a function: it is passed once a call. */
  entry: boolean;
  /** Names of its own function that have a value there. */
  names: string[];
  /** Names around that function; only of an entry. */
  outer: string[];
}

/** A value on its way out of a function: the argument of `return` or `throw`, or an arrow's expression. */
export interface Exit {
  start: number;
  end: number;
  /** Where its statement begins; the same as `start` for an arrow. */
  statement: number;
  line: number;
  column: number;
  fn: number;
  kind: 'return' | 'throw';
}

export interface Stops {
  functions: StopFunction[];
  /** In order of their places. */
  stops: Stop[];
  exits: Exit[];
  /** False when the script has a name `eval` of its own: nothing can be evaluated in it then. */
  evaluates: boolean;
}

const lists = new Set(['Program', 'BlockStatement', 'StaticBlock', 'SwitchCase']);
const loops = new Set([
  'WhileStatement',
  'DoWhileStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WithStatement',
]);
/** Statements that do nothing by themselves. */
const still = new Set(['FunctionDeclaration', 'BlockStatement', 'EmptyStatement']);

/**
 * Finds where a parsed script can stop.
 * @param name of the script's own code, for the call stack.
 * @param given names that the script has from outside, such as the parameters of the wrapper it runs in.
 */
export function findStops(program: Program, text: string, name: string, given: readonly string[]): Stops {
  const place = placesIn(text);
  const scopes = scopesOf(program, given);
  const functions: StopFunction[] = [{ name, exported: false }];
  const indexes = new Map<unknown, number>([[program, 0]]);
  const indexOf = (ancestors: readonly AnyNode[]): number => {
    const node = ancestors.findLast(isFunction) ?? program;
    const known = indexes.get(node);
    if (known !== undefined) return known;
    const parent = ancestors[ancestors.lastIndexOf(node as AnyNode) - 1];
    functions.push({ name: functionName(node as AnyNode, parent), exported: isExported(parent) });
    indexes.set(node, functions.length - 1);
    return functions.length - 1;
  };
  const stops: Stop[] = [];
  const exits: Exit[] = [];
  const stop = (node: AnyNode, ancestors: readonly AnyNode[], wrap: Stop['wrap'], entry: boolean): void => {
    const { names, outer } = namesAt(scopes, node, ancestors);
    const { start, end } = node;
    const fn = indexOf(ancestors);
    stops.push({ start, end, ...place(start), wrap, fn, entry, names, outer: entry ? outer : [] });
  };
  const exit = (node: AnyNode, statement: AnyNode, around: readonly AnyNode[], kind: Exit['kind']): void => {
    const { start, end } = node;
    const fn = indexOf(around);
    exits.push({ start, end, statement: statement.start, ...place(start), fn, kind });
  };
  fullAncestor(program, (found, _state, path) => {
    const node = found as AnyNode;
    const ancestors = path as AnyNode[];
    const around = ancestors.slice(0, -1);
    const parent = around.at(-1);
    if (node.type === 'ArrowFunctionExpression' && node.body.type !== 'BlockStatement') {
      stop(node.body, ancestors, 'parens', true);
      exit(node.body, node.body, ancestors, 'return');
    }
    if (node.type === 'ReturnStatement' && node.argument) exit(node.argument, node, around, 'return');
    if (node.type === 'ThrowStatement') exit(node.argument, node, around, 'throw');
    if (parent === undefined || 'directive' in node || node.type === 'FunctionDeclaration') return;
    const entry = isEntry(node, around);
    if (lists.has(parent.type) && isIn(node, parent)) {
      if (entry || !still.has(node.type)) stop(node, around, 'none', entry);
    } else if (isBranch(node, parent) && !still.has(node.type)) {
      stop(node, around, 'braces', false);
    }
  });
  stops.sort((a, b) => a.start - b.start);
  exits.sort((a, b) => a.start - b.start);
  return { functions, stops, exits, evaluates: !scopes.named.has('eval') };
}

/** @returns the stop of a breakpoint on a line: the first on it, else on the next line that has one. */
export function stopOnLine<T extends { line: number; column: number }>(
  stops: readonly T[],
  line: number,
): T | undefined {
  let best: T | undefined;
  for (const stop of stops) {
    if (stop.line < line) continue;
    if (!best || stop.line < best.line || (stop.line === best.line && stop.column < best.column)) best = stop;
  }
  return best;
}

/** True for what a call goes into: a function, or the block that initialises a class. */
export function isFunction(node: AnyNode): boolean {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression' ||
    node.type === 'StaticBlock'
  );
}

function isIn(node: AnyNode, parent: AnyNode): boolean {
  if (parent.type === 'SwitchCase') return parent.consequent.includes(node as never);
  return 'body' in parent && Array.isArray(parent.body) && parent.body.includes(node as never);
}

/** True for the first statement of a function's or the script's own list. */
function isEntry(node: AnyNode, around: readonly AnyNode[]): boolean {
  const list = around.at(-1);
  const owner = around.at(-2);
  if (list === undefined || !('body' in list) || !Array.isArray(list.body)) return false;
  const ofFunction =
    list.type === 'Program' ||
    list.type === 'StaticBlock' ||
    (list.type === 'BlockStatement' && owner !== undefined && isFunction(owner));
  if (!ofFunction) return false;
  const first = (list.body as AnyNode[]).find(
    (one) => !('directive' in one) && one.type !== 'FunctionDeclaration',
  );
  return first === node;
}

/** True for what stands without braces below an `if`, `else` or loop. A label stays with its loop. */
function isBranch(node: AnyNode, parent: AnyNode): boolean {
  if (parent.type === 'IfStatement') return node === parent.consequent || node === parent.alternate;
  return loops.has(parent.type) && 'body' in parent && parent.body === node;
}

function placesIn(text: string): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
