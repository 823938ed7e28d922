import { type AnyNode, type Comment, type Options, type Program, parse } from 'acorn';

/**
 * The newest syntax that the sandbox's engine reads. Regular expressions with modifiers and duplicate group
 * names (ES2025) and `using` are not in it.
 */
const ecmaVersion = 2024;

export interface ParsedCode {
  program: Program;
  comments: Comment[];
  /** The first problem that keeps the code from running, though the parser could read on. */
  awaitOutside: boolean;
}

export interface ParseFailure {
  message: string;
  offset: number;
  length: number;
}

/**
 * Parses a skill. `return` may stand at the top, because a bare body is the inside of a function; `import`,
 * `export` and a top-level `await` are read so that they can be reported as what they are.
 */
export function parseCode(text: string): ParsedCode | { failure: ParseFailure } {
  try {
    return { ...attempt(text, false), awaitOutside: false };
  } catch (error) {
    if (error instanceof RangeError) return { failure: tooDeep };
    if (/\bawait\b/.test(text)) {
      const again = attemptWithAwait(text);
      if (again) return again;
    }
    return { failure: failureOf(error, text) };
  }
}

const tooDeep: ParseFailure = { message: 'The code is nested too deeply to be read.', offset: 0, length: 1 };

function attemptWithAwait(text: string): ParsedCode | undefined {
  try {
    return { ...attempt(text, true), awaitOutside: true };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function attempt(
  text: string,
  allowAwaitOutsideFunction: boolean,
): { program: Program; comments: Comment[] } {
  const comments: Comment[] = [];
  const options: Options = {
    ecmaVersion,
    sourceType: 'script',
    allowReturnOutsideFunction: true,
    allowImportExportEverywhere: true,
    allowAwaitOutsideFunction,
    allowHashBang: true,
    onComment: comments,
  };
  return { program: parse(text, options), comments };
}

/** @throws the error itself when it is not the parser's. */
function failureOf(error: unknown, text: string): ParseFailure {
  if (!(error instanceof SyntaxError) || !('pos' in error) || typeof error.pos !== 'number') throw error;
  const message = error.message.replace(/ \(\d+:\d+\)$/, '');
  const end = text.trimEnd().length;
  if (error.pos >= end && message === 'Unexpected token') {
    return {
      message: 'The file ends too early: a bracket, brace or parenthesis opened before is not closed.',
      offset: Math.max(0, end - 1),
      length: 1,
    };
  }
  const awaited = /(?<![\w$.])await\s+$/.exec(text.slice(0, error.pos));
  if (awaited) {
    return {
      message: 'await stands outside an async function.',
      offset: awaited.index,
      length: 'await'.length,
    };
  }
  const offset = Math.min(error.pos, Math.max(0, text.length - 1));
  const length = tokenLength(text, offset, message);
  const token = text.slice(offset, offset + length);
  return { message: sentence(message, token), offset, length };
}

function tokenLength(text: string, offset: number, message: string): number {
  const line = text.slice(offset).split(/\r?\n/, 1)[0] ?? '';
  if (message.startsWith('Unterminated')) return Math.max(1, line.length);
  const word = /^(?:[\p{L}\p{N}_$]+|"[^"]*"|'[^']*'|=>|\.\.\.|[=!<>+\-*/%&|^?]+)/u.exec(line);
  return Math.max(1, word?.[0].length ?? 1);
}

function sentence(message: string, token: string): string {
  if (message === 'Unexpected token') return token ? `Unexpected ${quoted(token)}.` : 'Unexpected end.';
  if (message === 'Unterminated string constant') return 'This text is never closed: its quote is missing.';
  if (message === 'Unterminated template') return 'This template is never closed: its backtick is missing.';
  if (message === 'Unterminated comment') return 'This comment is never closed: */ is missing.';
  if (message === 'Unterminated regular expression') return 'This regular expression is never closed.';
  return message.endsWith('.') ? message : `${message}.`;
}

function quoted(token: string): string {
  return token.includes('"') ? `'${token}'` : `"${token}"`;
}

/** The fields of each kind of node that hold other nodes, in the order of the source. */
const childFields: Readonly<Record<string, readonly string[]>> = {
  ArrayExpression: ['elements'],
  ArrayPattern: ['elements'],
  ArrowFunctionExpression: ['params', 'body'],
  AssignmentExpression: ['left', 'right'],
  AssignmentPattern: ['left', 'right'],
  AwaitExpression: ['argument'],
  BinaryExpression: ['left', 'right'],
  BlockStatement: ['body'],
  BreakStatement: ['label'],
  CallExpression: ['callee', 'arguments'],
  CatchClause: ['param', 'body'],
  ChainExpression: ['expression'],
  ClassBody: ['body'],
  ClassDeclaration: ['id', 'superClass', 'body'],
  ClassExpression: ['id', 'superClass', 'body'],
  ConditionalExpression: ['test', 'consequent', 'alternate'],
  ContinueStatement: ['label'],
  DebuggerStatement: [],
  DoWhileStatement: ['body', 'test'],
  EmptyStatement: [],
  ExpressionStatement: ['expression'],
  ForInStatement: ['left', 'right', 'body'],
  ForOfStatement: ['left', 'right', 'body'],
  ForStatement: ['init', 'test', 'update', 'body'],
  FunctionDeclaration: ['id', 'params', 'body'],
  FunctionExpression: ['id', 'params', 'body'],
  Identifier: [],
  IfStatement: ['test', 'consequent', 'alternate'],
  LabeledStatement: ['label', 'body'],
  Literal: [],
  LogicalExpression: ['left', 'right'],
  MemberExpression: ['object', 'property'],
  MetaProperty: ['meta', 'property'],
  MethodDefinition: ['key', 'value'],
  NewExpression: ['callee', 'arguments'],
  ObjectExpression: ['properties'],
  ObjectPattern: ['properties'],
  PrivateIdentifier: [],
  Program: ['body'],
  Property: ['key', 'value'],
  PropertyDefinition: ['key', 'value'],
  RestElement: ['argument'],
  ReturnStatement: ['argument'],
  SequenceExpression: ['expressions'],
  SpreadElement: ['argument'],
  StaticBlock: ['body'],
  Super: [],
  SwitchCase: ['test', 'consequent'],
  SwitchStatement: ['discriminant', 'cases'],
  TaggedTemplateExpression: ['tag', 'quasi'],
  TemplateElement: [],
  TemplateLiteral: ['expressions'],
  ThisExpression: [],
  ThrowStatement: ['argument'],
  TryStatement: ['block', 'handler', 'finalizer'],
  UnaryExpression: ['argument'],
  UpdateExpression: ['argument'],
  VariableDeclaration: ['declarations'],
  VariableDeclarator: ['id', 'init'],
  WhileStatement: ['test', 'body'],
  WithStatement: ['object', 'body'],
  YieldExpression: ['argument'],
};

/**
 * Calls `visit` for every child node. Runs for every node on every keystroke, so it knows where children are
 * and makes no lists of its own.
 */
export function eachChild(node: AnyNode, visit: (child: AnyNode) => void): void {
  const fields = childFields[node.type] ?? Object.keys(node);
  for (const key of fields) {
    const value: unknown = node[key as keyof AnyNode];
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) {
      if (isNode(value)) visit(value);
      continue;
    }
    for (const item of value as unknown[]) if (isNode(item)) visit(item);
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
