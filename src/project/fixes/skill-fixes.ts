import type { AnyNode, Program } from 'acorn';
import { folderOf } from '../paths';
import { bindPath } from '../refactor/bind';
import { skillText } from '../scaffold/texts';
import { moduleName } from '../skills/context';
import type { Agent } from '../types';
import { isFunctionNode, nodesAt, ownNodes, programOf } from './code';
import { type FileEdit, type FixContext, type Fixer, firstOf, replaceRange, underlined } from './fix';
import { withoutModules } from './imports';
import { JsonEdits } from './json-edits';
import { misspelt } from './misspelt';

const replaceImport: Fixer = ({ content, issue, path }) => {
  const program = programOf(content);
  const changes = program && issue.range ? withoutModules(program, content, issue.range.offset) : [];
  if (changes.length === 0) return [];
  const edits = changes.map((change): FileEdit => ({ kind: 'text', path, ...change }));
  return [{ title: 'Write it with require and module.exports', preferred: true, edits }];
};

/** What a name of another world is called in the sandbox; what is left out has no equal. */
const equals: Readonly<Record<string, string>> = {
  global: 'globalThis',
  self: 'globalThis',
  window: 'globalThis',
  alert: 'log',
  prompt: 'input',
};

const replaceGlobal: Fixer = (context) => {
  const { content, issue, path } = context;
  const { range } = issue;
  const program = programOf(content);
  if (!range || !program) return [];
  const name = underlined(context);
  const nodes = nodesAt(program, range.offset);
  const member = nodes.findLast((node) => node.type === 'MemberExpression');
  if (name === 'console' && member?.start === range.offset) {
    const edits: FileEdit[] = [
      { kind: 'text', path, offset: member.start, length: member.end - member.start, text: 'log' },
    ];
    return [{ title: 'Write it with log', preferred: true, edits }];
  }
  const call = nodes.findLast((node) => node.type === 'CallExpression');
  const [argument] = call?.type === 'CallExpression' ? call.arguments : [];
  if (name === 'structuredClone' && call?.start === range.offset && argument) {
    const text = `JSON.parse(JSON.stringify(${content.slice(argument.start, argument.end)}))`;
    const edits: FileEdit[] = [
      { kind: 'text', path, offset: call.start, length: call.end - call.start, text },
    ];
    return [{ title: 'Write it with JSON', preferred: true, edits }];
  }
  const equal = Object.hasOwn(equals, name) ? equals[name] : undefined;
  if (equal === undefined) return [];
  return [{ title: `Write ${equal}`, preferred: true, edits: replaceRange(context, equal) }];
};

/** Takes away a word and the space behind it. */
function without(path: string, content: string, offset: number, word: string): FileEdit[] {
  const found = new RegExp(`^${word}\\s*`).exec(content.slice(offset, offset + word.length + 80));
  return found ? [{ kind: 'text', path, offset, length: found[0].length, text: '' }] : [];
}

const removeAwait: Fixer = ({ content, issue, path }) => {
  const edits = issue.range ? without(path, content, issue.range.offset, 'await') : [];
  return edits.length > 0 ? [{ title: 'Remove await', preferred: true, edits }] : [];
};

/** Makes an async function plain, and every `await` in it: primitives answer at once. */
const plainFunction: Fixer = ({ content, issue, path }) => {
  const program = programOf(content);
  if (!program || !issue.range) return [];
  const offset = issue.range.offset;
  const node = nodesAt(program, offset).findLast(isFunctionNode);
  if (!node || ownNodes(node, 'ForOfStatement').some((loop) => loop.await)) return [];
  const head = content.indexOf('async', offset);
  const awaits = ownNodes(node, 'AwaitExpression');
  const edits = [
    ...without(path, content, head, 'async'),
    ...awaits.flatMap((one) => without(path, content, one.start, 'await')),
  ];
  return [{ title: 'Make the function plain', preferred: true, edits }];
};

/** The agents that use the skill of the issue. */
function users({ project, path }: FixContext): Agent[] {
  return project.agents.filter((agent) => agent.skills.some((skill) => skill.files.includes(path)));
}

const declareCapability: Fixer = (context) => {
  const needed = context.issue.data?.capability;
  if (needed === undefined) return [];
  const lacking = users(context).filter(
    (agent) => agent.declaresCapabilities && !agent.capabilities.includes(needed),
  );
  const edits = lacking.flatMap(({ configPath }) =>
    new JsonEdits(configPath, context.text(configPath) ?? '').append(['capabilities'], needed),
  );
  if (edits.length === 0) return [];
  const who = lacking.map(({ id }) => id).join(', ');
  return [{ title: `Add the capability "${needed}" to ${who}`, preferred: true, edits }];
};

