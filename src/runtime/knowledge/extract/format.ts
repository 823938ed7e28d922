import path from 'node:path';

/** What text can be taken from. `markdown` is chunked as it is; the others become Markdown first. */
export type Format = 'pdf' | 'docx' | 'xlsx' | 'html' | 'csv' | 'markdown' | 'text';

interface Kind {
  format: Format;
  contentType: string;
  extensions: readonly string[];
}

const kinds: readonly Kind[] = [
  { format: 'pdf', contentType: 'application/pdf', extensions: ['.pdf'] },
  {
    format: 'docx',
    contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    extensions: ['.docx'],
  },
  {
    format: 'xlsx',
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    extensions: ['.xlsx'],
  },
  { format: 'html', contentType: 'text/html', extensions: ['.html', '.htm'] },
  { format: 'csv', contentType: 'text/csv', extensions: ['.csv'] },
  { format: 'markdown', contentType: 'text/markdown', extensions: ['.md', '.markdown'] },
  { format: 'text', contentType: 'text/plain', extensions: ['.txt'] },
];

const anyBytes = 'application/octet-stream';

/**
 * The format of a file, by its extension; by the type its sender gave when the name has no extension.
 * @returns undefined for a file that is only stored.
 */
export function formatOf(filename: string, contentType: string): Format | undefined {
  const extension = path.extname(filename).toLowerCase();
  const kind = extension
    ? kinds.find(({ extensions }) => extensions.includes(extension))
    : kinds.find((candidate) => candidate.contentType === bare(contentType));
  return kind?.format;
}

/**
 * The content type to keep for a file: what its sender said, or what its extension means where that said
 * nothing (curl and many browsers send `application/octet-stream`).
 */
export function contentTypeOf(filename: string, given: string): string {
  const said = bare(given);
  if (said && said !== anyBytes) return said;
  const extension = path.extname(filename).toLowerCase();
  return kinds.find(({ extensions }) => extensions.includes(extension))?.contentType ?? anyBytes;
}

/** A content type without its parameters. */
function bare(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}
