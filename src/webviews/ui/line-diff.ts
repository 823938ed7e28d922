import { diffArrays } from 'diff';

/** A line of two texts compared; its number in each, from 1, where it stands in it. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed';
  before: number | undefined;
  after: number | undefined;
  text: string;
}

/** Lines that are shown, or a run of unchanged ones that is folded away. */
export interface DiffPiece {
  folded: boolean;
  lines: DiffLine[];
}

/** Most insertions and deletions that are looked for; texts that differ by more are shown one after the other. */
const mostEdits = 1_000;

/** How many unchanged lines stand around a change. */
const around = 3;

/** Compares two texts by lines, whatever their line ends. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [mine, other] = [linesOf(before), linesOf(after)];
  const changes = diffArrays(mine, other, { maxEditLength: mostEdits }) ?? [
    { value: mine, removed: true, added: false },
    { value: other, removed: false, added: true },
  ];
  const lines: DiffLine[] = [];
  let [left, right] = [0, 0];
  for (const { value, added, removed } of changes) {
    for (const text of value) {
      left += added ? 0 : 1;
      right += removed ? 0 : 1;
      lines.push({
        kind: added ? 'added' : removed ? 'removed' : 'same',
        before: added ? undefined : left,
        after: removed ? undefined : right,
        text,
      });
    }
  }
  return lines;
}

/** Folds what is far from a change away, where that saves more than the line that says so. */
export function foldUnchanged(lines: readonly DiffLine[]): DiffPiece[] {
  const near = new Set<number>();
  lines.forEach(({ kind }, place) => {
    if (kind === 'same') return;
    for (let one = place - around; one <= place + around; one++) near.add(one);
  });
  const pieces: DiffPiece[] = [];
  lines.forEach((line, place) => {
    const folded = !near.has(place);
    const last = pieces.at(-1);
    if (last?.folded === folded) last.lines.push(line);
    else pieces.push({ folded, lines: [line] });
  });
  return pieces.map(({ folded, lines: own }) => ({ folded: folded && own.length > 1, lines: own }));
}

/** A line end at the very end begins no line of its own. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
