import type { CallStyle, SkillInfo, SkillParam } from '../skills/info';
import type { SkillFile } from '../types';
import { declaredType, docComment } from './types';

interface Callable {
  description: string;
  call: CallStyle;
  params: readonly SkillParam[];
  returns: string;
}

/** @returns the type of the object that a skill takes, `{ orderId: string, reason?: string }`. */
export function argumentType(params: readonly SkillParam[]): string {
  // "order.id" says more of a field that has its own line.
  const fields = params.filter(({ name }) => /^[A-Za-z_$][\w$]*$/.test(name));
  if (fields.length === 0) return 'Record<string, any>';
  const inner = fields.map(
    ({ name, type, description, optional }) =>
      `${docComment([description], '  ')}  ${name}${optional ? '?' : ''}: ${declaredType(type)};\n`,
  );
  return `{\n${inner.join('')}}`;
}

/** @returns a function declaration for what a skill or one of its functions takes and gives. */
function functionDeclaration(name: string, one: Callable): string {
  const documented = one.call === 'positional' ? one.params : [];
  const lines = [
    one.description,
    ...documented.filter((p) => p.description).map((p) => `@param ${p.name} ${p.description}`),
  ];
  return `${docComment(lines)}declare function ${name}(${parameters(one)}): ${declaredType(one.returns)};\n`;
}

function parameters({ call, params }: Callable): string {
  if (call === 'none') return 'args?: Record<string, any>';
  if (call === 'object') {
    const optional = params.every((param) => param.optional) ? '?' : '';
    return `args${optional}: ${argumentType(params)}`;
  }
  // A parameter that may be left out makes those behind it ones that may.
  let optional = false;
  return params
    .map((param, i) => {
      optional ||= param.optional;
      const name = /^[A-Za-z_$][\w$]*$/.test(param.name) ? param.name : `arg${i + 1}`;
      return `${name}${optional ? '?' : ''}: ${declaredType(param.type)}`;
    })
    .join(', ');
}

/**
 * What `require(name)` gives for a module skill, as the inside of a declaration file, made from its documentation.
 * Types that the skill's file defines for itself are not known here and read as `any`.
 */
export function skillDeclaration({ info, description }: Pick<SkillFile, 'info' | 'description'>): string {
  if (!info || info.error) return 'declare const skill: any;\nexport = skill;\n';
  if (info.shape === 'bare' || info.exportsNames.length === 0) {
    const whole = { ...info, description: info.description || description };
    return `${functionDeclaration('skill', whole)}export = skill;\n`;
  }
  return `${objectDeclaration(info)}export = skill;\n`;
}

function objectDeclaration({ exportsNames, functions }: SkillInfo): string {
  const members = exportsNames.map((name, i) => {
    const found = functions.find((one) => one.name === name);
    return {
      key: JSON.stringify(name),
      local: `member${i}`,
      text: found ? functionDeclaration(`member${i}`, found) : `declare const member${i}: any;\n`,
    };
  });
  const fields = members.map(({ key, local }) => `  ${key}: typeof ${local};\n`).join('');
  return `${members.map(({ text }) => text).join('')}declare const skill: {\n${fields}};\n`;
}

/** What `require(name)` gives for an MCP server, whose tools are known when it is connected. */
export const serverDeclaration =
  'declare const server: { [tool: string]: (args?: Record<string, any>) => any };\nexport = server;\n';

/** @returns the global `args` of a bare skill: what its callers pass. */
export function argsDeclaration(info: Pick<SkillInfo, 'params'>): string {
  return `/** What the caller of this skill passes. */\ndeclare const args: ${argumentType(info.params)};\n`;
}
