import Papa from 'papaparse';
import { markdownTable } from './table';
import { decodeText } from './text';
import type { Extracted } from './types';

/** A CSV file as one Markdown table. The delimiter is found by Papa Parse: comma, semicolon, tab or pipe. */
export function extractCsv(bytes: Uint8Array): Extracted {
  // Papa reports ragged rows and open quotes and still returns every row; such a file is worth searching.
  const { data } = Papa.parse<string[]>(decodeText(bytes), { skipEmptyLines: 'greedy' });
  return { markdown: markdownTable(data), pageCount: null };
}
