import { diff3Merge, type MergeRegion } from 'node-diff3';

/** What both sides of a conflict are called in its markers. */
export interface SideNames {
  ours: string;
  theirs: string;
}

/** A text made of two. `conflicts` counts the places that a person has to decide, marked as Git marks them. */
export interface MergedText {
  text: string;
  conflicts: number;
}

/**
 * Pairs of equal lines above which lines are not matched: the matching takes time with them, and only a text of
 * thousands of equal lines has so many.
 */
const mostPairs = 2_000_000;

/** @returns whether two texts are the same but for their line ends and a byte order mark. */
export function sameText(a: string, b: string): boolean {
  return a === b || linesOf(a).join('\n') === linesOf(b).join('\n');
}

/**
 * Merges by lines what two sides made of one text. Line ends are those of `ours`.
 * @param base "" when it is not known; every difference is a conflict then
 */
export function mergeTexts(base: string, ours: string, theirs: string, names: SideNames): MergedText {
  const [a, o, b] = [linesOf(ours), linesOf(base), linesOf(theirs)];
  const lineEnd = ours.includes('\r\n') ? '\r\n' : '\n';
  if (sameText(ours, base)) return { text: b.join(lineEnd), conflicts: 0 };
  const matchable = pairs(a, o) <= mostPairs && pairs(b, o) <= mostPairs;
  const whole = { a, aIndex: 0, o, oIndex: 0, b, bIndex: 0 };
  const regions: MergeRegion<string>[] = matchable
    ? diff3Merge<string>(a, o, b, { excludeFalseConflicts: true })
    : [{ conflict: whole }];
  const lines: string[] = [];
  let conflicts = 0;
  for (const { ok, conflict } of regions) {
    if (ok) lines.push(...ok);
    if (conflict) {
      conflicts += 1;
      lines.push(`<<<<<<< ${names.ours}`, ...conflict.a, '=======', ...conflict.b, `>>>>>>> ${names.theirs}`);
    }
  }
  return { text: lines.join(lineEnd), conflicts };
}

function linesOf(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
}

/** How many pairs of equal lines two texts have. */
function pairs(a: readonly string[], b: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const line of a) counts.set(line, (counts.get(line) ?? 0) + 1);
  return b.reduce((sum, line) => sum + (counts.get(line) ?? 0), 0);
}
