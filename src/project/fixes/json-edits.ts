import {
  type Edit,
  type FormattingOptions,
  findNodeAtOffset,
  getNodePath,
  type JSONPath,
  modify,
  type Node,
  parseTree,
} from 'jsonc-parser';
import type { FileEdit } from './fix';

/** A JSON or JSONC text that is changed a field at a time; comments and layout stay. */
export class JsonEdits {
  readonly root: Node | undefined;
  private readonly formattingOptions: FormattingOptions;

  constructor(
    private readonly path: string,
    private readonly text: string,
  ) {
    this.root = parseTree(text, [], { allowTrailingComma: true });
    const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
    this.formattingOptions = {
      insertSpaces: !indent.startsWith('\t'),
      tabSize: indent.startsWith('\t') ? 1 : indent.length,
      eol: text.includes('\r\n') ? '\r\n' : '\n',
    };
  }

  /** @returns the smallest node at an offset, with its place from the root. */
  at(offset: number): { node: Node; place: JSONPath } | undefined {
    const node = this.root && findNodeAtOffset(this.root, offset, true);
    return node && { node, place: getNodePath(node) };
  }

  /** @returns edits that set a field or an item, making the objects on the way to it. */
  set(place: JSONPath, value: unknown): FileEdit[] {
    return this.edits(modify(this.text, place, value, { formattingOptions: this.formattingOptions }));
  }

  /** @returns edits that put an item at the end of a list, making the list where there is none. */
  append(place: JSONPath, value: unknown): FileEdit[] {
    const list = this.find(place);
    if (list?.type !== 'array') return this.set(place, [value]);
    const end = list.children?.length ?? 0;
    return this.edits(
      modify(this.text, [...place, end], value, {
        formattingOptions: this.formattingOptions,
        isArrayInsertion: true,
      }),
    );
  }

  /** @returns edits that remove a field or an item, with its comma. */
  remove(place: JSONPath): FileEdit[] {
    return this.edits(modify(this.text, place, undefined, { formattingOptions: this.formattingOptions }));
  }

  find(place: JSONPath): Node | undefined {
    let node = this.root;
    for (const part of place) {
      node =
        typeof part === 'number'
          ? node?.children?.[part]
          : node?.children?.findLast((property) => property.children?.[0]?.value === part)?.children?.[1];
    }
    return node;
  }

  private edits(edits: readonly Edit[]): FileEdit[] {
    return edits.map(({ offset, length, content }) => ({
      kind: 'text',
      path: this.path,
      offset,
      length,
      text: content,
    }));
  }
}

/** @returns the first free name of `name`, `name-2`, `name-3` … */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${name}-${count}`;
  return free;
}
