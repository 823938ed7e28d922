import type { AnyNode, Program } from 'acorn';
import { isFunction } from './reads';
import { eachChild } from './syntax';

type NodeOf<T extends AnyNode['type']> = Extract<AnyNode, { type: T }>;

/** A node and where it hangs. */
export interface Found<T extends AnyNode> {
  node: T;
  parent: AnyNode | undefined;
  index: number;
}

/**
 * A syntax tree laid out flat, in the order of the source. Rules ask it for the kinds of nodes that they are
 * about: walking the whole tree once for each rule would be most of what a key costs.
 */
export class SyntaxTree {
  private readonly nodes: AnyNode[] = [];
  private readonly parents: number[] = [];
  private readonly kinds = new Map<string, number[]>();

  constructor(readonly program: Program) {
    this.add(program, -1);
  }

  /** @returns every node of some kinds, in the order of the source within each kind. */
  *of<T extends AnyNode['type']>(...types: T[]): Generator<Found<NodeOf<T>>> {
    for (const type of types) {
      for (const index of this.kinds.get(type) ?? []) {
        const node = this.nodes[index];
        // Listed under its own kind.
        if (node) yield { node: node as NodeOf<T>, parent: this.nodes[this.parents[index] ?? -1], index };
      }
    }
  }

  /** @returns what stands around a node, the nearest first. */
  *around(index: number): Generator<AnyNode> {
    for (let at = this.parents[index] ?? -1; at >= 0; at = this.parents[at] ?? -1) {
      const node = this.nodes[at];
      if (node) yield node;
    }
  }

  /** @returns the function that a node stands in, itself left out; undefined at the top of the file. */
  functionAround(index: number): (AnyNode & { async: boolean }) | undefined {
    for (const node of this.around(index)) if (isFunction(node)) return node;
    return undefined;
  }

  private add(node: AnyNode, parent: number): void {
    // Names are more than half of all nodes, and no rule asks for them here.
    if (node.type === 'Identifier') return;
    const index = this.nodes.push(node) - 1;
    this.parents.push(parent);
    const kind = this.kinds.get(node.type);
    if (kind) kind.push(index);
    else this.kinds.set(node.type, [index]);
    eachChild(node, (child) => this.add(child, index));
  }
}
