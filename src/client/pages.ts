/** What was read of a list page by page. */
export interface Pages<T> {
  items: T[];
  /** Whether there may be more than were to be read. */
  more: boolean;
}

/**
 * A list page by page, each of its own at most once: a server may give fewer at once than it is asked for, or the same
 * ones again. Ends with the page that has nothing new.
 * @param read asks for what comes after so many
 */
export async function* pagesOf<T extends { id: string }>(
  read: (offset: number) => Promise<readonly T[]>,
): AsyncGenerator<T[]> {
  const seen = new Set<string>();
  for (;;) {
    const unseen: T[] = [];
    for (const one of await read(seen.size)) {
      if (!seen.has(one.id)) {
        seen.add(one.id);
        unseen.push(one);
      }
    }
    if (unseen.length === 0) return;
    yield unseen;
  }
}

/**
 * Reads a list page by page: see `pagesOf`.
 * @param read asks for what comes after so many
 * @param most how many are enough
 */
export async function readPages<T extends { id: string }>(
  read: (offset: number) => Promise<readonly T[]>,
  most = Number.POSITIVE_INFINITY,
): Promise<Pages<T>> {
  const items: T[] = [];
  for await (const page of pagesOf(read)) {
    items.push(...page);
    if (items.length >= most) return { items, more: true };
  }
  return { items, more: false };
}
