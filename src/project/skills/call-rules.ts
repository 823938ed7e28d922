import type { Finding } from '../rules/issue';
import { listed, nearest } from '../rules/suggest';
import type { CallFact } from './calls';
import type { CallStyle, SkillInfo, SkillParam } from './info';
import { inlineFields } from './jsdoc';
import { accepts, kindOf } from './type-check';
import type { FieldFact, ValueFact } from './values';

/** How something wants to be called, by its documentation. */
export interface Callable {
  call: CallStyle;
  /** A last one with `rest` takes any number of arguments. */
  params: readonly SkillParam[];
}

/** @returns what of a call contradicts the documentation of what is called; `name` is how messages name it. */
export function argumentFindings(name: string, target: Callable, call: CallFact): Finding[] {
  if (target.call === 'object') return objectFindings(name, target.params, call);
  if (target.call === 'none') return [];
  return positionalFindings(name, target, call);
}

function positionalFindings(name: string, target: Callable, call: CallFact): Finding[] {
  const { args, spread, range } = call;
  const params = target.params.filter((one) => !one.rest);
  const variadic = params.length < target.params.length;
  const found: Finding[] = [];
  const missing = params.filter((param, i) => i >= args.length && required(param));
  if (!spread && missing.length > 0) {
    found.push({
      range,
      message: `${name} needs ${listed(missing.map((param) => param.name))}.`,
      hint: `Call it as ${name}(${params.map(shownParam).join(', ')}).`,
    });
  }
  const extra = args[params.length];
  if (!spread && !variadic && extra) {
    const most = params.length === 1 ? '1 argument' : `${params.length} arguments`;
    found.push({
      range: extra.range,
      message: `${name} takes ${most}; this one is left out.`,
      hint: `Call it as ${name}(${params.map(shownParam).join(', ')}).`,
    });
  }
  for (const [i, param] of params.entries()) {
    const value = args[i];
    if (value && !param.inferred) found.push(...typeFindings(name, param, value));
  }
  return found;
}

function objectFindings(name: string, params: readonly SkillParam[], call: CallFact): Finding[] {
  const [given] = call.args;
  const wanted = params.filter(required);
  if (!given) {
    if (call.spread || wanted.length === 0) return [];
    const message = `${name} needs ${listed(wanted.map((param) => param.name))}.`;
    return [{ range: call.range, message, hint: `Call it with { ${wanted.map(shownField).join(', ')} }.` }];
  }
  if (given.kind === 'unknown') return [];
  if (given.kind !== 'object') {
    if (params.every((param) => param.inferred)) return [];
    const message = `${name} takes one object, not ${kindOf(given)}.`;
    const fields = (wanted.length > 0 ? wanted : params).map(shownField).join(', ');
    return [{ range: given.range, message, hint: `Call it with { ${fields} }.` }];
  }
  return fieldFindings(name, params, given);
}

function fieldFindings(name: string, params: readonly SkillParam[], given: ValueFact): Finding[] {
  const fields = given.fields ?? [];
  const has = (field: string) => fields.some((one) => one.name === field);
  const found: Finding[] = [];
  const renamed = new Set<string>();
  for (const field of fields) {
    const param = params.find((one) => one.name === field.name);
    if (param) {
      if (!param.inferred) found.push(...typeFindings(name, param, field.value));
      continue;
    }
    const free = params.map((one) => one.name).filter((one) => !has(one));
    const near = sameWord(field.name, free) ?? nearest(field.name, free);
    if (near === undefined) continue;
    renamed.add(near);
    found.push(misnamed(name, field, near));
  }
  const missing = params.filter((one) => required(one) && !has(one.name) && !renamed.has(one.name));
  if (!given.open && missing.length > 0) {
    found.push({
      range: given.range,
      message: `${name} needs ${listed(missing.map((one) => one.name))}.`,
      hint: `Add ${missing.map(shownField).join(', ')}.`,
    });
  }
  return found;
}

/** `topK` for `top_k`. */
function sameWord(name: string, others: readonly string[]): string | undefined {
  const plain = (text: string) => text.replace(/[_-]/g, '').toLowerCase();
  return others.find((other) => plain(other) === plain(name));
}

function misnamed(name: string, field: FieldFact, near: string): Finding {
  const message = `${name} reads no "${field.name}".`;
  return { range: field.range, message, hint: `Did you mean "${near}"?`, data: { suggestion: near } };
}

function typeFindings(name: string, param: SkillParam, value: ValueFact): Finding[] {
  if (!accepts(param.type, value)) {
    const message = `"${param.name}" of ${name} is ${shownType(param.type)}, not ${kindOf(value)}.`;
    return [{ range: value.range, message, hint: `Give it ${shownType(param.type)}.` }];
  }
  return value.kind === 'object' ? inlineFindings(name, param, value) : [];
}

/** The options of a primitive are an object type written in place; a misspelt one would be passed over. */
function inlineFindings(name: string, param: SkillParam, value: ValueFact): Finding[] {
  const fields = inlineFields(param.type);
  return fields.length > 0 ? fieldFindings(name, fields, value) : [];
}

function required(param: SkillParam): boolean {
  return (
    !param.optional &&
    !param.inferred &&
    !param.fallback &&
    !/\b(any|undefined|unknown)\b|^\*?$/.test(param.type)
  );
}

function shownParam(param: SkillParam): string {
  return param.optional ? `${param.name}?` : param.name;
}

function shownField(param: SkillParam): string {
  return `${param.name}: ${param.type.startsWith('{') ? '{ … }' : param.type}`;
}

function shownType(type: string): string {
  return type.startsWith('{') ? 'an object' : type;
}

/** @returns how one function of a skill wants to be called; undefined when nothing is known of it. */
export function memberOf(info: SkillInfo, member: string): Callable | 'missing' | 'not-callable' | undefined {
  if (member === '') {
    if (info.closed) return 'not-callable';
    return info.exportsNames.length > 0 ? undefined : { call: info.call, params: info.params };
  }
  const found = info.functions.find((one) => one.name === member);
  if (found) return { call: found.call, params: found.params };
  if (!info.closed || info.exportsNames.includes(member) || member in Object.prototype) return undefined;
  return 'missing';
}
