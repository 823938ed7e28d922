import type { AnyNode, CallExpression } from 'acorn';
import type { SkillParam } from '../skills/info';
import { isFunction } from '../skills/reads';
import { type CallTarget, callTargets } from './calls';
import { Code } from './code';
import { callText, parameterText } from './describe';
import type { LanguageIndex } from './index/language-index';
import type { ServerKnowledge } from './types';

export interface SignatureParameter {
  /** Where the parameter stands in the label. */
  start: number;
  end: number;
  documentation: string;
}

export interface Signature {
  label: string;
  documentation: string;
  parameters: SignatureParameter[];
  /** Which parameter the cursor is in; undefined for none of them. */
  active: number | undefined;
}

/**
 * @param typed true where the editor's own service types the code: only tools are then left to say something of.
 * @returns how the call around a place is made, for primitives, skills and tools; none elsewhere.
 */
export function findSignatures(
  index: LanguageIndex,
  path: string,
  offset: number,
  server: ServerKnowledge = {},
  typed = false,
): Signature[] {
  const text = index.source(path)?.text;
  if (text === undefined || index.role(path) !== 'code') return [];
  const code = new Code(text);
  if (code.inComment(offset)) return [];
  const nodes = code.pathTo(offset);
  const call = callAround(text, nodes, offset);
  if (!call) return [];
  return callTargets(index, path, code, call.callee, server)
    .filter((target) => target.isTool || !typed)
    .map((target) => signatureOf(target, activeParameter(text, target, call, nodes, offset)));
}

/** The innermost call whose parentheses the cursor is in; a function inside of it has its own matters. */
function callAround(text: string, nodes: readonly AnyNode[], offset: number): CallExpression | undefined {
  for (const node of [...nodes].reverse()) {
    if (isFunction(node) && node.body.start < offset && offset < node.body.end) return undefined;
    if (node.type !== 'CallExpression' || offset <= node.callee.end) continue;
    const open = text.indexOf('(', node.callee.end);
    const closed = text[node.end - 1] === ')' && node.end > open + 1;
    if (open >= 0 && open < offset && (!closed || offset < node.end)) return node;
  }
  return undefined;
}

function signatureOf({ label, callable }: CallTarget, active: number | undefined): Signature {
  const whole = callText(label, callable);
  let from = label.length;
  const parameters = callable.params.map((param): SignatureParameter => {
    const text = parameterText(param);
    const start = whole.indexOf(text, from);
    from = start + text.length;
    return { start, end: from, documentation: param.description };
  });
  return { label: whole, documentation: callable.description, parameters, active };
}

function activeParameter(
  text: string,
  { callable }: CallTarget,
  call: CallExpression,
  nodes: readonly AnyNode[],
  offset: number,
): number | undefined {
  if (callable.call === 'object') return activeField(callable.params, nodes, call);
  // An argument is left behind where a comma follows it before the cursor.
  const behind = call.arguments.filter(
    (one) => one.end <= offset && text.slice(one.end, offset).includes(','),
  );
  return behind.length < callable.params.length ? behind.length : undefined;
}

function activeField(
  params: readonly SkillParam[],
  nodes: readonly AnyNode[],
  call: CallExpression,
): number | undefined {
  const object = call.arguments[0];
  const property = object && nodes[nodes.indexOf(object) + 1];
  if (property?.type !== 'Property' || property.key.type !== 'Identifier') return undefined;
  const { name } = property.key;
  const at = params.findIndex((param) => param.name === name);
  return at < 0 ? undefined : at;
}
