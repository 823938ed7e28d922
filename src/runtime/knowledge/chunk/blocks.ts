/** A piece of a Markdown document that is kept together where it fits. */
export interface Block {
  kind: 'heading' | 'prose' | 'lines' | 'table';
  text: string;
  /** 1 to 6, for a heading. */
  level: number;
  /** Page of the original, where it is known. */
  page: number | undefined;
}

const pageMark = /^<!-- page (\d{1,6}) -->$/;
const atxHeading = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const setextLine = /^ {0,3}(=+|-+)[ \t]*$/;
const fence = /^ {0,3}(`{3,}|~{3,})/;
const listItem = /^\s*(?:[-*+]|\d{1,9}[.)])\s/;

/**
 * Takes a Markdown document apart by line: headings, tables, fenced code and lists (kept by line), and prose.
 * Every character that is not a page mark or white space between blocks is in exactly one block.
 */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let page: number | undefined;
  const add = (kind: Block['kind'], text: string, level = 0) => {
    if (text.trim()) blocks.push({ kind, text, level, page });
  };
  const end = () => {
    const first = lines[0] ?? '';
    const kind = isTable(lines) ? 'table' : listItem.test(first) ? 'lines' : 'prose';
    add(kind, lines.join('\n'));
    lines = [];
  };
  const source = markdown.split('\n');
  for (let at = 0; at < source.length; at++) {
    const line = source[at] ?? '';
    const opening = fence.exec(line)?.[1];
    const mark = pageMark.exec(line.trim());
    const heading = atxHeading.exec(line);
    if (opening) {
      end();
      const last = closingFence(source, at + 1, opening);
      add('lines', source.slice(at, last + 1).join('\n'));
      at = last;
    } else if (mark) {
      end();
      page = Number(mark[1]);
    } else if (heading) {
      end();
      add('heading', line.trim(), heading[1]?.length);
    } else if (lines.length === 1 && setextLine.test(line) && !listItem.test(lines[0] ?? '')) {
      const text = `${lines[0]}\n${line}`;
      lines = [];
      add('heading', text, line.includes('=') ? 1 : 2);
    } else if (line.trim()) {
      lines.push(line);
    } else {
      end();
    }
  }
  end();
  return blocks;
}

/** @returns the text of a heading without its marks. */
export function headingText(block: Block): string {
  const line = block.text.split('\n')[0] ?? '';
  const atx = atxHeading.exec(line);
  return (atx ? (atx[2] ?? '') : line).trim();
}

function closingFence(source: readonly string[], from: number, opening: string): number {
  const closing = new RegExp(`^ {0,3}\\${opening[0]}{${opening.length},}\\s*$`);
  for (let at = from; at < source.length; at++) {
    if (closing.test(source[at] ?? '')) return at;
  }
  return source.length - 1;
}

function isTable(lines: readonly string[]): boolean {
  return (
    lines.length > 1 && (lines[0] ?? '').includes('|') && /^\s*\|?[\s:|-]*-[\s:|-]*$/.test(lines[1] ?? '')
  );
}
