import type { Program } from 'acorn';
import { parse } from 'acorn';
import { recursive } from 'acorn-walk';
import { boundNames, parseSkill } from '../../project';
import { type Columns, Edits } from './edits';
import { markPositions } from './positions';
import { remembered } from './remembered';

/** A piece of script ready for the engine, and the way back to its author's lines and columns. */
export interface Compiled {
  /** Evaluates to a function. */
  code: string;
  edits: Columns;
}

/** Name of the parameter by which a block tells its declarations; no author's name looks like it. */
const teller = '$tavora$';

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
 * Turns a block into a function, so that `return` and `await` work at its top level. Its last expression statement
 * becomes what it returns. The function gets one argument, a function that it calls with accessors of its
 * top-level names, so that later blocks of the run can use them; names that would hide one of `reserved` stay the
 * block's own.
 * @throws {ScriptSyntaxError}
 */
export function compileBlock(source: string, reserved: ReadonlySet<string>): Compiled {
  const program = parseScript(source, true);
  const edits = editsOf(source);
  edits.insert(0, `(${awaitsAtTop(program) ? 'async ' : ''}function (${teller}) {`);
  const names = new Set(program.body.flatMap(declaredNames).filter((name) => !reserved.has(name)));
  // A directive counts only in front of everything else.
  const first = program.body.find((statement) => !('directive' in statement));
  if (first !== undefined && names.size > 0) edits.insert(first.start, tell(names));
  // What ends where a branch does must be closed before the branch.
  const last = program.body.at(-1);
  if (last !== undefined) returnValue(last, source, edits);
  markPositions(program, edits);
  // On a line of its own: the block may end in a comment.
  return { code: `${edits.apply()}\n})`, edits };
}

/**
 * Turns a module skill into an expression that gives its function: of `(module, exports, require)` for
 * CommonJS, of `(args)` for a bare body.
 * @throws {ScriptSyntaxError}
 */
export function compileSkill(source: string, shape: 'commonjs' | 'bare'): Compiled {
  return compiled[shape](source);
}

const compiled = {
  commonjs: remembered((source) => wrapSkill(source, 'commonjs')),
  bare: remembered((source) => wrapSkill(source, 'bare')),
};

/**
 * Puts a skill's code into its function.
 * @param before code around the function; without line breaks
 * @throws {ScriptSyntaxError}
 */
export function wrapSkill(source: string, shape: 'commonjs' | 'bare', before = '(', after = ')'): Compiled {
  const edits = editsOf(source);
  const head = shape === 'commonjs' ? 'function (module, exports, require) {' : 'function (args) {';
  edits.insert(0, before + head);
  markPositions(parseScript(source, false), edits);
  return { code: `${edits.apply()}\n}${after}`, edits };
}

/** A first line such as `#!/usr/bin/env node` may only stand at the very start, which the wrapper takes. */
function editsOf(source: string): Edits {
  const edits = new Edits(source);
  if (source.startsWith('#!')) edits.overwrite(0, '//');
  return edits;
}

/** @throws {ScriptSyntaxError} */
export function parseScript(source: string, allowAwaitOutsideFunction: boolean): Program {
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

function tell(names: ReadonlySet<string>): string {
  const accessors = [...names].map(
    (name) => `get ${name}(){return ${name}},set ${name}(${teller}){${name}=${teller}}`,
  );
  return `${teller}({${accessors.join(',')}});`;
}

function declaredNames(statement: Program['body'][number]): string[] {
  switch (statement.type) {
    case 'VariableDeclaration':
      return statement.declarations.flatMap((declarator) => boundNames(declarator.id));
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return [statement.id.name];
    default:
      return [];
  }
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
