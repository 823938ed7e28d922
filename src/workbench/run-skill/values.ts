import type { CallStyle, SkillParam } from '../../project';

/** What a person chooses between, for a parameter of few values. */
export interface Choice {
  label: string;
  value: unknown;
}

/** @returns the values of a parameter whose type names them all, or undefined. */
export function choicesOf({ type }: SkillParam): Choice[] | undefined {
  const parts = type.split('|').map((part) => part.trim());
  const known: Choice[][] = parts.map((part) => {
    if (part === 'boolean') return [true, false].map((value) => ({ label: String(value), value }));
    const text = /^(['"])(.*)\1$/.exec(part)?.[2];
    if (text !== undefined) return [{ label: text, value: text }];
    if (part === 'true' || part === 'false') return [{ label: part, value: part === 'true' }];
    return /^-?\d+(?:\.\d+)?$/.test(part) ? [{ label: part, value: Number(part) }] : [];
  });
  const open = parts.some((part, i) => known[i]?.length === 0 && part !== 'undefined' && part !== 'null');
  const choices = known.flat();
  return open || choices.length === 0 ? undefined : choices;
}

/** What a typed text means as an argument, or what is wrong with it. */
export type ReadValue = { value: unknown } | { problem: string };

/**
 * Reads what a person typed for a parameter.
 * @returns the value; `undefined` for nothing where the parameter may be left out.
 */
export function readValue(param: SkillParam, text: string): ReadValue {
  const type = param.type.trim();
  const parts = type.split('|').map((part) => part.trim());
  if (text === '' && param.optional) return { value: undefined };
  if (isOnly(parts, 'string')) return { value: text };
  if (isOnly(parts, 'number')) {
    const number = Number(text);
    return text.trim() !== '' && Number.isFinite(number)
      ? { value: number }
      : { problem: `"${param.name}" is a number, such as 12 or 1.5.` };
  }
  const parsed = parseJson(text);
  const isLoose = /^(any|unknown|\*|mixed)?$/.test(type) || parts.includes('string');
  if (!parsed)
    return isLoose ? { value: text } : { problem: `Write ${shape(type)} as JSON: ${example(type)}.` };
  if (parts.length === 1 && isList(type) && !Array.isArray(parsed.value))
    return { problem: `"${param.name}" is a list: ["one", "two"].` };
  if (
    parts.length === 1 &&
    isObject(type) &&
    (typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value))
  )
    return { problem: `"${param.name}" is an object: {"field": "value"}.` };
  // "42" as JSON is a number, and as the text of a string it is a text.
  return parts.includes('string') && typeof parsed.value !== 'string'
    ? looseValue(parts, text, parsed.value)
    : parsed;
}

function looseValue(parts: readonly string[], text: string, value: unknown): ReadValue {
  return parts.includes(typeof value) || typeof value === 'object' ? { value } : { value: text };
}

function isOnly(parts: readonly string[], type: string): boolean {
  return parts.includes(type) && parts.every((part) => [type, 'undefined', 'null'].includes(part));
}

const isList = (type: string) => /^(Array\s*[.<]|\[)|\[\]$/.test(type);
const isObject = (type: string) => /^(\{|Record\b|object$|Object$)/.test(type) && !isList(type);

function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const shape = (type: string) => (isList(type) ? 'a list' : isObject(type) ? 'an object' : `a ${type}`);
const example = (type: string) =>
  isList(type) ? '["one", "two"]' : isObject(type) ? '{"field": "value"}' : '12, true or "text"';

/** @returns a value as the text that `readValue` reads it from again. */
export function writtenValue(param: SkillParam, value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' && param.type.includes('string') ? value : JSON.stringify(value);
}

/**
 * @param values by the names of the parameters; undefined for one that is left out.
 * @returns what the skill is called with, in order.
 */
export function argumentsOf(
  call: CallStyle,
  params: readonly SkillParam[],
  values: ReadonlyMap<string, unknown>,
): unknown[] {
  if (call === 'none') return [];
  const given = params.map(({ name }) => values.get(name));
  if (call === 'object') {
    const entries = params.map(({ name }, i): [string, unknown] => [name, given[i]]);
    return [Object.fromEntries(entries.filter(([, value]) => value !== undefined))];
  }
  const last = given.findLastIndex((value) => value !== undefined);
  // JSON has no undefined: one that is left out before another is null.
  return given.slice(0, last + 1).map((value) => value ?? null);
}
