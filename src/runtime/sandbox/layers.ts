import type { Edits } from './edits';

interface Layer {
  offset: number;
  /** Of the part that the text opens or closes: what is larger lies further out. */
  size: number;
  text: string;
}

/** Texts around the parts of a script, where parts lie in and beside each other. */
export class Layers {
  readonly #closings: Layer[] = [];
  readonly #openings: Layer[] = [];

  /** Text in front of a part; of parts that begin at one place the larger first, else in the order of the calls. */
  open(offset: number, text: string, size = 0): void {
    this.#openings.push({ offset, size, text });
  }

  /** Text behind a part; of parts that end at one place the smaller first. */
  close(offset: number, text: string, size: number): void {
    this.#closings.push({ offset, size, text });
  }

  /** Makes the insertions: where one part ends and the next begins, the end first. */
  into(edits: Edits): void {
    this.#closings.sort((a, b) => a.offset - b.offset || a.size - b.size);
    this.#openings.sort((a, b) => a.offset - b.offset || b.size - a.size);
    for (const { offset, text } of [...this.#closings, ...this.#openings]) edits.insert(offset, text);
  }
}
