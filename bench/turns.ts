/** The longest time that the thread was held while something ran, in milliseconds. */
export async function longestTurn<T>(work: () => Promise<T>): Promise<{ value: T; longest: number }> {
  let longest = 0;
  let last = performance.now();
  let over = false;
  const watch = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!over) setImmediate(watch);
  };
  setImmediate(watch);
  const value = await work();
  over = true;
  return { value, longest: Math.max(longest, performance.now() - last) };
}
