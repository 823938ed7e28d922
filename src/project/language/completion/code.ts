import type { AnyNode, CallExpression, ObjectExpression } from 'acorn';
import type { SkillParam } from '../../skills/info';
import { type CallTarget, callTargets } from '../calls';
import { Code } from '../code';
import { callText, codeBlock, paragraphs, parameterText } from '../describe';
import type { AgentView } from '../index/agents';
import type { LanguageIndex } from '../index/language-index';
import { moduleOf } from '../index/resolve';
import { optionFields, primitiveCall } from '../primitive-calls';
import { fixedText } from '../requires';
import { toolCallable } from '../tools';
import type { Completion, ServerKnowledge, Span } from '../types';
import { entry, modules, serverEntry, skillEntry, type Target } from './entry';
import { indexEntries } from './names';

/**
 * Completes code: modules in `require('…')`, their functions and tools, the fields of what they are called with,
 * options of primitives, and names of indexes. What the language itself offers is left to the editor.
 *
 * @param typed true where the editor knows skills and primitives by their types; it then offers their fields.
 */
export function completeCode(
  index: LanguageIndex,
  path: string,
  text: string,
  offset: number,
  server: ServerKnowledge,
  typed = false,
): Completion[] {
  const code = new Code(text);
  if (code.inComment(offset)) return [];
  const nodes = code.pathTo(offset);
  return (
    inString(index, path, code, nodes, offset, server) ??
    members(index, path, code, nodes, offset, server, typed) ??
    fields(index, path, code, nodes, offset, server, typed) ??
    []
  );
}

function inString(
  index: LanguageIndex,
  path: string,
  code: Code,
  nodes: readonly AnyNode[],
  offset: number,
  server: ServerKnowledge,
): Completion[] | undefined {
  const at = nodes.findLastIndex((node) => node.type === 'Literal' || node.type === 'TemplateLiteral');
  const node = nodes[at];
  const fixed = fixedText(node);
  const owner = nodes[at - 1];
  if (node?.type === 'TemplateLiteral' && !fixed) return [];
  if (!fixed || !node || offset < fixed.offset) return undefined;
  // Behind the closing quote nothing of the string is meant.
  if (offset > fixed.offset + fixed.length) return undefined;
  const target = textTarget(code.text, fixed, offset, node);
  if (owner?.type === 'CallExpression' && owner.arguments[0] === node && isRequire(code, owner)) {
    const agents = index.uses.of(path);
    const { skills, servers } = modules(agents, ['module']);
    const own = index.uses.skill(path)?.path;
    return [
      ...skills.filter((one) => one.path !== own).map((one) => skillEntry(index.skill(one), target)),
      ...servers.map((one) => serverEntry(one, target)),
    ].map((one) => lackedBy(agents, one));
  }
  if (owner?.type === 'Property' && owner.value === node && isIndexOption(code, nodes, owner)) {
    return indexEntries(index, path, target, server);
  }
  return [];
}

/** A file that several agents use can count on what all of them have. */
function lackedBy(agents: readonly AgentView[], one: Completion): Completion {
  const lacking = agents.filter((agent) => moduleOf(agent, one.label).length === 0);
  if (lacking.length === 0) return one;
  const names = lacking.map((agent) => agent.name).join(', ');
  return { ...one, detail: `${one.detail}, not of ${names}`, order: 6 };
}

function isRequire(code: Code, call: CallExpression): boolean {
  return call.callee.type === 'Identifier' && call.callee.name === 'require' && code.isFree(call.callee);
}

function isIndexOption(
  code: Code,
  nodes: readonly AnyNode[],
  property: AnyNode & { type: 'Property' },
): boolean {
  const object = nodes[nodes.indexOf(property) - 1];
  const call = nodes[nodes.indexOf(property) - 2];
  if (call?.type !== 'CallExpression' || call.arguments[1] !== object) return false;
  const callee = code.callee(call.callee);
  const named = property.key.type === 'Identifier' && property.key.name === 'index';
  return named && callee?.kind === 'primitive' && /^search/.test(callee.name);
}

