/** A line of a page, with what tells headings and paragraphs apart. */
export interface PdfLine {
  text: string;
  /** Height of the type, in points. */
  size: number;
  /** Distance from the bottom of the page, in points. */
  y: number;
}

/** What pdf.js says of a run of text. Marked content, which has no text, has no `str`. */
interface PdfItem {
  str?: string;
  transform?: number[];
  hasEOL?: boolean;
}

/** Type this much larger than the body's is a heading. */
const headingRatio = 1.15;
/** Nobody writes longer headings; a page set in large type is text. */
const longestHeading = 120;
/** A gap of this many times the type's height starts a paragraph. */
const paragraphGap = 1.8;

/** @returns the lines of a page in reading order, as pdf.js gives it. */
export function linesOf(items: readonly object[]): PdfLine[] {
  const lines: PdfLine[] = [];
  let text = '';
  let size = 0;
  let y = 0;
  const end = () => {
    const trimmed = text.replace(/\s+/g, ' ').trim();
    if (trimmed) lines.push({ text: trimmed, size, y });
    text = '';
    size = 0;
  };
  for (const item of items as readonly PdfItem[]) {
    if (item.str === undefined) continue;
    const [, , c = 0, d = 0, , f = 0] = item.transform ?? [];
    if (item.str.trim()) {
      size = Math.max(size, Math.round(Math.hypot(c, d) * 10) / 10);
      y = f;
    }
    text += item.str;
    if (item.hasEOL) end();
  }
  end();
  return lines;
}

/**
 * Pages as Markdown. A comment `<!-- page N -->` before each page lets chunks say where they stand; it is not
 * shown, and the chunker takes it out.
 * @returns "" when no page has text.
 */
export function pagesToMarkdown(pages: readonly (readonly PdfLine[])[]): string {
  const body = bodySize(pages.flat());
  const parts = pages.flatMap((lines, at) => {
    const text = pageText(lines, body);
    return text ? [`<!-- page ${at + 1} -->`, text] : [];
  });
  return parts.join('\n\n');
}

function pageText(lines: readonly PdfLine[], body: number): string {
  const blocks: string[] = [];
  let paragraph = '';
  let previous: PdfLine | undefined;
  const end = () => {
    if (paragraph) blocks.push(paragraph);
    paragraph = '';
  };
  for (const line of lines) {
    const heading = line.size > body * headingRatio && line.text.length <= longestHeading;
    if (heading) {
      end();
      blocks.push(`${line.size > body * 1.5 ? '#' : '##'} ${line.text}`);
    } else {
      if (previous && Math.abs(previous.y - line.y) > line.size * paragraphGap) end();
      paragraph = join(paragraph, line.text);
    }
    previous = line;
  }
  end();
  return blocks.join('\n\n');
}

/** Joins two lines; a word that was divided at the line's end becomes whole. */
function join(before: string, line: string): string {
  if (!before) return line;
  return /\p{Ll}-$/u.test(before) && /^\p{Ll}/u.test(line) ? before.slice(0, -1) + line : `${before} ${line}`;
}

/** The size in which most characters are set. */
function bodySize(lines: readonly PdfLine[]): number {
  const characters = new Map<number, number>();
  for (const { size, text } of lines) characters.set(size, (characters.get(size) ?? 0) + text.length);
  let best = 0;
  let most = 0;
  for (const [size, count] of characters) {
    if (count > most) [best, most] = [size, count];
  }
  return best;
}
