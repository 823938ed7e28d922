/** Words that say nothing of what is wanted. */
const stopWords = new Set(
  `a an the and or but of to in on at by for with from as is are was were be been am do does did done can could would
  will shall should may might must have has had i you he she it we they me my mine your yours our us them his her its
  their this that these those there here what which who whom whose when why how please thanks thank hello hi hey just
  also too very so if then than into about any some all not no yes ok okay want wants need needs like let get got give
  tell know say says`.split(/\s+/),
);

/** Verbs that people use for one another; each group counts as its first word. */
const kin = [
  ['find', 'lookup', 'look', 'where', 'show', 'check', 'status', 'see', 'track', 'list', 'fetch', 'read'],
  ['create', 'make', 'add', 'new', 'open', 'file', 'register'],
  ['delete', 'remove', 'drop', 'erase'],
  ['change', 'update', 'edit', 'modify', 'set'],
  ['send', 'email', 'mail', 'notify', 'message'],
  ['calculate', 'compute', 'sum', 'count', 'much', 'many', 'cost', 'price'],
  ['refund', 'reimburse', 'money'],
  ['cancel', 'stop', 'abort'],
];
const kinOf = new Map(
  kin.flatMap((group) => group.map((word) => [stem(word), stem(group[0] ?? word)] as const)),
);

/** @returns the words of a text in lower case, with names such as `orderId` and `lookup-order` taken apart. */
export function words(text: string): string[] {
  const apart = text.normalize('NFKC').replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2');
  return apart.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** @returns the stems of the words that say something, in order. */
export function stems(text: string): string[] {
  return words(text)
    .filter((word) => !stopWords.has(word))
    .map(stem);
}

/** @returns the stem that stands for a stem's group of kindred words; the stem itself when it has none. */
export function kinship(stemmed: string): string {
  return kinOf.get(stemmed) ?? stemmed;
}

/** A light English stemmer: plural, -ing and -ed go, so that "refunded", "refunds" and "refunding" meet. */
export function stem(word: string): string {
  if (word.length < 4 || /[^a-z]/.test(word)) return word;
  let root = word;
  if (root.endsWith('ies')) root = `${root.slice(0, -3)}y`;
  else if (/(?:s|x|z|ch|sh)es$/.test(root)) root = root.slice(0, -2);
  else if (root.endsWith('s') && !/(?:ss|us|is)$/.test(root)) root = root.slice(0, -1);
  const bare = root.replace(/(?:ing|ed)$/, '');
  if (bare !== root && bare.length >= 3 && /[aeiouy]/.test(bare)) {
    root = bare.replace(/([bdfgmnprt])\1$/, '$1');
  }
  return root.length > 3 ? root.replace(/e$/, '').replace(/y$/, 'i') : root;
}
