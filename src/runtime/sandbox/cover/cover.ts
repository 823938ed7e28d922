import type { AnyNode } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import { functionName, LineIndex } from '../../../project';
import { parseScript, ScriptSyntaxError } from '../compile';
import { Edits } from '../edits';
import { Layers } from '../layers';
import { remembered } from '../remembered';
import type { CountedArm, CountedBranch, CoverMap, Span } from './cover-map';

/** A skill that counts what it runs. */
export interface Covered {
  /** Means the same as the source, in as many lines. */
  code: string;
  edits: Edits;
  map: CoverMap;
}

/** The engine takes seconds to compile more variables than this. */
const mostCounters = 5_000;

const lists = new Set(['Program', 'BlockStatement', 'StaticBlock', 'SwitchCase']);
const loops = new Set([
  'WhileStatement',
  'DoWhileStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
]);
const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
/** Statements that do nothing by themselves. */
const still = new Set(['FunctionDeclaration', 'BlockStatement', 'EmptyStatement']);

/**
 * Puts a counter in front of every statement, function and branch of a skill. A part that runs exactly when another
 * does shares its counter. What stands in a `with` is not counted: there a counter's name could be the object's.
 * @returns undefined for a skill that has too many parts to count.
 * @throws {ScriptSyntaxError}
 */
export const cover = remembered((source: string): Covered | undefined => {
  const covering = new Covering(source);
  return covering.map.counters > mostCounters ? undefined : covering.apply();
});

/** @returns what can be counted in a skill; undefined where nothing is: it cannot be read, or has too many parts. */
export function coverMap(source: string): CoverMap | undefined {
  try {
    const { map } = new Covering(source);
    return map.counters > mostCounters ? undefined : map;
  } catch (error) {
    if (error instanceof ScriptSyntaxError) return undefined;
    throw error;
  }
}

class Covering {
  readonly map: CoverMap = { statements: [], functions: [], branches: [], counters: 0 };
  readonly #source: string;
  readonly #lines: LineIndex;
  readonly #layers = new Layers();
  /** Counters of statements, by where they begin: what holds them comes later and may share them. */
  readonly #counters = new Map<number, number>();

  constructor(source: string) {
    this.#source = source;
    this.#lines = new LineIndex(source);
    const seen: { node: AnyNode; parent: AnyNode | undefined }[] = [];
    fullAncestor(parseScript(source, false), (node, _state, ancestors) => {
      const around = (ancestors as AnyNode[]).slice(0, -1);
      if (around.some(({ type }) => type === 'WithStatement')) return;
      seen.push({ node: node as AnyNode, parent: around.at(-1) });
    });
    for (const { node, parent } of seen) this.#statement(node, parent);
    for (const { node, parent } of seen) {
      if (isFunction(node)) this.#function(node, parent);
      else this.#branch(node);
    }
    this.map.statements.sort(inOrder);
    this.map.functions.sort(inOrder);
    this.map.branches.sort(inOrder);
  }