/** Makes the skill that is required, where a pattern of the agent takes it or with a line in its config. */
const createSkill: Fixer = (context) => {
  const name = moduleName(underlined(context).slice(1, -1));
  if (!/^[\w-]+$/.test(name) || /prompt skill/.test(context.issue.message)) return [];
  return users(context).flatMap((agent) => {
    const folder = folderOf(agent.configPath);
    const path = `${folder ? `${folder}/` : ''}skills/${name}.js`;
    if (context.listing.hasFile(path)) return [];
    return [
      {
        title: `Create the skill ${path}`,
        preferred: false,
        edits: [
          { kind: 'create' as const, path, text: skillText(name) },
          ...bindPath(agent, 'skills', path, context.text(agent.configPath) ?? ''),
        ],
      },
    ];
  });
};

/** Waits for a promise in an async function; elsewhere says with `void` that nobody does. */
const wait: Fixer = ({ content, issue, path }) => {
  const program = programOf(content);
  const { range } = issue;
  if (!program || !range) return [];
  const end = range.offset + range.length;
  const around = nodesAt(program, range.offset);
  const at = around.findLastIndex((node) => node.start === range.offset && node.end >= end);
  // What is underlined may be the function that is called, and not yet the call.
  const call = around[at]?.end === end && isCallee(around[at - 1], around[at]) ? at - 1 : at;
  const node = around[call];
  const parent = around[call - 1];
  if (!node) return [];
  const isAsync = around.slice(0, call).findLast(isFunctionNode)?.async === true;
  const insert = (offset: number, text: string): FileEdit => ({
    kind: 'text',
    path,
    offset,
    length: 0,
    text,
  });
  if (parent?.type === 'MemberExpression' && parent.object === node) {
    if (!isAsync) return [];
    const edits = [insert(node.start, '(await '), insert(node.end, ')')];
    return [{ title: 'Await it', preferred: true, edits }];
  }
  const word = isAsync ? 'await' : 'void';
  return [{ title: `Write ${word} in front`, preferred: true, edits: [insert(node.start, `${word} `)] }];
};

function isCallee(parent: AnyNode | undefined, node: AnyNode | undefined): boolean {
  return parent?.type === 'CallExpression' && parent.callee === node;
}

/** A function that was taken out of what a skill offers is renamed where it is taken out. */
const renameArgument: Fixer = (context) => {
  const { content, issue, path } = context;
  const suggestion = issue.data?.suggestion;
  const program = programOf(content);
  const name = underlined(context);
  if (!program || suggestion === undefined || !issue.range) return misspelt(context);
  const taken = takenOut(program, name);
  const isOwnName = nodesAt(program, issue.range.offset).some((node, i, all) => {
    const parent = all[i - 1];
    return node.type === 'Identifier' && !(parent?.type === 'MemberExpression' && parent.property === node);
  });
  if (!taken || !isOwnName || taken.key.start === issue.range.offset) return misspelt(context);
  const text = taken.shorthand ? `${suggestion}: ${name}` : suggestion;
  const length = taken.key.end - taken.key.start;
  const edits: FileEdit[] = [{ kind: 'text', path, offset: taken.key.start, length, text }];
  return [{ title: `Change to "${suggestion}"`, preferred: true, edits }];
};

/** @returns the place at which `const { name } = require(…)` takes a name out. */
function takenOut(program: Program, name: string): { key: AnyNode; shorthand: boolean } | undefined {
  for (const { id } of ownNodes(program, 'VariableDeclarator')) {
    if (id.type !== 'ObjectPattern') continue;
    for (const property of id.properties) {
      if (property.type !== 'Property' || property.value.type !== 'Identifier') continue;
      if (property.value.name === name) return { key: property.key, shorthand: property.shorthand };
    }
  }
  return undefined;
}

/** Rules about the JavaScript of a skill. */
export const skillFixers: Record<string, Fixer> = {
  'sandbox-no-import': replaceImport,
  'sandbox-missing-global': replaceGlobal,
  'sandbox-no-await': removeAwait,
  'sandbox-async': plainFunction,
  'undefined-name': misspelt,
  'unknown-require': firstOf(misspelt, createSkill),
  'undeclared-capability': declareCapability,
  'primitive-arguments': misspelt,
  'skill-arguments': renameArgument,
  'floating-promise': wait,
};
