import type { AnyNode } from 'acorn';
import { localOnlyStatics } from './globals';
import { memberName } from './reads';
import type { SyntaxTree } from './tree';

export interface NodeFinding {
  rule: 'hosted-engine' | 'sandbox-async' | 'sandbox-no-await' | 'sandbox-no-import';
  offset: number;
  length: number;
  message: string;
  hint: string;
}

const keepPlain = 'Write it without, so that the agent runs the same everywhere.';
const noAsync = 'Primitives answer at once: write a plain function and leave out async and await.';
const noModules = "Offer functions with module.exports = …, and use others with require('<skill>').";

/**
 * Finds syntax that no engine of ours runs, and syntax that the hosted engine lacks. What that engine lacks is
 * what its own conformance suite leaves out: asynchronous iteration, dynamic import, the regular expression
 * flags d and v, and the properties \p{…}.
 *
 * @param awaitOutside whether the code only parses with `await` at its top.
 */
export function syntaxFindings(tree: SyntaxTree, awaitOutside: boolean): NodeFinding[] {
  const found: NodeFinding[] = [];
  const add = (node: AnyNode, length: number, rule: NodeFinding['rule'], message: string, hint: string) => {
    found.push({ rule, offset: node.start, length, message, hint });
  };
  const whole = (node: AnyNode) => node.end - node.start;
  for (const { node, index } of tree.of(
    'FunctionDeclaration',
    'FunctionExpression',
    'ArrowFunctionExpression',
  )) {
    if (!node.async) continue;
    if (node.generator)
      add(node, 5, 'hosted-engine', 'The hosted engine has no async generators.', keepPlain);
    else if (!tree.functionAround(index)) {
      const message = 'This function is async, so its caller gets a promise instead of a value.';
      add(node, 5, 'sandbox-async', message, noAsync);
    }
  }
  for (const { node, index } of tree.of('AwaitExpression')) {
    if (!awaitOutside || tree.functionAround(index)?.async) continue;
    add(node, 5, 'sandbox-no-await', 'await stands outside an async function.', noAsync);
  }
  for (const { node, index } of tree.of('ForOfStatement')) {
    if (!node.await) continue;
    const rule = tree.functionAround(index)?.async ? 'hosted-engine' : 'sandbox-no-await';
    add(node, 9, rule, 'The hosted engine has no for await.', noAsync);
  }
  for (const { node } of tree.of(
    'ImportDeclaration',
    'ExportAllDeclaration',
    'ExportDefaultDeclaration',
    'ExportNamedDeclaration',
  )) {
    add(node, 6, 'sandbox-no-import', `${text(node.type)} does not exist in the sandbox.`, noModules);
  }
  for (const { node } of tree.of('ImportExpression')) {
    add(node, 6, 'sandbox-no-import', 'import() does not exist in the sandbox.', noModules);
  }
  for (const { node } of tree.of('MetaProperty')) {
    if (node.meta.name !== 'import') continue;
    add(node, whole(node), 'sandbox-no-import', 'import.meta does not exist in the sandbox.', noModules);
  }
  for (const { node } of tree.of('Literal')) {
    if (!node.regex) continue;
    for (const [what, is] of regexProblems(node.regex)) {
      if (is) add(node, whole(node), 'hosted-engine', `The hosted engine has no ${what}.`, keepPlain);
    }
  }
  for (const { node } of tree.of('MemberExpression')) {
    if (node.object.type !== 'Identifier' || !staticOwners.has(node.object.name)) continue;
    const name = `${node.object.name}.${memberName(node)}`;
    if (!localOnlyStatics.has(name)) continue;
    add(node, whole(node), 'hosted-engine', `The hosted engine has no ${name}.`, keepPlain);
  }
  return found;
}

/** Objects with functions that the hosted engine lacks. */
const staticOwners: ReadonlySet<string> = new Set(
  [...localOnlyStatics].map((name) => name.slice(0, name.indexOf('.'))),
);

function text(type: string): string {
  return type.startsWith('Import') ? 'import' : 'export';
}

function regexProblems(regex: { pattern: string; flags: string }): [string, boolean][] {
  return [
    ['regular expression flag d', regex.flags.includes('d')],
    ['regular expression flag v', regex.flags.includes('v')],
    [
      '\\p{…} in regular expressions',
      regex.flags.includes('u') && /(?<!\\)(?:\\\\)*\\[pP]\{/.test(regex.pattern),
    ],
  ];
}