/** The functions of a module behind a dot. */
function members(
  index: LanguageIndex,
  path: string,
  code: Code,
  nodes: readonly AnyNode[],
  offset: number,
  server: ServerKnowledge,
  typed: boolean,
): Completion[] | undefined {
  const node = nodes.findLast((one) => one.type === 'MemberExpression');
  if (node?.type !== 'MemberExpression' || node.computed || offset <= node.object.end) return undefined;
  if (!code.text.slice(node.object.end, offset).includes('.')) return undefined;
  const owner = code.callee(node.object);
  if (owner?.kind !== 'module' || owner.member !== undefined) return undefined;
  const target = wordTarget(code.text, offset);
  return index.uses.of(path).flatMap((agent) =>
    moduleOf(agent, owner.name).flatMap((symbol): Completion[] => {
      if (symbol.kind === 'server') {
        return (server.tools?.get(symbol.name) ?? []).map((tool) => {
          const documentation = paragraphs(
            codeBlock(callText(tool.name, toolCallable(tool))),
            tool.description,
          );
          return entry(tool.name, target, { kind: 'tool', detail: `tool of ${symbol.name}`, documentation });
        });
      }
      if (symbol.kind !== 'skill' || typed) return [];
      return (index.skill(symbol.skill).info?.functions ?? []).map((one) => {
        const documentation = paragraphs(codeBlock(callText(one.name, one)), one.description);
        return entry(one.name, target, {
          kind: 'function',
          detail: `function of ${symbol.name}`,
          documentation,
        });
      });
    }),
  );
}

/** The fields of an object that is passed. */
function fields(
  index: LanguageIndex,
  path: string,
  code: Code,
  nodes: readonly AnyNode[],
  offset: number,
  server: ServerKnowledge,
  typed: boolean,
): Completion[] | undefined {
  const at = nodes.findLastIndex((node) => node.type === 'ObjectExpression');
  const object = nodes[at];
  const call = nodes[at - 1];
  if (object?.type !== 'ObjectExpression' || call?.type !== 'CallExpression') return undefined;
  const property = nodes[at + 1];
  // In a value, another object's fields are not meant.
  if (property && (property.type !== 'Property' || offset > property.key.end)) return undefined;
  const position = call.arguments.indexOf(object);
  const known = callTargets(index, path, code, call.callee, server)
    .filter((one) => one.isTool || !typed)
    .flatMap((one) => fieldsAt(one, position));
  const written = writtenKeys(object, offset);
  const target = wordTarget(code.text, offset);
  return known
    .filter((field) => !written.has(field.name))
    .map((field) =>
      entry(field.name, target, {
        kind: 'field',
        detail: parameterText(field),
        documentation: field.description,
        order: field.optional ? 2 : 1,
      }),
    );
}

function fieldsAt({ callable, primitive }: CallTarget, position: number): readonly SkillParam[] {
  if (primitive) {
    const call = primitiveCall(primitive);
    return call ? optionFields(call, position) : [];
  }
  return callable.call === 'object' && position === 0 ? callable.params : [];
}

/** The keys that an object has already, without the one under the cursor. */
function writtenKeys(object: ObjectExpression, offset: number): Set<string> {
  return new Set(
    object.properties.flatMap((one) => {
      if (one.type !== 'Property' || one.key.type !== 'Identifier') return [];
      return offset >= one.key.start && offset <= one.key.end ? [] : [one.key.name];
    }),
  );
}

/** The inside of a string. One that is never closed is taken to the cursor: what follows is other code. */
function textTarget(text: string, inside: Span, offset: number, node: AnyNode): Target {
  const insert = { offset: inside.offset, length: offset - inside.offset };
  const closed = node.type !== 'Literal' || text[node.start] === text[inside.offset + inside.length];
  return { insert, replace: closed ? { offset: inside.offset, length: inside.length } : insert };
}

/** The identifier around the cursor. */
function wordTarget(text: string, offset: number): Target {
  const before = /[\w$]*$/.exec(text.slice(0, offset))?.[0].length ?? 0;
  const after = /^[\w$]*/.exec(text.slice(offset))?.[0].length ?? 0;
  const from = offset - before;
  return { insert: { offset: from, length: before }, replace: { offset: from, length: before + after } };
}
