import { gfm } from '@joplin/turndown-plugin-gfm';
import TurndownService from 'turndown';
import { decodeText } from './text';
import type { Extracted } from './types';

/** How far into a page its encoding may be declared, from the HTML standard. */
const declarationLength = 1024;

/** Parts of a page that are not its text. */
const notText = [
  'script',
  'style',
  'noscript',
  'template',
  'iframe',
  'object',
  'svg',
  'canvas',
  'head',
] as const;

/** A web page as Markdown. */
export function extractHtml(bytes: Uint8Array): Extracted {
  const encoding = declaredEncoding(bytes);
  const html = encoding ? new TextDecoder(encoding).decode(bytes) : decodeText(bytes);
  return { markdown: htmlToMarkdown(html), pageCount: null };
}

/** HTML as Markdown: headings, lists, tables, links and code survive; scripts, styles and pictures do not. */
export function htmlToMarkdown(html: string): string {
  const service = new TurndownService({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
  });
  service.use(gfm);
  // `svg` is no HTML element to Turndown's types; the parser knows it.
  service.remove(notText as unknown as TurndownService.Filter);
  service.addRule('pictures', {
    filter: 'img',
    replacement: (_, node) => ('getAttribute' in node ? (node.getAttribute('alt') ?? '') : ''),
  });
  return service.turndown(html);
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
