import type { Comment } from 'acorn';
import type { SkillParam } from './info';

export interface JsDoc {
  /** Offset behind the comment's end. */
  end: number;
  description: string;
  params: SkillParam[];
  returns: string;
  typedefs: { name: string; properties: SkillParam[] }[];
}

interface Tag {
  name: string;
  text: string;
}

/** Reads every documentation comment of a file. */
export function readJsDocs(comments: readonly Comment[]): JsDoc[] {
  return comments
    .filter((comment) => comment.type === 'Block' && comment.value.startsWith('*'))
    .map((comment) => readJsDoc(comment.value.slice(1), comment.end));
}

function readJsDoc(text: string, end: number): JsDoc {
  const doc: JsDoc = { end, description: '', params: [], returns: '', typedefs: [] };
  const [head, tags] = splitTags(text);
  doc.description = head;
  for (const tag of tags) {
    switch (tag.name) {
      case 'param':
      case 'arg':
      case 'argument': {
        const param = readParam(tag.text);
        if (param) doc.params.push(param);
        break;
      }
      case 'property':
      case 'prop': {
        const property = readParam(tag.text);
        const typedef = doc.typedefs[doc.typedefs.length - 1];
        if (property && typedef) typedef.properties.push(property);
        break;
      }
      case 'typedef': {
        const { type, rest } = readType(tag.text);
        const name = /^[\w$.]+/.exec(rest)?.[0] ?? '';
        if (name) doc.typedefs.push({ name, properties: inlineFields(type) });
        break;
      }
      case 'returns':
      case 'return':
        doc.returns = readType(tag.text).type;
        break;
      case 'description':
      case 'desc':
      case 'summary':
        if (!doc.description) doc.description = tag.text;
        break;
    }
  }
  return doc;
}

function splitTags(text: string): [string, Tag[]] {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.replace(/^\s*\*? ?/, '').trimEnd());
  const head: string[] = [];
  const tags: Tag[] = [];
  for (const line of lines) {
    const tag = /^\s*@(\w+)\s*(.*)$/.exec(line);
    const last = tags[tags.length - 1];
    if (tag) tags.push({ name: (tag[1] ?? '').toLowerCase(), text: tag[2] ?? '' });
    else if (last) last.text = `${last.text} ${line.trim()}`.trim();
    else head.push(line);
  }
  return [head.join(' ').replace(/\s+/g, ' ').trim(), tags];
}

/** @returns what stands in the first pair of braces, and what follows it. */
function readType(text: string): { type: string; rest: string } {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return { type: '', rest: trimmed };
  let depth = 0;
  for (let i = 0; i < trimmed.length; i++) {
    if (trimmed[i] === '{') depth++;
    else if (trimmed[i] === '}' && --depth === 0) {
      return { type: trimmed.slice(1, i).trim(), rest: trimmed.slice(i + 1).trim() };
    }
  }
  return { type: '', rest: trimmed };
}

/** Reads `{type} name - text`, `{type} [name=default] text` and `name text`. */
function readParam(text: string): SkillParam | undefined {
  const { type, rest } = readType(text);
  const match = /^(?:\[\s*([\w$.[\]]+?)\s*(?:=[^\]]*)?\]|([\w$.]+(?:\[\])?[\w$.]*))\s*(?:-\s*)?(.*)$/s.exec(
    rest,
  );
  if (!match) return undefined;
  const name = match[1] ?? match[2] ?? '';
  const optional = match[1] !== undefined || type.endsWith('=') || /(^|\|)\s*undefined\s*($|\|)/.test(type);
  return { name, type: type.replace(/=$/, '') || 'any', description: (match[3] ?? '').trim(), optional };
}

/**
 * The fields of an object type written in place: `{orderId: string, reason?: string}`. Nested types are kept
 * as text.
 */
export function inlineFields(type: string): SkillParam[] {
  const inner = /^\{([\s\S]*)\}$/.exec(type.trim())?.[1];
  if (inner === undefined) return [];
  return splitTop(inner).flatMap((part): SkillParam[] => {
    const field = /^\s*(?:readonly\s+)?["']?([\w$-]+)["']?\s*(\?)?\s*:\s*([\s\S]+)$/.exec(part);
    if (!field) return [];
    return [
      {
        name: field[1] ?? '',
        type: (field[3] ?? 'any').replace(/\s+/g, ' ').trim(),
        description: '',
        optional: field[2] === '?',
      },
    ];
  });
}

/** Splits at commas, semicolons and line ends that stand in no bracket and no quote. */
export function splitTop(text: string, separators = /[,;\n]/): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? '';
    if (quote) {
      if (character === quote) quote = '';
    } else if (/["'`]/.test(character)) quote = character;
    else if (/[{[(<]/.test(character)) depth++;
    else if (/[}\])]/.test(character) || (character === '>' && text[i - 1] !== '=')) depth--;
    else if (depth <= 0 && separators.test(character)) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.filter((part) => part.trim());
}
