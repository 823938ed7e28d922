import type { CallStyle, SkillParam } from '../skills/info';
import type { SkillFile } from '../types';

/** Something that can be called, in the words of its author. */
export interface Callable {
  description: string;
  call: CallStyle;
  params: readonly SkillParam[];
  returns: string;
}

/** @returns `orderId: string`, or `reason?: string`. */
export function parameterText({ name, type, optional }: SkillParam): string {
  return `${name}${optional ? '?' : ''}: ${type}`;
}

/** @returns the parameters as they are passed: fields of one object, or one after the other. */
export function argumentsText({ call, params }: Callable): string {
  const all = params.map(parameterText).join(', ');
  return call === 'object' ? `{ ${all} }` : all;
}

/** @returns how a callable is called, after a name or an expression: `require('x')({ a: string }): Result`. */
export function callText(callee: string, callable: Callable): string {
  return `${callee}(${argumentsText(callable)})${callable.returns ? `: ${callable.returns}` : ''}`;
}

/** @returns a list of the parameters that somebody described, as Markdown. */
export function parameterList(params: readonly SkillParam[]): string {
  return params
    .filter((param) => param.description)
    .map((param) => `- \`${parameterText(param)}\` — ${param.description}`)
    .join('\n');
}

/** @returns a block of code as Markdown; a fence longer than any in the code. */
export function codeBlock(code: string, language = 'ts'): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${code}\n${fence}`;
}

/** @returns text as Markdown that shows it as it is. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~]/g, '\\$&');
}

/** @returns parts with a blank line between them, empty ones left out. */
export function paragraphs(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

/** @returns "module skill", or "prompt skill". */
export function skillKind({ kind }: SkillFile): string {
  return kind === 'module' ? 'module skill' : 'prompt skill';
}

/** @returns a skill as Markdown: what it is for, how it is called, what it takes. */
export function describeSkill(skill: SkillFile): string {
  const { info, name } = skill;
  const callee = `require('${name}')`;
  const head = `**${plain(name)}** — ${skillKind(skill)}`;
  if (!info || info.error) return paragraphs(head, plain(skill.description));
  const functions = info.functions.map((one) => callText(`${callee}.${one.name}`, one));
  const code = functions.length > 0 ? functions.join('\n') : callText(callee, info);
  return paragraphs(
    head,
    plain(skill.description),
    info.exportsNames.length > 0 && functions.length === 0 ? '' : codeBlock(code),
    parameterList(info.params),
  );
}
