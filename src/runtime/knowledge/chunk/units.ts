import type { Block } from './blocks';

/** What is not divided further unless it is too long by itself: a sentence, a line, a row. */
export interface Unit {
  text: string;
  /** Stands between this unit and the one before it. */
  joint: string;
  /** Repeated at the top of each chunk that this unit starts: the header of its table. */
  header: string;
  /** True for sentences, which may be repeated as the overlap of the next chunk. */
  sentence: boolean;
  page: number | undefined;
}

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/**
 * @param longest the most UTF-16 units that one unit may have; a longer one is cut at white space, or between
 *   two code points where there is none.
 */
export function unitsOf(block: Block, longest: number): Unit[] {
  const { page } = block;
  if (block.kind === 'table') {
    const [titles = '', rule = '', ...rows] = block.text.split('\n');
    const header = `${titles}\n${rule}`;
    // A header that fills a chunk by itself leaves no room for rows: then it is text like any other.
    if (rows.length > 0 && header.length <= longest / 2) {
      return rows.flatMap((row) =>
        cut(row, longest - header.length - 1).map((text) => ({
          text,
          joint: '\n',
          header,
          sentence: false,
          page,
        })),
      );
    }
  }
  const sentence = block.kind === 'prose';
  const joint = sentence ? ' ' : '\n';
  const pieces = sentence
    ? [...sentences.segment(block.text)].map(({ segment }) => segment.trim())
    : block.text.split('\n').map((line) => line.trimEnd());
  return pieces
    .filter((piece) => piece.trim() !== '')
    .flatMap((piece) => cut(piece, longest))
    .map((text, at) => ({ text, joint: at === 0 ? '\n\n' : joint, header: '', sentence, page }));
}

/** Cuts text into pieces of at most `longest` UTF-16 units, never within a code point. */
export function cut(text: string, longest: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > longest) {
    const space = rest.slice(0, longest + 1).search(/\s\S*$/);
    let end = space > longest / 2 ? space : longest;
    if (isLowSurrogate(rest, end)) end += end > 1 ? -1 : 1;
    pieces.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...pieces, rest].filter((piece) => piece !== '');
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
