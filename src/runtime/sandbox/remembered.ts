/** More texts than the agents of a moment have skills. */
const most = 64;

/**
 * What a function makes of a text, made once for the texts that were last asked for: a skill is the same in one run
 * after the other. What is made must not be changed; what is thrown is not kept.
 */
export function remembered<T>(make: (text: string) => T): (text: string) => T {
  const kept = new Map<string, T>();
  return (text) => {
    const known = kept.get(text);
    const made = known ?? make(text);
    // Moved to the end: a map's order is then the order of use.
    kept.delete(text);
    kept.set(text, made);
    const oldest = kept.keys().next();
    if (kept.size > most && !oldest.done) kept.delete(oldest.value);
    return made;
  };
}
