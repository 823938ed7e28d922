import type { AnyNode } from 'acorn';
import { moduleName } from '../../skills/context';
import { memberName } from '../../skills/reads';
import type { SourceFile } from '../../source-file';
import { Code } from '../code';
import { type FixedText, fixedText } from '../requires';
import type { Span } from '../types';
import type { FactList } from './fact';

const searches: ReadonlySet<string> = new Set(['search', 'searchDocuments']);

/**
 * Adds what code names: modules it requires, their functions, primitives and indexes.
 * @param shift where the code begins in its file.
 * @returns the code as it was read.
 */
export function addCodeFacts(list: FactList, text: string, shift = 0): Code {
  const code = new Code(text);
  const at = ({ offset, length }: Span): Span => ({ offset: offset + shift, length });
  for (const node of code.primitiveUses) {
    list.add({ kind: 'primitive', name: node.name }, at(spanOf(node)));
  }
  code.walk((node) => {
    if (node.type === 'CallExpression') {
      const reached = code.callee(node);
      const argument = fixedText(node.arguments[0]);
      if (reached?.kind === 'module' && reached.member === undefined && argument) {
        list.add({ kind: 'module', name: argument.value }, at(nameSpan(argument)), at(argument));
      }
      const callee = code.callee(node.callee);
      if (callee?.kind === 'primitive' && searches.has(callee.name))
        addIndexName(list, node.arguments[1], at);
    }
    const read = node.type === 'MemberExpression' && !node.computed ? node.property : node;
    if (read === node && node.type !== 'Identifier') return;
    const callee = code.callee(node);
    if (callee?.kind !== 'module' || callee.member === undefined) return;
    list.add({ kind: 'member', module: callee.name, name: callee.member }, at(spanOf(read)));
  });
  return code;
}

/** Adds what a skill's own file names and offers. */
export function addSkillFacts(list: FactList, text: string, file: SourceFile): void {
  const code = addCodeFacts(list, text);
  const offered = new Set(file.skill?.info.exportsNames);
  const addExport = (key: AnyNode) => {
    if (key.type !== 'Identifier' || !offered.has(key.name)) return;
    list.add({ kind: 'export', name: key.name }, spanOf(key), spanOf(key), true);
  };
  code.walk((node) => {
    if (node.type !== 'AssignmentExpression' || node.left.type !== 'MemberExpression') return;
    const { left, right } = node;
    if (isExports(code, left.object) && !left.computed) addExport(left.property);
    if (left.object.type !== 'Identifier' || !isExports(code, left)) return;
    list.add({ kind: 'self' }, spanOf(left));
    if (right.type !== 'ObjectExpression') return;
    for (const one of right.properties) if (one.type === 'Property' && !one.computed) addExport(one.key);
  });
}

/** True for `module.exports` and `exports`. */
function isExports(code: Code, node: AnyNode): boolean {
  if (node.type === 'Identifier') return node.name === 'exports' && code.isFree(node);
  if (node.type !== 'MemberExpression' || memberName(node) !== 'exports') return false;
  return node.object.type === 'Identifier' && node.object.name === 'module' && code.isFree(node.object);
}

function addIndexName(list: FactList, options: AnyNode | undefined, at: (span: Span) => Span): void {
  if (options?.type !== 'ObjectExpression') return;
  for (const property of options.properties) {
    if (property.type !== 'Property' || property.computed || property.key.type !== 'Identifier') continue;
    const name = property.key.name === 'index' ? fixedText(property.value) : undefined;
    if (name) list.add({ kind: 'index', name: name.value }, at(name));
  }
}

function spanOf(node: AnyNode): Span {
  return { offset: node.start, length: node.end - node.start };
}

/** The module's name within what is asked for: `order` in `./skills/order.js`. */
function nameSpan({ value, raw, offset, length }: FixedText): Span {
  const name = moduleName(value, true);
  const from = raw === value && name ? raw.lastIndexOf(name) : -1;
  return from < 0 ? { offset, length } : { offset: offset + from, length: name.length };
}
