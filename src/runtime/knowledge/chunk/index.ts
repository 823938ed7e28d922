import { type Block, blocksOf, headingText } from './blocks';
import { type Unit, unitsOf } from './units';

/** A passage of a document: what is embedded, searched and shown. */
export interface Chunk {
  content: string;
  /** The headings above the passage, outermost first. */
  headings: string[];
  /** Page of the original on which the passage starts, where it is known. */
  page: number | undefined;
}

export interface ChunkLimits {
  /** The most UTF-16 units of a chunk. The embedding model tells passages of 100 to 200 words apart best. */
  longest: number;
  /** The most UTF-16 units of the sentences that a chunk repeats from the one before it. */
  overlap: number;
}

export const chunkLimits: ChunkLimits = { longest: 1000, overlap: 150 };

/**
 * Divides a Markdown document into passages. A heading starts a new one; within a section, passages end
 * between sentences, lines or rows, and repeat the last sentences of the one before. The same text gives the
 * same chunks.
 */
export function chunkMarkdown(markdown: string, limits: ChunkLimits = chunkLimits): Chunk[] {
  return sectionsOf(blocksOf(markdown)).flatMap(({ blocks, headings }) => {
    const units = blocks.flatMap((block) => unitsOf(block, limits.longest));
    return pack(units, limits).map((chunk) => ({ ...chunk, headings }));
  });
}

interface Section {
  headings: string[];
  blocks: Block[];
}

/** A heading belongs to the section that it opens; headings with nothing between them open one section. */
function sectionsOf(blocks: readonly Block[]): Section[] {
  const sections: Section[] = [];
  let path: { level: number; text: string }[] = [];
  let section: Section | undefined;
  for (const block of blocks) {
    if (block.kind === 'heading') {
      path = [
        ...path.filter(({ level }) => level < block.level),
        { level: block.level, text: headingText(block) },
      ];
      const headings = path.map(({ text }) => text).filter(Boolean);
      if (section?.blocks.every(({ kind }) => kind === 'heading')) {
        section.headings = headings;
        section.blocks.push(block);
        continue;
      }
      section = { headings, blocks: [block] };
      sections.push(section);
    } else {
      if (!section) {
        section = { headings: [], blocks: [] };
        sections.push(section);
      }
      section.blocks.push(block);
    }
  }
  return sections;
}

function pack(units: readonly Unit[], limits: ChunkLimits): Omit<Chunk, 'headings'>[] {
  const chunks: Omit<Chunk, 'headings'>[] = [];
  let held: Unit[] = [];
  const end = () => {
    chunks.push({ content: render(held), page: held[0]?.page });
  };
  for (const unit of units) {
    if (held.length > 0 && render([...held, unit]).length > limits.longest) {
      end();
      const repeated = overlapOf(held, limits.overlap);
      held = render([...repeated, unit]).length > limits.longest ? [] : repeated;
    }
    held.push(unit);
  }
  if (held.length > 0) end();
  return chunks;
}

/** The text of units, each table's header once above its rows. */
function render(units: readonly Unit[]): string {
  let text = '';
  let header = '';
  for (const { text: piece, joint, header: own } of units) {
    if (own && own !== header) text += `${text && '\n\n'}${own}\n${piece}`;
    else text += text ? joint + piece : piece;
    header = own;
  }
  return text;
}

/** The last sentences of a chunk that fit into the overlap; none when it did not end in a sentence. */
function overlapOf(units: readonly Unit[], most: number): Unit[] {
  let length = 0;
  let from = units.length;
  while (from > 1) {
    const unit = units[from - 1];
    length += (unit?.text.length ?? 0) + (unit?.joint.length ?? 0);
    if (!unit?.sentence || length > most) break;
    from -= 1;
  }
  return units.slice(from);
}
