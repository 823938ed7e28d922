import { type FileHandle, open } from 'node:fs/promises';

/** How much is read and taken apart at once, in bytes: a few milliseconds of work. */
const pieceSize = 512 * 1024;

const lineEnd = '\n'.charCodeAt(0);

/** Lines of a file, with where they end. */
export interface Piece {
  lines: string[];
  /** Bytes from the file's beginning up to the end of the last whole line. */
  end: number;
  /** Bytes of the file. */
  size: number;
}

/**
 * The whole lines of a file, piece by piece; what stands after the last line end is left out.
 * @param from bytes to pass over
 * @throws what the disk throws.
 */
export async function* linesOf(file: string, from: number): AsyncGenerator<Piece> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    let at = from;
    while (at < size) {
      const bytes = await readPiece(handle, at, Math.min(pieceSize, size - at));
      const whole = bytes.lastIndexOf(lineEnd) + 1;
      if (whole === 0 && at + bytes.length >= size) break;
      // A piece without a line end is no line of ours, whatever it is; its end will not be one either.
      const used = whole === 0 ? bytes.length : whole;
      const lines = bytes.toString('utf8', 0, used).split('\n');
      at += used;
      yield { lines: lines.filter((line) => line !== ''), end: at, size };
    }
  } finally {
    await handle.close();
  }
}

async function readPiece(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
