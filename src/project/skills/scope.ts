import type { AnyNode, Identifier, Pattern, Program } from 'acorn';
import { eachChild } from './syntax';

/** A use of a name that no scope of the file declares. */
export interface FreeName {
  name: string;
  node: Identifier;
  parent: AnyNode;
  /** The name is only assigned to here. */
  written: boolean;
}

interface Scope {
  names: Set<string>;
  parent: Scope | undefined;
  /** `var` and functions land here. */
  isFunction: boolean;
}

export interface ScopeResult {
  free: FreeName[];
  /** Every name that the file declares anywhere, and how often: one declared once means one thing. */
  declared: ReadonlyMap<string, number>;
  /** Names asked for with `typeof name`: the author knows that they may be missing. */
  probed: ReadonlySet<string>;
  /** True where `with` or `eval` make names impossible to follow. */
  dynamic: boolean;
}

/**
 * Finds the names that code uses without declaring them, by the language's own scopes: functions, blocks,
 * loops, catch clauses, classes, patterns with defaults, and `var` lifted to its function.
 */
export function analyzeScope(program: Program): ScopeResult {
  const walker = new ScopeWalker();
  walker.walkAll(program.body, program, { names: new Set(), parent: undefined, isFunction: true });
  return walker.result();
}

class ScopeWalker {
  private readonly uses: { name: FreeName; scope: Scope }[] = [];
  private readonly declared = new Map<string, number>();
  private readonly probed = new Set<string>();
  private dynamic = false;

  result(): ScopeResult {
    const free = this.uses.filter(({ name, scope }) => !isDeclared(name.name, scope)).map((use) => use.name);
    return { free, declared: this.declared, probed: this.probed, dynamic: this.dynamic };
  }

  walkAll(nodes: readonly (AnyNode | null)[], parent: AnyNode, scope: Scope): void {
    for (const node of nodes) if (node) this.walk(node, parent, scope);
  }

  private walk(node: AnyNode, parent: AnyNode, scope: Scope): void {
    switch (node.type) {
      case 'Identifier':
        this.use(node, parent, scope, false);
        return;
      case 'FunctionDeclaration':
        // In sloppy code a function in a block is also visible in the function around it.
        if (node.id) this.declare(node.id.name, scope, true);
        if (node.id) scope.names.add(node.id.name);
        this.walkFunction(node, scope);
        return;
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        this.walkFunction(node, scope);
        return;
      case 'ClassDeclaration':
      case 'ClassExpression': {
        if (node.type === 'ClassDeclaration' && node.id) this.declare(node.id.name, scope, false);
        const inside = child(scope, false);
        if (node.id) this.declare(node.id.name, inside, false);
        if (node.superClass) this.walk(node.superClass, node, inside);
        this.walk(node.body, node, inside);
        return;
      }
      case 'VariableDeclaration':
        for (const one of node.declarations) {
          this.pattern(one.id, one, scope, (name) => this.declare(name, scope, node.kind === 'var'));
          if (one.init) this.walk(one.init, one, scope);
        }
        return;
      case 'AssignmentExpression':
        this.target(node.left, node, scope, node.operator === '=');
        this.walk(node.right, node, scope);
        return;
      case 'ForInStatement':
      case 'ForOfStatement': {
        const inside = child(scope, false);
        if (node.left.type === 'VariableDeclaration') this.walk(node.left, node, inside);
        else this.target(node.left, node, inside, true);
        this.walk(node.right, node, inside);
        this.walk(node.body, node, inside);
        return;
      }
      case 'CatchClause': {
        const inside = child(scope, false);
        if (node.param) this.pattern(node.param, node, inside, (name) => this.declare(name, inside, false));
        this.walk(node.body, node, inside);
        return;
      }
      case 'BlockStatement':
      case 'ForStatement':
      case 'SwitchStatement':
      case 'StaticBlock':
        this.children(node, child(scope, node.type === 'StaticBlock'));
        return;
      case 'MemberExpression':
        this.walk(node.object, node, scope);
        if (node.computed) this.walk(node.property, node, scope);
        return;
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
        if (node.computed) this.walk(node.key, node, scope);
        if (node.value) this.walk(node.value, node, scope);
        return;
      case 'LabeledStatement':
        this.walk(node.body, node, scope);
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
        return;
      case 'UnaryExpression':
        if (node.operator === 'typeof' && node.argument.type === 'Identifier') {
          this.probed.add(node.argument.name);
          return;
        }
        this.children(node, scope);
        return;
      case 'WithStatement':
        this.dynamic = true;
        this.children(node, scope);
        return;
      case 'ImportSpecifier':
      case 'ImportDefaultSpecifier':
      case 'ImportNamespaceSpecifier':
        this.declare(node.local.name, scope, true);
        return;
      case 'ExportNamedDeclaration':
        if (node.declaration) this.walk(node.declaration, node, scope);
        // With a source, the names are the other file's.
        for (const one of node.source ? [] : node.specifiers) {
          if (one.local.type === 'Identifier') this.use(one.local, one, scope, false);
        }
        return;
      case 'ExportAllDeclaration':
        return;
      default:
        this.children(node, scope);
    }
  }

