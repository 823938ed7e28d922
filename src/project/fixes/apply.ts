import type { FileEdit } from './fix';

/** A file's new text, the file whose bytes it has now, or undefined for a file that is gone. */
export type FileChange = string | { movedFrom: string } | undefined;

/**
 * Applies edits to texts.
 * @param text gives the present text of a file; undefined for none.
 * @returns what becomes of each file, by path.
 * @throws RangeError when two edits of one file overlap.
 */
export function applyEdits(
  edits: readonly FileEdit[],
  text: (path: string) => string | undefined,
): Map<string, FileChange> {
  const result = new Map<string, FileChange>();
  const byPath = new Map<string, Extract<FileEdit, { kind: 'text' }>[]>();
  for (const edit of edits) {
    if (edit.kind === 'create') result.set(edit.path, edit.text);
    else if (edit.kind === 'rename') {
      result.set(edit.to, { movedFrom: edit.path });
      result.set(edit.path, undefined);
    } else byPath.set(edit.path, [...(byPath.get(edit.path) ?? []), edit]);
  }
  for (const [path, changes] of byPath) {
    const made = result.get(path);
    result.set(path, changed(path, typeof made === 'string' ? made : (text(path) ?? ''), changes));
  }
  return result;
}

function changed(path: string, text: string, edits: readonly Extract<FileEdit, { kind: 'text' }>[]): string {
  let result = text;
  let end = Number.POSITIVE_INFINITY;
  // From the end, so that no change moves the place of another; equal places keep their order.
  for (const edit of [...edits].reverse().sort((a, b) => b.offset - a.offset)) {
    if (edit.offset + edit.length > end) throw new RangeError(`Two edits of ${path} overlap.`);
    end = edit.offset;
    result = result.slice(0, edit.offset) + edit.text + result.slice(edit.offset + edit.length);
  }
  return result;
}
