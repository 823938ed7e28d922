/** Pieces that are compared, and put back, as a whole. */
const pieceBytes = 65_536;
const zeros = Buffer.alloc(pieceBytes);

/**
 * What an engine's memory held at one moment, to be put back byte for byte. An engine that is put back is as good
 * as a new one and costs a tenth: a new one allocates 16 MiB, for which V8 collects garbage every few runs.
 */
export class MemoryImage {
  readonly #memory: WebAssembly.Memory;
  readonly #bytes: number;
  /** Copies of the pieces that are not all zeros. */
  readonly #pieces = new Map<number, Buffer>();

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = memory.buffer.byteLength;
    for (const [at, piece] of this.#current()) {
      if (!piece.equals(zeros)) this.#pieces.set(at, Buffer.from(piece));
    }
  }

  /** @returns false when the memory has grown, which cannot be undone; nothing is put back then. */
  restore(): boolean {
    if (this.#memory.buffer.byteLength !== this.#bytes) return false;
    for (const [at, piece] of this.#current()) {
      const before = this.#pieces.get(at) ?? zeros;
      // Compared first: writing to a piece that was never touched would make the system find memory for it.
      if (!piece.equals(before)) piece.set(before);
    }
    return true;
  }

  *#current(): Iterable<[number, Buffer]> {
    for (let at = 0; at < this.#bytes; at += pieceBytes) {
      yield [at, Buffer.from(this.#memory.buffer, at, pieceBytes)];
    }
  }
}