  private walkFunction(node: AnyNode & { type: `${string}Function${string}` }, scope: Scope): void {
    if (
      node.type !== 'FunctionDeclaration' &&
      node.type !== 'FunctionExpression' &&
      node.type !== 'ArrowFunctionExpression'
    ) {
      return;
    }
    const inside = child(scope, true);
    if (node.type === 'FunctionExpression' && node.id) this.declare(node.id.name, inside, false);
    if (node.type !== 'ArrowFunctionExpression') inside.names.add('arguments');
    for (const param of node.params) {
      this.pattern(param, node, inside, (name) => this.declare(name, inside, false));
    }
    if (node.body.type === 'BlockStatement') this.walkAll(node.body.body, node.body, inside);
    else this.walk(node.body, node, inside);
  }

  private children(node: AnyNode, scope: Scope): void {
    eachChild(node, (one) => this.walk(one, node, scope));
  }

  /** Declares the names of a pattern, and walks the defaults and computed keys in it as expressions. */
  private pattern(node: Pattern, parent: AnyNode, scope: Scope, declare: (name: string) => void): void {
    switch (node.type) {
      case 'Identifier':
        declare(node.name);
        return;
      case 'ObjectPattern':
        for (const property of node.properties) {
          if (property.type === 'RestElement') this.pattern(property.argument, property, scope, declare);
          else {
            if (property.computed) this.walk(property.key, property, scope);
            this.pattern(property.value, property, scope, declare);
          }
        }
        return;
      case 'ArrayPattern':
        for (const element of node.elements) if (element) this.pattern(element, node, scope, declare);
        return;
      case 'AssignmentPattern':
        this.pattern(node.left, node, scope, declare);
        this.walk(node.right, node, scope);
        return;
      case 'RestElement':
        this.pattern(node.argument, node, scope, declare);
        return;
      case 'MemberExpression':
        this.walk(node, parent, scope);
    }
  }

  /** The left side of an assignment: its names are used, and with `=` only written. */
  private target(node: Pattern | AnyNode, parent: AnyNode, scope: Scope, written: boolean): void {
    switch (node.type) {
      case 'Identifier':
        this.use(node, parent, scope, written);
        return;
      case 'ObjectPattern':
        for (const property of node.properties) {
          if (property.type === 'RestElement') this.target(property.argument, property, scope, written);
          else {
            if (property.computed) this.walk(property.key, property, scope);
            this.target(property.value, property, scope, written);
          }
        }
        return;
      case 'ArrayPattern':
        for (const element of node.elements) if (element) this.target(element, node, scope, written);
        return;
      case 'AssignmentPattern':
        this.target(node.left, node, scope, written);
        this.walk(node.right, node, scope);
        return;
      case 'RestElement':
        this.target(node.argument, node, scope, written);
        return;
      default:
        this.walk(node, parent, scope);
    }
  }

  private use(node: Identifier, parent: AnyNode, scope: Scope, written: boolean): void {
    if (node.name === 'eval' && parent.type === 'CallExpression' && parent.callee === node)
      this.dynamic = true;
    this.uses.push({ name: { name: node.name, node, parent, written }, scope });
  }

  private declare(name: string, scope: Scope, lifted: boolean): void {
    this.declared.set(name, (this.declared.get(name) ?? 0) + 1);
    let at = scope;
    while (lifted && !at.isFunction && at.parent) at = at.parent;
    at.names.add(name);
  }
}

function child(parent: Scope, isFunction: boolean): Scope {
  return { names: new Set(), parent, isFunction };
}

function isDeclared(name: string, scope: Scope): boolean {
  for (let at: Scope | undefined = scope; at; at = at.parent) if (at.names.has(name)) return true;
  return false;
}
