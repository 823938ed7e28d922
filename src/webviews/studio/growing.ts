/**
 * Makes something of a list that mostly grows at its end, as the steps of a run do: where the list begins with what it
 * was before, only what is new is looked at, and what was made of the rest stays the same object.
 * @param begin what is made of no items
 * @param add what is made of more items, from a place in the list on; leaves what was made before as it was
 */
export function growing<Item extends object, Made>(
  begin: () => Made,
  add: (made: Made, items: readonly Item[], place: number) => Made,
): (items: readonly Item[]) => Made {
  // By the first item, so that two lists that are drawn beside each other do not push each other out.
  const known = new WeakMap<Item, { items: readonly Item[]; made: Made }>();
  return (items) => {
    const [first] = items;
    if (!first) {
      return begin();
    }
    const before = known.get(first);
    const goesOn = before !== undefined && beginsWith(items, before.items);
    const from = goesOn ? before.items.length : 0;
    const made = goesOn ? before.made : begin();
    const now = { items, made: from < items.length ? add(made, items.slice(from), from) : made };
    known.set(first, now);
    return now.made;
  };
}

function beginsWith(items: readonly unknown[], beginning: readonly unknown[]): boolean {
  for (let place = 0; place < beginning.length; place++) {
    if (beginning[place] !== items[place]) {
      return false;
    }
  }
  return beginning.length <= items.length;
}
