/** A stretch of a file's text. Offsets count UTF-16 units after a byte order mark; lines and columns from 1. */
export interface TextRange {
  offset: number;
  length: number;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}
