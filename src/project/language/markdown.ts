import { scanInline } from './markdown-inline';
import type { Piece, Span } from './types';

export interface Heading extends Piece {
  level: number;
}

export interface Fence extends Piece {
  /** First word of the info string, in lower case. */
  language: string;
  /** The fence with its marks. */
  whole: Span;
}

/** Lines of running text: a paragraph, a heading, an item. What stands in it is inline. */
export type Block = Piece;

/** The parts of a Markdown text that a reference can stand in, with their places. */
export interface Markdown {
  /** Between and with the `---` at the top. */
  frontMatter?: Span;
  headings: Heading[];
  fences: Fence[];
  blocks: Block[];
  /** What stands between backticks. */
  spans: Piece[];
  /** Destinations of links, images and reference definitions. */
  links: Piece[];
}

interface Line {
  offset: number;
  text: string;
  /** Offset of the next line. */
  next: number;
}

/**
 * Reads Markdown by the block structure of CommonMark as far as references need it: front matter, fenced code,
 * HTML comments, headings and running text. Indented code counts as running text, as lists indent text too.
 */
export function readMarkdown(text: string): Markdown {
  const found: Markdown = { headings: [], fences: [], blocks: [], spans: [], links: [] };
  const lines = splitLines(text);
  let at = frontMatterEnd(lines);
  const last = lines[at - 1];
  if (at > 0 && last) found.frontMatter = { offset: 0, length: last.offset + last.text.length };
  let block: Line[] = [];
  const endBlock = () => {
    const [from] = block;
    const to = block.at(-1);
    if (from && to) addBlock(found, text, from.offset, to.offset + to.text.length);
    block = [];
  };
  while (at < lines.length) {
    const line = lines[at];
    if (!line) break;
    const fence = /^(?: {0,3}(?:>|[-*+]|\d{1,9}[.)])? ?)*(`{3,}|~{3,})\s*([^`]*)$/.exec(line.text);
    if (fence) {
      endBlock();
      at = addFence(found, text, lines, at, fence[1] ?? '```', fence[2] ?? '');
      continue;
    }
    const comment = /^ {0,3}<!--/.exec(line.text);
    if (comment && block.length === 0) {
      const end = text.indexOf('-->', line.offset);
      const until = end < 0 ? text.length : end;
      while (at < lines.length && (lines[at]?.offset ?? 0) <= until) at++;
      continue;
    }
    const heading = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(line.text);
    if (heading) {
      endBlock();
      addHeading(found, line.offset, line.text, heading[1]?.length ?? 1, heading[2] ?? '');
      addBlock(found, text, line.offset, line.offset + line.text.length);
    } else if (!line.text.trim()) endBlock();
    else if (/^ {0,3}(=+|-+)[ \t]*$/.test(line.text) && block.length > 0) {
      const title = block.at(-1);
      endBlock();
      if (title)
        addHeading(found, title.offset, title.text, line.text.includes('=') ? 1 : 2, title.text.trim());
    } else block.push(line);
    at++;
  }
  endBlock();
  return found;
}

function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  let offset = 0;
  while (offset <= text.length) {
    const end = text.indexOf('\n', offset);
    const next = end < 0 ? text.length + 1 : end + 1;
    const whole = text.slice(offset, next - 1);
    lines.push({ offset, text: whole.endsWith('\r') ? whole.slice(0, -1) : whole, next });
    offset = next;
  }
  return lines;
}

/** @returns the number of lines that front matter takes, 0 without. */
function frontMatterEnd(lines: readonly Line[]): number {
  if (lines[0]?.text.trimEnd() !== '---') return 0;
  const end = lines.findIndex((line, i) => i > 0 && line.text.trimEnd() === '---');
  return end < 0 ? 0 : end + 1;
}

function addHeading(found: Markdown, offset: number, line: string, level: number, title: string): void {
  found.headings.push({ level, text: title, offset, length: line.length });
}

function addBlock(found: Markdown, text: string, from: number, to: number): void {
  const block = { offset: from, length: to - from, text: text.slice(from, to) };
  found.blocks.push(block);
  const { spans, links } = scanInline(block.text);
  const shifted = (one: Piece): Piece => ({ ...one, offset: one.offset + from });
  found.spans.push(...spans.map(shifted));
  found.links.push(...links.map(shifted));
}

/** @returns the line behind the fence. One that is never closed ends with the text, as CommonMark says. */
function addFence(
  found: Markdown,
  text: string,
  lines: readonly Line[],
  start: number,
  mark: string,
  info: string,
): number {
  const opening = lines[start];
  const closing = new RegExp(`^[ >]*${mark.charAt(0)}{${mark.length},}[ \\t]*$`);
  let end = start + 1;
  while (end < lines.length && !closing.test(lines[end]?.text ?? '')) end++;
  const from = opening?.next ?? text.length;
  const to = Math.max(from, Math.min(lines[end]?.offset ?? text.length, text.length));
  const last = lines[Math.min(end, lines.length - 1)];
  const offset = opening?.offset ?? 0;
  found.fences.push({
    language: (info.trim().split(/\s+/)[0] ?? '').toLowerCase(),
    offset: Math.min(from, text.length),
    length: Math.max(0, to - from),
    text: text.slice(from, to),
    whole: { offset, length: (last ? last.offset + last.text.length : text.length) - offset },
  });
  return end + 1;
}
