import type { AnyNode } from 'acorn';
import type { Code } from './code';
import type { Callable } from './describe';
import type { LanguageIndex } from './index/language-index';
import { moduleOf } from './index/resolve';
import { primitiveCall } from './primitive-calls';
import { toolCallable } from './tools';
import type { ServerKnowledge } from './types';

/** Something that a call reaches. */
export interface CallTarget {
  /** How the call is written, without its arguments. */
  label: string;
  callable: Callable;
  /** Set where it is a primitive of the sandbox. */
  primitive?: string;
  /** True for a tool of an MCP server, of which only the server knows the parameters. */
  isTool?: boolean;
}

/** @returns what a callee reaches for the agents that use the file, each once; nothing for the file's own functions. */
export function callTargets(
  index: LanguageIndex,
  path: string,
  code: Code,
  callee: AnyNode,
  server: ServerKnowledge,
): CallTarget[] {
  const reached = code.callee(callee);
  if (!reached) return [];
  if (reached.kind === 'primitive') {
    const call = primitiveCall(reached.name);
    return call ? [{ label: reached.name, callable: call, primitive: reached.name }] : [];
  }
  const { name, member } = reached;
  const label = member === undefined ? `require('${name}')` : `require('${name}').${member}`;
  const found = index.uses.of(path).flatMap((agent) => moduleOf(agent, name));
  const distinct = new Map(found.map((symbol) => [symbol.key, symbol]));
  return [...distinct.values()].flatMap((symbol): CallTarget[] => {
    if (symbol.kind === 'server') {
      const tool = server.tools?.get(symbol.name)?.find((one) => one.name === member);
      return tool ? [{ label, callable: toolCallable(tool), isTool: true }] : [];
    }
    const info = symbol.kind === 'skill' ? index.skill(symbol.skill).info : undefined;
    if (!info || info.error) return [];
    if (member !== undefined) {
      const offered = info.functions.find((one) => one.name === member);
      return offered ? [{ label, callable: offered }] : [];
    }
    // A skill that exports an object of functions cannot itself be called.
    return info.exportsNames.length > 0 ? [] : [{ label, callable: info }];
  });
}
