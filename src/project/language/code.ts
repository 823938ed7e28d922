import type { AnyNode, Comment, Identifier, Program } from 'acorn';
import { parse as parseLoosely } from 'acorn-loose';
import { primitives } from '../primitives';
import { memberName } from '../skills/reads';
import { analyzeScope, type FreeName } from '../skills/scope';
import { eachChild, parseCode } from '../skills/syntax';
import { boundModules } from './bindings';
import { type Callee, requiredModule } from './requires';

const primitiveNames: ReadonlySet<string> = new Set(primitives.map((one) => one.name));

/** Code as it is being typed: a tree even where it does not parse, and what its names mean. */
export class Code {
  readonly program: Program;
  readonly comments: Comment[];
  private readonly free: readonly FreeName[];
  private readonly freeNodes: ReadonlySet<AnyNode>;
  private readonly bound: ReadonlyMap<AnyNode, Callee>;

  constructor(readonly text: string) {
    const parsed = parseCode(text);
    if ('failure' in parsed) {
      this.comments = [];
      this.program = loosely(text, this.comments);
    } else {
      this.program = parsed.program;
      this.comments = parsed.comments;
    }
    this.free = analyzeScope(this.program).free;
    this.freeNodes = new Set(this.free.map((use) => use.node));
    this.bound = boundModules(this.program, this.freeNodes);
  }

  /** Uses of the sandbox's primitives, where no declaration of the file hides them. */
  get primitiveUses(): Identifier[] {
    return this.free.filter((use) => primitiveNames.has(use.name)).map((use) => use.node);
  }

  /** True where a name is not the file's own. */
  isFree(node: AnyNode): boolean {
    return this.freeNodes.has(node);
  }

  /** @returns what an expression reaches when it is called or read; undefined for anything of the file's own. */
  callee(node: AnyNode): Callee | undefined {
    if (node.type === 'ParenthesizedExpression') return this.callee(node.expression);
    if (node.type === 'ChainExpression') return this.callee(node.expression);
    if (node.type === 'Identifier') {
      const bound = this.bound.get(node);
      if (bound) return bound;
      return this.isFree(node) && primitiveNames.has(node.name)
        ? { kind: 'primitive', name: node.name }
        : undefined;
    }
    if (node.type === 'CallExpression') {
      const name = requiredModule(node, this.freeNodes);
      return name === undefined ? undefined : { kind: 'module', name };
    }
    if (node.type !== 'MemberExpression') return undefined;
    const object = this.callee(node.object);
    const member = memberName(node);
    return object?.kind === 'module' && object.member === undefined && member
      ? { ...object, member }
      : undefined;
  }

  /** @returns the nodes around a place, the outermost first. A node's end counts as inside. */
  pathTo(offset: number): AnyNode[] {
    const path: AnyNode[] = [];
    let inside: AnyNode | undefined = this.program;
    while (inside) {
      path.push(inside);
      let next: AnyNode | undefined;
      eachChild(inside, (one) => {
        if (one.start > offset || one.end < offset) return;
        // Where two touch, the one that begins here is the one under the cursor, unless it is empty.
        if (!next || one.end > next.end || one.start >= next.end) next = one;
      });
      inside = next;
    }
    return path;
  }

  /** True where a comment stands, also at its end when it is never closed or ends with its line. */
  inComment(offset: number): boolean {
    return this.comments.some(
      (one) => offset > one.start && (offset < one.end || (offset === one.end && one.type === 'Line')),
    );
  }

  /** Calls `visit` for every node, a parent before what is in it. */
  walk(visit: (node: AnyNode) => void): void {
    const each = (node: AnyNode): void => {
      visit(node);
      eachChild(node, each);
    };
    each(this.program);
  }
}

const emptyProgram: Program = { type: 'Program', start: 0, end: 0, body: [], sourceType: 'script' };

function loosely(text: string, onComment: Comment[]): Program {
  try {
    return parseLoosely(text, { ecmaVersion: 2024, allowReturnOutsideFunction: true, onComment }) as Program;
  } catch (error) {
    // It recurses as deep as the code is nested, and nothing can be said of code that no engine reads.
    if (!(error instanceof RangeError)) throw error;
    return emptyProgram;
  }
}
