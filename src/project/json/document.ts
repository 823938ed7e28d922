import { getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { LineIndex } from '../lines';
import type { TextRange } from '../types';

export type JsonNode = Node;

/** Deeper nesting than any config has; the parser recurses, so a limit keeps a hostile file from ending it. */
const deepest = 100;

export interface JsonProblem {
  message: string;
  hint: string;
  range: TextRange;
}

const sentences: Record<string, string> = {
  InvalidSymbol: 'This is not a JSON value. Text needs double quotes.',
  InvalidNumberFormat: 'This number is not written as JSON allows.',
  PropertyNameExpected: 'A field name in double quotes is expected here.',
  ValueExpected: 'A value is expected here.',
  ColonExpected: 'A colon is missing between the field name and its value.',
  CommaExpected: 'A comma is missing before this.',
  CloseBraceExpected: 'A closing brace } is missing.',
  CloseBracketExpected: 'A closing bracket ] is missing.',
  EndOfFileExpected: 'Nothing may follow the end of the document.',
  InvalidCommentToken: 'Comments are not allowed in this file.',
  UnexpectedEndOfComment: 'A comment that starts with /* is never closed.',
  UnexpectedEndOfString: 'A quote is missing: this text is never closed.',
  UnexpectedEndOfNumber: 'This number ends too early.',
  InvalidUnicode: 'This \\u escape needs four hexadecimal digits.',
  InvalidEscapeCharacter: 'This backslash escape does not exist in JSON.',
  InvalidCharacter: 'This character may not stand here.',
};

/** A JSON or JSONC text as a tree with places. Reads what can be read of a broken text. */
export class JsonDocument {
  readonly root: JsonNode | undefined;
  /** The first problem of the text; later ones mostly follow from it. */
  readonly problem: JsonProblem | undefined;
  private readonly lines: LineIndex;

  /** @param strict true for plain JSON: no comments, no trailing commas. */
  constructor(
    readonly text: string,
    strict = false,
  ) {
    this.lines = new LineIndex(text);
    const tooDeep = depthProblem(text);
    if (tooDeep !== undefined) {
      this.problem = {
        message: `This is nested more than ${deepest} levels deep.`,
        hint: 'Flatten it; no file of a project needs that.',
        range: this.lines.range(tooDeep, 1),
      };
      return;
    }
    const errors: ParseError[] = [];
    this.root = parseTree(text, errors, {
      allowTrailingComma: !strict,
      disallowComments: strict,
      allowEmptyContent: false,
    });
    const [first] = errors.sort((a, b) => a.offset - b.offset);
    if (first) {
      const code = printParseErrorCode(first.error);
      this.problem = {
        message: text.trim()
          ? (sentences[code] ?? `This is not valid JSON (${code}).`)
          : 'The file is empty.',
        hint:
          code === 'InvalidCommentToken'
            ? 'Remove the comment.'
            : 'Until this is mended, what follows may be read wrongly.',
        range: this.place(first.offset, first.length),
      };
    }
  }

  /** A place is never empty where the text has a character, so that an editor can underline it. */
  private place(offset: number, length: number): TextRange {
    if (length > 0 && offset < this.text.length) return this.lines.range(offset, length);
    const last = this.text.trimEnd().length;
    return offset >= last ? this.lines.range(Math.max(0, last - 1), 1) : this.lines.range(offset, 1);
  }

  range(node: JsonNode): TextRange {
    return this.lines.range(node.offset, node.length);
  }

  /** @returns where a part of a text node stands; the whole node when escapes hide it. */
  rangeOfText(node: JsonNode, part: string): TextRange {
    const at = this.text.slice(node.offset, node.offset + node.length).indexOf(part);
    return at < 0 ? this.range(node) : this.lines.range(node.offset + at, part.length);
  }

  /** @returns the fields of an object in order, or none for any other node. */
  fields(node: JsonNode | undefined): { key: string; keyNode: JsonNode; value: JsonNode | undefined }[] {
    if (node?.type !== 'object') return [];
    return (node.children ?? []).flatMap((property) => {
      const [keyNode, value] = property.children ?? [];
      return keyNode ? [{ key: String(keyNode.value), keyNode, value }] : [];
    });
  }

  /** @returns the value of a field; of a field written twice the last one, as JSON readers do. */
  field(node: JsonNode | undefined, key: string): JsonNode | undefined {
    return this.fields(node).findLast((field) => field.key === key)?.value;
  }

  items(node: JsonNode | undefined): JsonNode[] {
    return node?.type === 'array' ? (node.children ?? []) : [];
  }

  /** @returns the text of a string node, else undefined. */
  string(node: JsonNode | undefined): string | undefined {
    return node?.type === 'string' ? String(node.value) : undefined;
  }

  number(node: JsonNode | undefined): number | undefined {
    return node?.type === 'number' && typeof node.value === 'number' ? node.value : undefined;
  }

  boolean(node: JsonNode | undefined): boolean | undefined {
    return node?.type === 'boolean' ? node.value === true : undefined;
  }

  /** @returns the plain value of a node. */
  value(node: JsonNode): unknown {
    return getNodeValue(node);
  }
}

/** @returns the offset of the bracket that goes too deep; text in strings and comments does not count. */
function depthProblem(text: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') {
      for (i++; i < text.length && text[i] !== '"' && text[i] !== '\n'; i++) if (text[i] === '\\') i++;
    } else if (character === '/' && text[i + 1] === '/') {
      while (i < text.length && text[i] !== '\n') i++;
    } else if (character === '/' && text[i + 1] === '*') {
      const end = text.indexOf('*/', i + 2);
      i = end < 0 ? text.length : end + 1;
    } else if (character === '{' || character === '[') {
      if (++depth > deepest) return i;
    } else if (character === '}' || character === ']') {
      depth--;
    }
  }
  return undefined;
}
