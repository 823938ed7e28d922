interface Insertion {
  offset: number;
  text: string;
}

/** The way back from a place that the engine names to the author's column. */
export interface Columns {
  /** @returns the column in the source, in UTF-16 units from 1. */
  column(line: number, column: number): number;
}

/**
 * Changes to a script's text that never move a line, and the way back from a place in the changed text to the
 * place its author knows.
 */
export class Edits implements Columns {
  readonly #insertions: Insertion[] = [];
  #text: string;
  #lines: string[] = [];

  constructor(readonly source: string) {
    this.#text = source;
  }

  /** Inserts text without line breaks; insertions at one offset keep the order in which they were made. */
  insert(offset: number, text: string): void {
    this.#insertions.push({ offset, text });
  }

  /** Puts text over as many characters of the source. */
  overwrite(offset: number, text: string): void {
    this.#text = this.#text.slice(0, offset) + text + this.#text.slice(offset + text.length);
  }

  /** @returns the changed text. */
  apply(): string {
    this.#insertions.sort((a, b) => a.offset - b.offset);
    let result = '';
    let from = 0;
    for (const { offset, text } of this.#insertions) {
      result += this.#text.slice(from, offset) + text;
      from = offset;
    }
    this.#lines = (result + this.#text.slice(from)).split('\n');
    return this.#lines.join('\n');
  }

  /**
   * @param line from 1
   * @param column as the engine gives it: in UTF-8 bytes, on the first line from 0 and on the others from 1
   * @returns the column in the source, in UTF-16 units from 1; call after `apply`.
   */
  column(line: number, column: number): number {
    return this.back(line, unitsOf(this.#lines[line - 1] ?? '', line === 1 ? column : column - 1) + 1);
  }

  /**
   * @param line from 1
   * @param column in the changed text, in UTF-16 units from 1
   * @returns the column in the source, in UTF-16 units from 1.
   */
  back(line: number, column: number): number {
    const at = column - 1;
    const start = this.#lineStart(line);
    const end = this.source.indexOf('\n', start);
    let inserted = 0;
    for (const { offset, text } of this.#insertions) {
      if (offset < start || (end !== -1 && offset > end)) continue;
      // Where the insertion begins in the changed line; a place inside it belongs to what follows it.
      const begins = offset - start + inserted;
      if (at < begins) break;
      inserted += Math.min(text.length, at - begins);
    }
    return at - inserted + 1;
  }

  #lineStart(line: number): number {
    let start = 0;
    for (let at = 1; at < line; at++) {
      const next = this.source.indexOf('\n', start);
      if (next === -1) return this.source.length;
      start = next + 1;
    }
    return start;
  }
}

/** @returns how many UTF-16 units the first bytes of a text's UTF-8 take. */
function unitsOf(text: string, bytes: number): number {
  let units = 0;
  let seen = 0;
  for (const letter of text) {
    if (seen >= bytes) break;
    seen += Buffer.byteLength(letter);
    units += letter.length;
  }
  return units;
}
