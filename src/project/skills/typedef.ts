import type { CallStyle, SkillParam } from './info';
import { inlineFields, splitTop } from './jsdoc';

export interface TypedefFunction {
  /** "" for a default export. */
  name: string;
  description: string;
  call: CallStyle;
  params: SkillParam[];
  returns: string;
}

/**
 * Reads the functions of a `main.d.ts`: exported and declared functions, function-typed constants, and a
 * default export, with their documentation. A tolerant reader, not a TypeScript parser: what it does not
 * understand it leaves out.
 */
export function readTypedef(text: string): TypedefFunction[] {
  const comments: string[] = [];
  const source = text
    .replace(/\/\*([\s\S]*?)\*\//g, (_, body: string) => {
      comments.push(body);
      return `\uE000${comments.length - 1}\uE001`;
    })
    .replace(/\/\/[^\n]*/g, '');
  const types = objectTypes(source, comments);
  const found: TypedefFunction[] = [];
  const pattern =
    /((?:\uE000\d+\uE001\s*)*)(?:export\s+)?(?:(default)\s+)?(?:declare\s+)?(?:function\s*([\w$]*)\s*(?:<[^>(]*>)?\s*|(?:const|let|var)\s+([\w$]+)\s*:\s*)\(/g;
  for (let match = pattern.exec(source); match; match = pattern.exec(source)) {
    const open = pattern.lastIndex - 1;
    const close = closing(source, open);
    if (close < 0) break;
    const parameters = source.slice(open + 1, close);
    const tail = /^\s*(?::|=>)\s*([^;\n]*)/.exec(source.slice(close + 1));
    const isDefault = match[2] !== undefined;
    found.push({
      name: isDefault ? '' : (match[3] ?? match[4] ?? ''),
      description: described(match[1] ?? '', comments),
      ...parametersOf(parameters, types, comments),
      returns: (tail?.[1] ?? '').trim(),
    });
    pattern.lastIndex = close;
  }
  const exported = /export\s*(?:=|default)\s*([\w$]+)\s*;?/.exec(source)?.[1];
  return found.map((one) => (exported && one.name === exported ? { ...one, name: '' } : one));
}

function parametersOf(
  text: string,
  types: ReadonlyMap<string, SkillParam[]>,
  comments: readonly string[],
): { call: CallStyle; params: SkillParam[] } {
  const parts = splitTop(text, /,/).map((part) => {
    const match =
      /^\s*((?:\uE000\d+\uE001\s*)*)(?<rest>\.\.\.)?([\w$]+|\{[\s\S]*?\})\s*(\?)?\s*(?::\s*([\s\S]+))?$/.exec(
        part,
      );
    return {
      name: match?.[3] ?? '',
      optional: match?.[4] === '?',
      type: (match?.[5] ?? 'any').trim(),
      description: described(match?.[1] ?? '', comments),
      ...(match?.groups?.rest ? { rest: true } : {}),
    };
  });
  const [only] = parts;
  if (!only) return { call: 'none', params: [] };
  if (parts.length === 1 && !only.rest) {
    const fields = only.type.startsWith('{') ? fieldsOf(only.type, comments) : types.get(only.type);
    if (fields) return { call: 'object', params: fields };
  }
  const params = parts.map((one) => ({ ...one, type: clean(one.type) }));
  return { call: 'positional', params };
}

function objectTypes(source: string, comments: readonly string[]): Map<string, SkillParam[]> {
  const types = new Map<string, SkillParam[]>();
  const pattern = /(?:interface\s+([\w$]+)[^{=;]*|type\s+([\w$]+)\s*=\s*)\{/g;
  for (let match = pattern.exec(source); match; match = pattern.exec(source)) {
    const open = pattern.lastIndex - 1;
    const close = closing(source, open);
    if (close < 0) break;
    types.set(match[1] ?? match[2] ?? '', fieldsOf(source.slice(open, close + 1), comments));
  }
  return types;
}

function fieldsOf(body: string, comments: readonly string[]): SkillParam[] {
  const joined = body.replace(/(\uE000\d+\uE001)\s*/g, '$1 ');
  return splitTop(joined.trim().slice(1, -1)).flatMap((part): SkillParam[] => {
    const [field] = inlineFields(`{${part.replace(/\uE000\d+\uE001/g, ' ')}}`);
    return field ? [{ ...field, description: described(part, comments) }] : [];
  });
}

/** @returns the text of the last comment that a stretch refers to, without its stars and tags. */
function described(stretch: string, comments: readonly string[]): string {
  const last = [...stretch.matchAll(/\uE000(\d+)\uE001/g)].at(-1)?.[1];
  const body = last === undefined ? '' : (comments[Number(last)] ?? '');
  const lines = body.split(/\r?\n/).map((line) => line.replace(/^\s*\*+ ?/, '').trim());
  const tags = lines.findIndex((line) => line.startsWith('@'));
  return (tags < 0 ? lines : lines.slice(0, tags)).join(' ').replace(/\s+/g, ' ').trim();
}

function clean(type: string): string {
  return type
    .replace(/\uE000\d+\uE001/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** @returns the offset of the bracket that closes the one at `open`, or -1. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const character = text[i] ?? '';
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character) && --depth === 0) return i;
  }
  return -1;
}
