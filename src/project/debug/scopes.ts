import type { AnyNode, Pattern, Program } from 'acorn';
import { fullAncestor } from 'acorn-walk';

/** A name, and where it gets its value: a lexical one has none before its declaration has run. */
interface Name {
  name: string;
  /** Offset after which it can be read; 0 for what is there from the start. */
  from: number;
}

/** The names of a script by the node that holds them. */
export interface Scopes {
  of: ReadonlyMap<AnyNode, readonly Name[]>;
  given: readonly string[];
  /** Every name that is declared anywhere. */
  named: ReadonlySet<string>;
}

/** Reads every declaration of a script. */
export function scopesOf(program: Program, given: readonly string[]): Scopes {
  const of = new Map<AnyNode, Name[]>();
  const named = new Set<string>(given);
  const add = (holder: AnyNode | undefined, names: readonly string[], from: number): void => {
    if (!holder) return;
    const list = of.get(holder) ?? [];
    for (const name of names) {
      named.add(name);
      if (!list.some((one) => one.name === name)) list.push({ name, from });
    }
    of.set(holder, list);
  };
  fullAncestor(program, (found, _state, path) => {
    const node = found as AnyNode;
    const around = (path as AnyNode[]).slice(0, -1);
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        add(node, node.params.flatMap(boundNames), 0);
        if (node.type === 'FunctionDeclaration' && node.id) add(holderOf(around, true), [node.id.name], 0);
        return;
      case 'ClassDeclaration':
        if (node.id) add(holderOf(around, true), [node.id.name], node.end);
        return;
      case 'CatchClause':
        if (node.param) add(node.body, boundNames(node.param), 0);
        return;
      case 'VariableDeclaration': {
        const lexical = node.kind !== 'var';
        const names = node.declarations.flatMap(({ id }) => boundNames(id));
        // A loop's own names have their value when its body runs.
        add(holderOf(around, lexical), names, lexical ? node.end : 0);
        return;
      }
      default:
    }
  });
  return { of, given, named };
}

/** @returns the names that have a value at a node: of its own function, and of those around it. */
export function namesAt(
  scopes: Scopes,
  node: AnyNode,
  ancestors: readonly AnyNode[],
): { names: string[]; outer: string[] } {
  const names = new Set<string>();
  const outer = new Set<string>();
  let own = true;
  for (const holder of [...ancestors].reverse()) {
    for (const { name, from } of scopes.of.get(holder) ?? []) {
      // What is around a function may get its value before the function is called.
      if (own && from > node.start) continue;
      (own ? names : outer).add(name);
    }
    if (isCallable(holder)) own = false;
  }
  for (const name of scopes.given) if (!names.has(name)) (own ? names : outer).add(name);
  return { names: [...names], outer: [...outer].filter((name) => !names.has(name)) };
}

function isCallable(node: AnyNode): boolean {
  return /^(Function|ArrowFunction)|^StaticBlock$/.test(node.type);
}

/** The node whose scope a declaration belongs to: the nearest block for a lexical one, else the function. */
function holderOf(around: readonly AnyNode[], lexical: boolean): AnyNode | undefined {
  for (const node of [...around].reverse()) {
    if (node.type === 'Program' || isCallable(node)) return node;
    if (lexical && /^(BlockStatement|SwitchStatement|For(In|Of)?Statement)$/.test(node.type)) return node;
  }
  return undefined;
}

/** @returns the names that a pattern declares. */
export function boundNames(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : boundNames(element)));
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    case 'RestElement':
      return boundNames(pattern.argument);
    case 'MemberExpression':
      return [];
  }
}
