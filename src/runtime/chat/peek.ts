/**
 * Waits for the first item, so that what fails before it fails here and can still be answered with a status.
 * @returns all items, the first too.
 */
export async function peek<T>(items: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  const first = await items.next();
  return (async function* () {
    try {
      if (!first.done) yield first.value;
      yield* items;
    } finally {
      await items.return(undefined);
    }
  })();
}
