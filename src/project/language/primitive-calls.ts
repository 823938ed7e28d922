import { type PrimitiveDoc, primitives } from '../primitives';
import type { SkillParam } from '../skills/info';
import { inlineFields, splitTop } from '../skills/jsdoc';
import type { Callable } from './describe';

export interface PrimitiveCall extends Callable {
  primitive: PrimitiveDoc;
}

const calls = new Map<string, PrimitiveCall>();
for (const primitive of primitives) {
  const call = readSignature(primitive);
  if (call) calls.set(primitive.name, call);
}

/** @returns how a primitive is called; undefined for `data`, which is not. */
export function primitiveCall(name: string): PrimitiveCall | undefined {
  return calls.get(name);
}

/** @returns the options that a primitive's parameter takes as an object. */
export function optionFields(call: PrimitiveCall, parameter: number): SkillParam[] {
  return inlineFields(call.params[parameter]?.type ?? '');
}

/** The signatures of the table are written to be read: `name(a: T, b?: { c?: U }): R`. */
function readSignature(primitive: PrimitiveDoc): PrimitiveCall | undefined {
  const { name, signature, summary } = primitive;
  if (!signature.startsWith(`${name}(`)) return undefined;
  const close = closing(signature, name.length);
  const params = splitTop(signature.slice(name.length + 1, close), /,/).map((part): SkillParam => {
    const [, param = '', optional, type = 'any'] = /^\s*([\w$]+)(\?)?\s*:\s*([\s\S]+)$/.exec(part) ?? [];
    return { name: param, type: type.trim(), description: '', optional: optional === '?' };
  });
  const returns = signature.slice(close + 1).replace(/^\s*:\s*/, '');
  return { primitive, description: summary, call: 'positional', params, returns };
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i;
  }
  return text.length;
}