  apply(): Covered {
    const edits = new Edits(this.#source);
    this.#layers.into(edits);
    return { code: edits.apply(), edits, map: this.map };
  }

  #statement(node: AnyNode, parent: AnyNode | undefined): void {
    if (parent === undefined || !isCounted(node)) return;
    const inList = lists.has(parent.type);
    if (!inList && !isBranch(node, parent)) return;
    const counter = this.#next();
    this.#counters.set(node.start, counter);
    this.map.statements.push({ ...this.#span(node.start, node.end), counter });
    if (inList) this.#layers.open(node.start, `${add(counter)};`, size(node));
    else this.#wrap(node, `{${add(counter)};`, '}');
  }

  #function(node: FunctionNode, parent: AnyNode | undefined): void {
    const start = parent !== undefined && isMethod(parent) ? parent.start : node.start;
    const head = this.#source.slice(start, node.body.start).trimEnd();
    const counter = this.#body(node.body);
    const span = this.#span(start, start + head.length);
    this.map.functions.push({ name: functionName(node, parent), ...span, counter });
  }

  /** @returns the counter of a function's calls. */
  #body(body: FunctionNode['body']): number {
    if (body.type !== 'BlockStatement') {
      const counter = this.#next();
      this.map.statements.push({ ...this.#span(body.start, body.end), counter });
      this.#wrap(body, `(${add(counter)},`, ')');
      return counter;
    }
    const shared = this.#entered(body.body);
    if (shared !== undefined) return shared;
    const counter = this.#next();
    const first = body.body.find((each) => !('directive' in each));
    if (first) this.#layers.open(first.start, `${add(counter)};`, size(first));
    // A directive may lack its semicolon.
    else this.#layers.open(body.end - 1, `;${add(counter)};`);
    return counter;
  }

  #branch(node: AnyNode): void {
    switch (node.type) {
      case 'IfStatement': {
        const taken = this.#arm(node.consequent, 'if');
        const other = node.alternate
          ? this.#arm(node.alternate, 'else')
          : taken && this.#without(node, taken.counter);
        this.#add('if', node, [taken, other]);
        return;
      }
      case 'SwitchStatement':
        this.#add(
          'switch',
          node,
          node.cases.map((one) => {
            const label = one.test ? `case ${this.#source.slice(one.test.start, one.test.end)}` : 'default';
            let counter = this.#entered(one.consequent);
            if (counter === undefined) {
              counter = this.#next();
              const at = one.consequent[0]?.start ?? one.end;
              this.#layers.open(at, `${add(counter)};`, one.end - at);
            }
            return { ...this.#span(one.start, one.end), counter, label };
          }),
        );
        return;
      case 'ConditionalExpression':
        this.#add('conditional', node, [
          this.#operand(node.consequent, 'if true'),
          this.#operand(node.alternate, 'if false'),
        ]);
        return;
      case 'LogicalExpression':
        this.#add('logical', node, [this.#operand(node.right, `right of ${node.operator}`)]);
        return;
      default:
    }
  }

  #add(kind: CountedBranch['kind'], { start, end }: AnyNode, arms: (CountedArm | undefined)[]): void {
    const known = arms.filter((arm) => arm !== undefined);
    this.map.branches.push({ kind, ...this.#span(start, end), arms: known });
  }

  /** @returns the way into a part of an `if`; undefined for a function that is declared there. */
  #arm(node: AnyNode, label: string): CountedArm | undefined {
    const { start, end } = node;
    if (node.type === 'FunctionDeclaration') return undefined;
    let counter = node.type === 'BlockStatement' ? this.#entered(node.body) : this.#counters.get(start);
    if (counter === undefined) {
      counter = this.#next();
      if (node.type === 'BlockStatement') this.#layers.open(start + 1, `${add(counter)};`, size(node));
      else this.#wrap(node, `{${add(counter)};`, '}');
    }
    return { ...this.#span(start, end), counter, label };
  }

  /**
   * @returns the way past an `if` without `else`. A counter of its own there would be the last place that the engine
   * knows of when a loop's test fails behind it.
   */
  #without({ start, end }: AnyNode, less: number): CountedArm | undefined {
    const counter = this.#counters.get(start);
    return counter === undefined ? undefined : { ...this.#span(end, end), counter, less, label: 'else' };
  }

  #operand(node: AnyNode, label: string): CountedArm {
    const counter = this.#next();
    this.#wrap(node, `(${add(counter)},`, ')');
    return { ...this.#span(node.start, node.end), counter, label };
  }

  /** @returns the counter of the first statement that runs; undefined when what runs first has none. */
  #entered(list: readonly AnyNode[]): number | undefined {
    const first = list.find(
      (each) =>
        !('directive' in each) && each.type !== 'FunctionDeclaration' && each.type !== 'EmptyStatement',
    );
    return first && isCounted(first) ? this.#counters.get(first.start) : undefined;
  }

  #wrap(node: AnyNode, before: string, after: string): void {
    this.#layers.open(node.start, before, size(node));
    this.#layers.close(node.end, after, size(node));
  }

  #next(): number {
    return this.map.counters++;
  }

  #span(start: number, end: number): Span {
    const from = this.#lines.position(start);
    const to = this.#lines.position(end);
    return {
      start_line: from.line,
      start_column: from.column,
      end_line: to.line,
      end_column: to.column,
    };
  }
}

type FunctionNode = Extract<
  AnyNode,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>;

function isFunction(node: AnyNode): node is FunctionNode {
  return functions.has(node.type);
}

/** True for what gives the function below it a head of its own. */
function isMethod(node: AnyNode): boolean {
  return (
    node.type === 'MethodDefinition' || (node.type === 'Property' && (node.method || node.kind !== 'init'))
  );
}

function isCounted(node: AnyNode): boolean {
  return !('directive' in node) && !still.has(node.type) && /(?:Statement|Declaration)$/.test(node.type);
}

/** True for what stands without braces below an `if`, `else` or loop. A label stays with its loop. */
function isBranch(node: AnyNode, parent: AnyNode): boolean {
  if (parent.type === 'IfStatement') return node === parent.consequent || node === parent.alternate;
  return loops.has(parent.type) && 'body' in parent && parent.body === node;
}

/** @returns the name of a counter, a variable: no author's name looks like it. */
export function counterName(index: number): string {
  return `$tavora${index}$`;
}

function add(counter: number): string {
  return `++${counterName(counter)}`;
}

function size({ start, end }: AnyNode): number {
  return end - start;
}

function inOrder(a: Span, b: Span): number {
  return a.start_line - b.start_line || a.start_column - b.start_column;
}
