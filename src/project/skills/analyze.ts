import type { AnyNode } from 'acorn';
import { LineIndex } from '../lines';
import { primitives } from '../primitives';
import { type CallFact, callFacts } from './calls';
import { readOffer, returnsValue } from './exports';
import { type NodeFinding, syntaxFindings } from './hosted';
import type { NamedRange, SkillInfo } from './info';
import { readJsDocs } from './jsdoc';
import { type EndlessLoop, endlessLoops } from './loops';
import { type FloatingPromise, floatingPromises } from './promises';
import { analyzeScope, type FreeName } from './scope';
import { parseCode } from './syntax';
import { SyntaxTree } from './tree';

/** Everything about a skill's code that does not depend on the agent that uses it. */
export interface SkillAnalysis {
  info: SkillInfo;
  lines: LineIndex;
  /** Uses of names that the file does not declare, primitives left out. */
  strangers: NamedRange[];
  /** Every name that the file declares. */
  declared: readonly string[];
  findings: NodeFinding[];
  /** Calls of primitives and of other skills. */
  outgoing: CallFact[];
  loops: EndlessLoop[];
  promises: FloatingPromise[];
  /** False when a call of the skill can only give undefined. */
  givesResult: boolean;
  /** Lines of code, without blank ones: 0 for an empty file. */
  isEmpty: boolean;
}

const primitiveNames: ReadonlySet<string> = new Set(primitives.map((one) => one.name));

/** Reads one skill's code without running it. Never throws for bad code; see `info.error`. */
export function analyzeSkill(text: string): SkillAnalysis {
  const lines = new LineIndex(text);
  const parsed = parseCode(text);
  if ('failure' in parsed) {
    const { message, offset, length } = parsed.failure;
    const range = lines.range(offset, length);
    return broken(lines, { message, offset, line: range.line, column: range.column, range });
  }
  const { program, comments, awaitOutside } = parsed;
  try {
    const scope = analyzeScope(program);
    const { free } = scope;
    const freeNodes = new Set<AnyNode>(free.map((use) => use.node));
    const declarations = scope.declared;
    const named = (node: AnyNode, name: string): NamedRange => ({
      name,
      range: lines.range(node.start, node.end - node.start),
    });
    const isCommonJs = free.some((use) => isExportUse(use));
    const exportUses = free.filter(({ name }) => name === 'module' || name === 'exports').length;
    const offer = readOffer(program, text, lines, readJsDocs(comments), isCommonJs, exportUses);
    const tree = new SyntaxTree(program);
    const info: SkillInfo = {
      ...offer,
      requires: free.flatMap((use) => requiredName(use, named)),
      calls: free.filter((use) => primitiveNames.has(use.name)).map((use) => named(use.node, use.name)),
    };
    const written = new Set(free.filter((use) => use.written).map((use) => use.name));
    const strangers = free.filter(
      (use) =>
        !primitiveNames.has(use.name) &&
        !scope.probed.has(use.name) &&
        !written.has(use.name) &&
        !scope.dynamic,
    );
    return {
      info,
      lines,
      strangers: strangers.map((use) => named(use.node, use.name)),
      declared: [...declarations.keys()],
      findings: syntaxFindings(tree, awaitOutside),
      outgoing: callFacts(tree, lines, { freeNodes, primitives: primitiveNames, declarations }),
      loops: endlessLoops(tree),
      promises: floatingPromises(tree, freeNodes, declarations),
      givesResult: isCommonJs || returnsValue(program.body),
      isEmpty: program.body.length === 0,
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const range = lines.range(0, 1);
    return broken(lines, {
      message: 'The code is nested too deeply to be read.',
      offset: 0,
      line: 1,
      column: 1,
      range,
    });
  }
}

/** @returns what a call of a skill with a syntax error can rely on: nothing. */
function broken(lines: LineIndex, error: SkillInfo['error']): SkillAnalysis {
  return {
    info: {
      shape: 'bare',
      description: '',
      call: 'none',
      params: [],
      returns: '',
      functions: [],
      exportsNames: [],
      requires: [],
      calls: [],
      error,
    },
    lines,
    strangers: [],
    declared: [],
    findings: [],
    outgoing: [],
    loops: [],
    promises: [],
    givesResult: true,
    isEmpty: false,
  };
}

/** @returns what a skill's code offers and needs. Never throws for bad code; see `error`. */
export function parseSkill(text: string): SkillInfo {
  return analyzeSkill(text).info;
}

function isExportUse({ name, parent, node }: FreeName): boolean {
  if (parent.type !== 'MemberExpression' || parent.object !== node) return false;
  if (name === 'exports') return true;
  return name === 'module' && parent.property.type === 'Identifier' && parent.property.name === 'exports';
}

function requiredName(use: FreeName, named: (node: AnyNode, name: string) => NamedRange): NamedRange[] {
  const { parent, node } = use;
  if (use.name !== 'require' || parent.type !== 'CallExpression' || parent.callee !== node) return [];
  const [argument] = parent.arguments;
  if (argument?.type === 'Literal' && typeof argument.value === 'string')
    return [named(argument, argument.value)];
  if (argument?.type === 'TemplateLiteral' && argument.expressions.length === 0) {
    return [named(argument, argument.quasis[0]?.value.cooked ?? '')];
  }
  return [];
}
