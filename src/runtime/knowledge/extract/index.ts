import { extractCsv } from './csv';
import { extractDocx } from './docx';
import type { Format } from './format';
import { extractHtml } from './html';
import { extractPdf } from './pdf';
import { decodeText } from './text';
import { type Extracted, ExtractionError } from './types';
import { extractXlsx } from './xlsx';

/** The most text of one file that is kept, in characters: about 10,000 pages. */
const mostCharacters = 20_000_000;

/**
 * The text of a file as Markdown.
 * @throws ExtractionError with a sentence that says why there is none.
 */
export async function extract(format: Format, bytes: Uint8Array): Promise<Extracted> {
  const extracted = await read(format, bytes);
  const markdown = extracted.markdown.trim();
  if (!markdown) throw new ExtractionError('The file holds no text.');
  if (markdown.length > mostCharacters) {
    throw new ExtractionError(
      `The file holds ${markdown.length} characters of text; at most ${mostCharacters} are read. Split it and upload the parts.`,
    );
  }
  return { markdown, pageCount: extracted.pageCount };
}

async function read(format: Format, bytes: Uint8Array): Promise<Extracted> {
  switch (format) {
    case 'pdf':
      return extractPdf(bytes);
    case 'docx':
      return extractDocx(bytes);
    case 'xlsx':
      return extractXlsx(bytes);
    case 'html':
      return extractHtml(bytes);
    case 'csv':
      return extractCsv(bytes);
    case 'markdown':
    case 'text':
      return { markdown: decodeText(bytes), pageCount: null };
  }
}
