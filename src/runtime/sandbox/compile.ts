import type { Pattern, Program, VariableDeclaration } from 'acorn';
import { parse } from 'acorn';
import { recursive } from 'acorn-walk';
import { parseSkill } from '../../project';
import { Edits } from './edits';
import { markPositions } from './positions';

/** A block ready for the engine. */
export interface CompiledBlock {
  /** Evaluates to the block's value, or to a promise of it. */
  code: string;
  /** Names to declare as globals first, so that later blocks of the run see them. */
  names: string[];
  /** The way back to the author's lines and columns. */
  edits: Edits;
}

/** A script that cannot be read. Line and column from 1. */
export class ScriptSyntaxError extends Error {
  constructor(
    message: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(message);
    this.name = 'SyntaxError';
  }
}

/**
 * Turns a block into the call of a function, so that `return` and `await` work at its top level. Its last
 * expression statement becomes what it returns; its top-level declarations become globals of the run, except
 * those that would hide one of `reserved`, which stay the block's own.
 * @throws {ScriptSyntaxError}
 */
export function compileBlock(source: string, reserved: ReadonlySet<string>): CompiledBlock {
  const program = parseScript(source, true);
  const edits = editsOf(source);
  edits.insert(0, awaitsAtTop(program) ? '(async function () {' : '(function () {');
  hoistFunctions(program, reserved, edits);
  markPositions(program, edits);
  const names: string[] = [];
  for (const statement of program.body) {
    if (statement.type === 'VariableDeclaration') {
      const declared = statement.declarations.flatMap((declarator) => boundNames(declarator.id));
      if (statement.kind.endsWith('using') || declared.some((name) => reserved.has(name))) continue;
      names.push(...declared);
      assignInstead(statement, source, edits);
    } else if (statement.type === 'ClassDeclaration' && !reserved.has(statement.id.name)) {
      names.push(statement.id.name);
      edits.insert(statement.start, `;${statement.id.name} = `);
      edits.insert(statement.end, ';');
    }
  }
  const last = program.body.at(-1);
  if (last !== undefined) returnValue(last, source, edits);
  // On a line of its own: the block may end in a comment.
  return { code: `${edits.apply()}\n})()`, names, edits };
}

/**
 * Turns a module skill into an expression that gives its function: of `(module, exports, require)` for
 * CommonJS, of `(args)` for a bare body.
 * @throws {ScriptSyntaxError}
 */
export function compileSkill(source: string, shape: 'commonjs' | 'bare'): { code: string; edits: Edits } {
  const edits = editsOf(source);
  edits.insert(0, shape === 'commonjs' ? '(function (module, exports, require) {' : '(function (args) {');
  markPositions(parseScript(source, false), edits);
  return { code: `${edits.apply()}\n})`, edits };
}

/** A first line such as `#!/usr/bin/env node` may only stand at the very start, which the wrapper takes. */
function editsOf(source: string): Edits {
  const edits = new Edits(source);
  if (source.startsWith('#!')) edits.overwrite(0, '//');
  return edits;
}

function parseScript(source: string, allowAwaitOutsideFunction: boolean): Program {
  try {
    return parse(source, {
      // The newest syntax that the engine reads.
      ecmaVersion: 2024,
      sourceType: 'script',
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction,
    });
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    // The project's own reading says in a sentence what is wrong, and where.
    const { message, line, column } = parseSkill(source).error ?? {
      message: error.message,
      line: 1,
      column: 1,
    };
    throw new ScriptSyntaxError(message, line, column);
  }
}

function awaitsAtTop(program: Program): boolean {
  let found = false;
  const skip = (): void => {};
  recursive(program, undefined, {
    FunctionDeclaration: skip,
    FunctionExpression: skip,
    ArrowFunctionExpression: skip,
    AwaitExpression: () => {
      found = true;
    },
    ForOfStatement: (node, state, visit) => {
      found ||= node.await;
      visit(node.right, state);
      visit(node.body, state);
    },
  });
  return found;
}

/** Function declarations are usable before their line, so they become globals where the block begins. */
function hoistFunctions(program: Program, reserved: ReadonlySet<string>, edits: Edits): void {
  const code = program.body
    .flatMap((statement) => (statement.type === 'FunctionDeclaration' ? [statement.id.name] : []))
    .filter((name) => !reserved.has(name))
    .map((name) => `globalThis.${name} = ${name};`)
    .join('');
  const first = program.body.find((statement) => !('directive' in statement));
  if (code !== '' && first !== undefined) edits.insert(first.start, code);
}

function assignInstead(statement: VariableDeclaration, source: string, edits: Edits): void {
  // As wide as the keyword, so that nothing moves; the semicolon keeps the bracket from being a call.
  edits.overwrite(statement.start, ';('.padEnd(statement.kind.length));
  for (const { id, init } of statement.declarations) {
    if (init === null || init === undefined) {
      edits.insert(id.end, statement.kind === 'var' ? '' : ' = undefined');
    }
  }
  const closed = source[statement.end - 1] === ';';
  edits.insert(closed ? statement.end - 1 : statement.end, closed ? ')' : ');');
}

/** Makes what the block ends with its value; inside `if` and `try`, whichever branch is taken. */
function returnValue(statement: Program['body'][number], source: string, edits: Edits, braces = false): void {
  switch (statement.type) {
    case 'ExpressionStatement': {
      const end = source[statement.end - 1] === ';' ? statement.end - 1 : statement.end;
      edits.insert(statement.start, braces ? '{0;return (' : '0;return (');
      edits.insert(end, ')');
      if (braces) edits.insert(statement.end, '}');
      return;
    }
    case 'BlockStatement': {
      const last = statement.body.at(-1);
      if (last !== undefined) returnValue(last, source, edits);
      return;
    }
    case 'IfStatement':
      returnValue(statement.consequent, source, edits, true);
      if (statement.alternate) returnValue(statement.alternate, source, edits, true);
      return;
    case 'TryStatement':
      returnValue(statement.block, source, edits);
      if (statement.handler) returnValue(statement.handler.body, source, edits);
      return;
    default:
  }
}

function boundNames(pattern: Pattern): string[] {
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
