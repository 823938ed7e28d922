interface Insertion {
  offset: number;
  text: string;
}

/**
 * Changes to a script's text that never move a line, and the way back from a place in the changed text to the
 * place its author knows.
 */
export class Edits {
  readonly #insertions: Insertion[] = [];
  #text: string;

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
    return result + this.#text.slice(from);
  }

  /** @returns the column, from 1, in the source for a place in the changed text; call after `apply`. */
  column(line: number, column: number): number {
    const start = this.#lineStart(line);
    let inserted = 0;
    for (const { offset, text } of this.#insertions) {
      if (offset < start) continue;
      if (this.#lineBreakBetween(start, offset)) break;
      // Where the insertion begins in the changed line; a place inside it belongs to what follows it.
      const begins = offset - start + inserted + 1;
      if (column < begins) break;
      inserted += Math.min(text.length, column - begins);
    }
    return Math.max(1, column - inserted);
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

  #lineBreakBetween(start: number, end: number): boolean {
    const next = this.source.indexOf('\n', start);
    return next !== -1 && next < end;
  }
}
