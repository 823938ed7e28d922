import TurndownService from 'turndown';
import { refuseDeep } from './nesting';
import { markdownTable } from './table';
import { decodeText } from './text';
import type { Extracted } from './types';

/** How far into a page its encoding may be declared, from the HTML standard. */
const declarationLength = 1024;

/** Parts of a page that are not its text. */
const notText = ['script', 'style', 'noscript', 'template', 'iframe', 'object', 'svg', 'canvas', 'title'];

/** A web page as Markdown. */
export function extractHtml(bytes: Uint8Array): Extracted {
  const encoding = declaredEncoding(bytes);
  const html = encoding ? new TextDecoder(encoding).decode(bytes) : decodeText(bytes);
  return { markdown: htmlToMarkdown(html), pageCount: null };
}

/**
 * HTML as Markdown: headings, lists, tables, links and code survive; scripts, styles and pictures do not.
 * @throws ExtractionError for a page that is nested without end.
 */
export function htmlToMarkdown(html: string): string {
  refuseDeep(html, 'page');
  const service = new TurndownService({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
  });
  service.remove((node) => notText.includes(node.nodeName.toLowerCase()));
  service.addRule('pictures', {
    filter: 'img',
    replacement: (_, node) => ('getAttribute' in node ? (node.getAttribute('alt') ?? '') : ''),
  });
  service.addRule('tables', {
    filter: (node) => isDataTable(node),
    replacement: (_, node) => `\n\n${markdownTable(rowsOf(node as TableElement))}\n\n`,
  });
  return service.turndown(html);
}

/** What is used of a parsed table; Turndown's own types are those of a browser. */
interface TableElement {
  nodeName: string;
  textContent: string | null;
  querySelectorAll(selector: string): ArrayLike<TableElement>;
}

/** Old pages lay themselves out with tables: one that holds another, or has one column, is not data. */
function isDataTable(node: TableElement): boolean {
  if (node.nodeName !== 'TABLE' || node.querySelectorAll('table').length > 0) return false;
  return rowsOf(node).some((row) => row.length > 1);
}

function rowsOf(table: TableElement): string[][] {
  return Array.from(table.querySelectorAll('tr'), (row) =>
    Array.from(row.querySelectorAll('th,td'), (cell) => (cell.textContent ?? '').replace(/\s+/g, ' ')),
  );
}

/** The encoding that a page declares in `<meta>`, when it is one that this Node can read. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, declarationLength));
  const label = /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(start)?.[1];
  if (!label || /^utf-?16/i.test(label)) return undefined;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    // An encoding that does not exist: the bytes decide.
    return undefined;
  }
}
