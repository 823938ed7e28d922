/** Edit distance in which swapping two neighbours counts as one edit; stops counting above `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit + 1;
}

/**
 * The candidate that a misspelt name most likely meant: at most one edit in three letters, case ignored.
 * @param most edits, where fewer than that should count.
 * @returns undefined when none is near.
 */
export function nearest(name: string, candidates: Iterable<string>, most = 3): string | undefined {
  if (name.length > 80) return undefined;
  const limit = Math.min(most, Math.max(1, Math.floor(name.length / 3)));
  let found: string | undefined;
  let least = limit + 1;
  for (const candidate of candidates) {
    if (candidate === name) continue;
    const edits = distance(name.toLowerCase(), candidate.toLowerCase(), limit);
    if (edits < least) {
      least = edits;
      found = candidate;
    }
  }
  return found;
}

/** @returns "Did you mean "x"? " with a space after it, or "" when nothing is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const near = nearest(name, candidates);
  return near === undefined ? '' : `Did you mean "${near}"? `;
}

/** Names in a hint; more than these would not be read. */
const mostListed = 8;

/** @returns `"a", "b" and "c"`; of a long list the first few. */
export function listed(names: readonly string[]): string {
  if (names.length > mostListed) {
    const first = names.slice(0, mostListed).map((name) => `"${name}"`);
    return `${first.join(', ')} and ${names.length - mostListed} more`;
  }
  const quoted = names.map((name) => `"${name}"`);
  if (quoted.length <= 1) return quoted.join('');
  return `${quoted.slice(0, -1).join(', ')} and ${quoted[quoted.length - 1] ?? ''}`;
}
