/**
 * Does something with each item, a few at a time.
 * @param width how many at a time
 * @returns the results in order of the items.
 * @throws what the first one that fails throws; those that have not begun are not begun.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const worker = async () => {
    for (const [at, item] of waiting) {
      results[at] = await task(item);
    }
  };
  const workers = Array.from({ length: Math.min(width, items.length) }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    // The others take nothing more.
    for (const _ of waiting);
    throw error;
  }
  return results;
}
