import type { RehearsalContext } from '../types';
import { stems } from './words';

/** A paragraph of a prompt skill or of the persona, under its heading. */
export interface Passage {
  /** Name of the skill, or "persona". */
  from: string;
  heading: string;
  text: string;
}

export interface ScoredPassage extends Passage {
  /** 0–1: how much of the question's weight the passage answers to. */
  coverage: number;
  /** How many of the question's words it has. */
  hits: number;
  score: number;
}

/** Constants of BM25, as Robertson and Zaragoza give them for short texts. */
const k1 = 1.2;
const b = 0.75;
/** A persona says how to behave more than what is so. */
const personaWeight = 0.5;

/** @returns the paragraphs of everything written in prose that an agent has. */
export function passagesOf(context: RehearsalContext): Passage[] {
  const prompts = context.skills.filter((skill) => skill.kind === 'prompt');
  return [
    ...prompts.flatMap((skill) => paragraphs(skill.name, skill.source)),
    ...paragraphs('persona', context.persona),
  ];
}

/** @returns the passages that answer to a question, the best first; of equal ones the earlier. */
export function rank(question: string, passages: readonly Passage[]): ScoredPassage[] {
  const asked = [...new Set(stems(question))];
  const documents = passages.map((passage) => countStems(passage));
  const average =
    documents.reduce((sum, document) => sum + document.length, 0) / Math.max(1, documents.length);
  const weights = weigh(asked, documents);
  const whole = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return passages
    .map((passage, index): ScoredPassage => {
      const { counts, length } = documents[index] ?? { counts: new Map<string, number>(), length: 0 };
      let score = 0;
      let covered = 0;
      let hits = 0;
      for (const [term, weight] of weights) {
        const count = counts.get(term) ?? 0;
        if (count > 0) {
          covered += weight;
          hits += 1;
        }
        score += (weight * count * (k1 + 1)) / (count + k1 * (1 - b + (b * length) / Math.max(1, average)));
      }
      const factor = passage.from === 'persona' ? personaWeight : 1;
      return {
        ...passage,
        hits,
        score: score * factor,
        coverage: whole > 0 ? (covered / whole) * factor : 0,
      };
    })
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score);
}

/** True when a passage may be quoted as an answer: one word in common is enough only for a short question. */
export function answers({ coverage, hits }: ScoredPassage): boolean {
  return coverage >= (hits > 1 ? 0.4 : 0.6);
}

/** The rarer a word is among the passages, the more it says; one that none has says half of what the others do. */
function weigh(
  asked: readonly string[],
  documents: readonly { counts: Map<string, number> }[],
): Map<string, number> {
  const holders = asked.map((term) => documents.filter(({ counts }) => counts.has(term)).length);
  const idf = holders.map((count) => Math.log(1 + (documents.length - count + 0.5) / (count + 0.5)));
  const known = idf.filter((_, index) => (holders[index] ?? 0) > 0);
  const unknown = known.reduce((sum, weight) => sum + weight, 0) / Math.max(1, known.length) / 2;
  return new Map(asked.map((term, index) => [term, holders[index] === 0 ? unknown : (idf[index] ?? 0)]));
}

function countStems({ from, heading, text }: Passage): { counts: Map<string, number>; length: number } {
  const title = from === 'persona' ? [] : stems(from);
  // What a passage is called says more of it than any one word inside.
  const all = [...stems(text), ...stems(heading), ...stems(heading), ...title];
  const counts = new Map<string, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return { counts, length: all.length };
}

function paragraphs(from: string, markdown: string): Passage[] {
  const found: Passage[] = [];
  let heading = '';
  const body = markdown.replaceAll('\r\n', '\n').replace(/^---\n[\s\S]*?\n---\n/, '');
  let lines: string[] = [];
  const end = () => {
    const text = lines.join('\n').trim();
    if (text !== '') found.push({ from, heading, text });
    lines = [];
  };
  for (const line of body.split('\n')) {
    const title = /^#{1,6}\s+(.*)$/.exec(line);
    if (title || line.trim() === '') end();
    if (title) heading = title[1]?.trim() ?? '';
    else lines.push(line);
  }
  end();
  return found;
}
