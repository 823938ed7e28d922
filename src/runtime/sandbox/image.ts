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
  /**
   * The memory in pieces, and copies of those that are not all zeros. Kept, as there is one view for each piece of
   * 16 MiB: made anew for each run they were half of what V8 had to collect.
   */
  readonly #pieces: readonly (readonly [piece: Buffer, before: Buffer])[];

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = memory.buffer.byteLength;
    this.#pieces = Array.from({ length: this.#bytes / pieceBytes }, (_, index) => {
      const piece = Buffer.from(memory.buffer, index * pieceBytes, pieceBytes);
      return [piece, piece.equals(zeros) ? zeros : Buffer.from(piece)];
    });
  }

  /** @returns false when the memory has grown, which cannot be undone; nothing is put back then. */
  restore(): boolean {
    if (this.#memory.buffer.byteLength !== this.#bytes) return false;
    for (const [piece, before] of this.#pieces) {
      // Compared first: writing to a piece that was never touched would make the system find memory for it.
      if (!piece.equals(before)) piece.set(before);
    }
    return true;
  }
}
