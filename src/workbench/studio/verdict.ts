import type { CheckedCase, TurnOutcome, Verdict } from '../../webviews/studio/messages';

/** Scores that differ by less are the same. */
const leastDifference = 0.1;

/** What the figures of a suggestion come to: whether the agent is better with it than without. */
export function verdictOf(
  was: TurnOutcome,
  now: TurnOutcome | undefined,
  cases: readonly CheckedCase[],
): Verdict {
  const judged = cases.filter(
    ({ before, after }) => before?.score !== undefined && after?.score !== undefined,
  );
  const unjudged = cases.length - judged.length;
  const gap = unjudged > 0 ? ` ${count(unjudged, 'eval')} could not be compared.` : '';
  if (!now || judged.length === 0) {
    const missing = now ? 'no eval was judged both ways' : 'the failing message was not run to its end';
    return { kind: 'unknown', text: `Not known whether it is better: ${missing}.` };
  }
  const lost = judged.filter(({ before, after }) => before?.pass && !after?.pass);
  const won = judged.filter(({ before, after }) => !before?.pass && after?.pass);
  const risen = judged.filter((one) => difference(one) >= leastDifference);
  const fallen = judged.filter((one) => difference(one) <= -leastDifference);
  const failed = now.failed - was.failed;
  if (lost.length > 0 || failed > 0) {
    const what = [
      ...(lost.length > 0 ? [`${count(lost.length, 'eval')} failed that passed before`] : []),
      ...(failed > 0 ? [`the failing message has ${count(failed, 'failed step')} more`] : []),
    ];
    return { kind: 'worse', text: `Worse: ${what.join(', and ')}.${gap}` };
  }
  if (won.length > 0 || failed < 0) {
    const what = [
      ...(won.length > 0 ? [`${count(won.length, 'eval')} passed that failed before`] : []),
      ...(failed < 0 ? [`the failing message has ${count(-failed, 'failed step')} less`] : []),
    ];
    return { kind: 'better', text: `Better: ${what.join(', and ')}. None failed that passed before.${gap}` };
  }
  const moved = `${count(risen.length, 'score')} rose, ${fallen.length} fell, and none crossed its threshold.${gap}`;
  if (risen.length > 0 && fallen.length === 0) {
    return { kind: 'better', text: `Better: ${moved}` };
  }
  if (fallen.length > 0 && risen.length === 0) {
    return { kind: 'worse', text: `Worse: ${moved}` };
  }
  return {
    kind: 'same',
    text:
      risen.length === 0
        ? `No difference: every eval came out as before.${gap}`
        : `No clear difference: ${moved}`,
  };
}

function difference({ before, after }: CheckedCase): number {
  return (after?.score ?? 0) - (before?.score ?? 0);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
