import { stems } from './words';

/** How many sentences of a prompt are given back. */
const most = 2;

/**
 * Answers a bare prompt, as `ai(prompt)` sends it: picks the sentences that say most of what the whole is about.
 * @returns "" when the prompt holds nothing to pick from.
 */
export function extractive(prompt: string): string {
  const sentences = prompt.match(/[^.!?\n]+[.!?]*/gu)?.map((one) => one.trim()) ?? [];
  const [instruction = '', ...rest] = sentences.filter((one) => one !== '');
  const asked = new Set(stems(instruction));
  const counts = new Map<string, number>();
  for (const one of stems(rest.join(' '))) counts.set(one, (counts.get(one) ?? 0) + 1);
  const scored = rest.map((text, index) => {
    const terms = [...new Set(stems(text))];
    const score = terms.reduce((sum, term) => sum + (counts.get(term) ?? 0) + (asked.has(term) ? 3 : 0), 0);
    return { text, index, score: score / Math.sqrt(terms.length + 1) };
  });
  const best = scored
    .sort((left, right) => right.score - left.score || left.index - right.index)
    .slice(0, most);
  return best
    .sort((left, right) => left.index - right.index)
    .map(({ text }) => text)
    .join(' ');
}
