import type { AnyNode, Pattern } from 'acorn';
import type { CallStyle, SkillParam } from './info';
import { inlineFields, type JsDoc } from './jsdoc';
import { fieldsRead, isFunction, patternFields } from './reads';

export interface Signature {
  call: CallStyle;
  params: SkillParam[];
}

/** Named object types of a file, by name. */
export type TypeTable = ReadonlyMap<string, SkillParam[]>;

const objectTypes = /^(object|Object|any|\*|Record<.*>|unknown|)$/;

/**
 * How a function wants to be called. A single parameter is an argument object when it is destructured, when
 * its documentation gives it fields or an object type, or when the code only ever reads fields of it.
 */
export function signatureOf(node: AnyNode, doc: JsDoc | undefined, types: TypeTable): Signature {
  if (!isFunction(node)) return { call: 'none', params: [] };
  const { params } = node;
  const [first] = params;
  if (!first) {
    const documented = dottedFields(doc, undefined);
    return { call: documented.length > 0 ? 'object' : 'none', params: documented };
  }
  if (params.length > 1)
    return { call: 'positional', params: params.map((one, i) => positional(one, i, doc)) };
  const fields = objectFields(first, doc, types, [node.body]);
  return fields
    ? { call: 'object', params: fields }
    : { call: 'positional', params: [positional(first, 0, doc)] };
}

/** How a bare body wants to be called: always with one object, `args`. */
export function bareSignature(body: readonly AnyNode[], doc: JsDoc | undefined, types: TypeTable): Signature {
  const read = fieldsRead(body, 'args');
  const documented = documentedFields('args', doc, types);
  const loose = (doc?.params ?? []).filter((param) => !param.name.includes('.') && param.name !== 'args');
  const fields = merge(documented.length > 0 ? documented : loose, read);
  return { call: fields.length > 0 ? 'object' : 'none', params: fields };
}

function objectFields(
  param: Pattern,
  doc: JsDoc | undefined,
  types: TypeTable,
  body: readonly AnyNode[],
): SkillParam[] | undefined {
  const inner = param.type === 'AssignmentPattern' ? param.left : param;
  if (inner.type === 'ObjectPattern') {
    const own = doc?.params.find((one) => !one.name.includes('.'))?.name;
    const documented = own === undefined ? [] : documentedFields(own, doc, types);
    const loose = (doc?.params ?? []).filter((one) => !one.name.includes('.'));
    return merge(
      documented.length > 0 ? documented : pick(loose, patternFields(inner)),
      patternFields(inner),
    );
  }
  if (inner.type !== 'Identifier') return undefined;
  const documented = documentedFields(inner.name, doc, types);
  const read = fieldsRead(body, inner.name);
  if (documented.length > 0) return merge(documented, read);
  const type = doc?.params.find((one) => one.name === inner.name)?.type ?? '';
  const plain = read.filter((field) => !(field.name in String.prototype) && !(field.name in Array.prototype));
  return objectTypes.test(type) && plain.length > 0 && plain.length === read.length ? read : undefined;
}

/** Fields that documentation gives an object: `@param {T} args.x`, an inline type, or a named one. */
function documentedFields(name: string, doc: JsDoc | undefined, types: TypeTable): SkillParam[] {
  const dotted = dottedFields(doc, name);
  if (dotted.length > 0) return dotted;
  const type = doc?.params.find((one) => one.name === name)?.type ?? '';
  const inline = inlineFields(type);
  return inline.length > 0 ? inline : [...(types.get(type.replace(/^[!?]|\|.*$/g, '').trim()) ?? [])];
}

function dottedFields(doc: JsDoc | undefined, name: string | undefined): SkillParam[] {
  return (doc?.params ?? []).flatMap((param): SkillParam[] => {
    const [owner, field, deeper] = param.name.split('.');
    if (!field || deeper !== undefined || (name !== undefined && owner !== name)) return [];
    return [{ ...param, name: field }];
  });
}

function positional(param: Pattern, index: number, doc: JsDoc | undefined): SkillParam {
  const rest = param.type === 'RestElement';
  const inner = param.type === 'AssignmentPattern' ? param.left : rest ? param.argument : param;
  const top = (doc?.params ?? []).filter((one) => !one.name.includes('.'));
  const name = inner.type === 'Identifier' ? inner.name : (top[index]?.name ?? `argument${index + 1}`);
  const documented = top.find((one) => one.name === name);
  const optional = param.type !== 'Identifier' && param.type !== 'ObjectPattern';
  return {
    name,
    type: documented?.type ?? 'any',
    description: documented?.description ?? '',
    optional: optional || (documented?.optional ?? false),
    ...(documented ? {} : { inferred: true }),
    ...(rest ? { rest } : {}),
  };
}

function pick(documented: readonly SkillParam[], fields: readonly SkillParam[]): SkillParam[] {
  return documented.filter((one) => fields.some((field) => field.name === one.name));
}

/**
 * Documented fields as documented, with a note where the code has a fallback for one; then those that the code
 * reads and nobody documented.
 */
function merge(documented: readonly SkillParam[], read: readonly SkillParam[]): SkillParam[] {
  const known = documented.map((one): SkillParam => {
    const fallback = read.some((field) => field.name === one.name && field.optional);
    return fallback && !one.optional ? { ...one, fallback } : one;
  });
  return [...known, ...read.filter((field) => !documented.some((one) => one.name === field.name))];
}
