import type { AnyNode, Program } from 'acorn';
import { localOnlyStatics } from './globals';
import { memberName } from './reads';
import { eachChild } from './syntax';

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
export function syntaxFindings(program: Program, awaitOutside: boolean): NodeFinding[] {
  const found: NodeFinding[] = [];
  const add = (node: AnyNode, length: number, rule: NodeFinding['rule'], message: string, hint: string) => {
    found.push({ rule, offset: node.start, length, message, hint });
  };
  const walk = (node: AnyNode, inAsync: boolean, inFunction: boolean): void => {
    let async = inAsync;
    let within = inFunction;
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        async = node.async;
        within = true;
        if (node.async && node.generator) {
          add(node, 5, 'hosted-engine', 'The hosted engine has no async generators.', keepPlain);
        } else if (node.async && !inFunction) {
          add(
            node,
            5,
            'sandbox-async',
            'This function is async, so its caller gets a promise instead of a value.',
            noAsync,
          );
        }
        break;
      case 'AwaitExpression':
        if (awaitOutside && !inAsync) {
          add(node, 5, 'sandbox-no-await', 'await stands outside an async function.', noAsync);
        }
        break;
      case 'ForOfStatement':
        if (node.await) {
          const rule = inAsync ? 'hosted-engine' : 'sandbox-no-await';
          add(node, 9, rule, 'The hosted engine has no for await.', noAsync);
        }
        break;
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ExportDefaultDeclaration':
      case 'ExportNamedDeclaration':
        add(node, 6, 'sandbox-no-import', `${text(node.type)} does not exist in the sandbox.`, noModules);
        break;
      case 'ImportExpression':
        add(node, 6, 'sandbox-no-import', 'import() does not exist in the sandbox.', noModules);
        break;
      case 'MetaProperty':
        if (node.meta.name === 'import') {
          add(
            node,
            node.end - node.start,
            'sandbox-no-import',
            'import.meta does not exist in the sandbox.',
            noModules,
          );
        }
        break;
      case 'Literal':
        if (node.regex) {
          for (const [what, is] of regexProblems(node.regex)) {
            if (is)
              add(
                node,
                node.end - node.start,
                'hosted-engine',
                `The hosted engine has no ${what}.`,
                keepPlain,
              );
          }
        }
        break;
      case 'MemberExpression': {
        const name = node.object.type === 'Identifier' ? `${node.object.name}.${memberName(node)}` : '';
        if (localOnlyStatics.has(name)) {
          add(node, node.end - node.start, 'hosted-engine', `The hosted engine has no ${name}.`, keepPlain);
        }
        break;
      }
    }
    eachChild(node, (child) => walk(child, async, within));
  };
  walk(program, false, false);
  return found;
}

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
