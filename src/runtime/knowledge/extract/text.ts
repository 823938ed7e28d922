import { ExtractionError } from './types';

/** How many bytes are looked at to tell UTF-16 without a byte order mark from other text. */
const probeLength = 4096;

/**
 * Decodes text: by its byte order mark, as UTF-16 where every other byte of plain text is zero, as UTF-8 where
 * the bytes are that, and otherwise as Windows-1252, which every byte sequence is.
 *
 * @throws ExtractionError for bytes that are not text.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = markedEncoding(bytes) ?? unmarkedUtf16(bytes);
  if (encoding) return normalize(new TextDecoder(encoding).decode(bytes));
  if (bytes.subarray(0, probeLength).includes(0)) {
    throw new ExtractionError('The file does not hold text: it has zero bytes in it.');
  }
  try {
    return normalize(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return normalize(new TextDecoder('windows-1252').decode(bytes));
  }
}

function markedEncoding(bytes: Uint8Array): string | undefined {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return undefined;
}

/** Text of mostly Latin letters in UTF-16 has a zero in one of every two places, and hardly any in the other. */
function unmarkedUtf16(bytes: Uint8Array): string | undefined {
  const length = Math.min(bytes.length, probeLength) & ~1;
  if (length < 4) return undefined;
  let even = 0;
  let odd = 0;
  for (let at = 0; at < length; at += 2) {
    if (bytes[at] === 0) even++;
    if (bytes[at + 1] === 0) odd++;
  }
  const most = length / 2;
  if (odd > most * 0.7 && even < most * 0.1) return 'utf-16le';
  if (even > most * 0.7 && odd < most * 0.1) return 'utf-16be';
  return undefined;
}

/** One kind of line end, and no zero characters, which neither SQLite's text nor a model wants. */
function normalize(text: string): string {
  return text.replace(/\r\n?/g, '\n').replaceAll('\0', '');
}
