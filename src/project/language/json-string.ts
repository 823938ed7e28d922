/**
 * Where each character of a JSON string's value stands in its source.
 *
 * @param raw the string with its quotes, as written; one that is never closed is taken to its end.
 * @returns offsets in `raw`: one for each UTF-16 unit of the value, and one for its end.
 */
export function valueOffsets(raw: string): number[] {
  const closed = raw.length > 1 && raw.endsWith('"') && !/(?<!\\)(?:\\\\)*\\"$/.test(raw);
  const end = closed ? raw.length - 1 : raw.length;
  const offsets: number[] = [];
  for (let i = 1; i < end; ) {
    offsets.push(i);
    if (raw[i] !== '\\') i++;
    else i += raw[i + 1] === 'u' ? 6 : 2;
  }
  offsets.push(end);
  return offsets;
}
