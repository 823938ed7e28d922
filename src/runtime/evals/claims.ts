/** One thing that criteria demand. */
export interface Claim {
  /** As the criteria say it. */
  text: string;
  /** Without the words that only say that it is demanded: "Says that it is late" is "it is late". */
  content: string;
  /** What must not be: likeness to the answer proves nothing then. */
  forbids: boolean;
  /** Whether the content itself denies something: "Says that it is not late". */
  denies: boolean;
  /** Whether the agent is to ask for something. */
  asks: boolean;
  /** What must be there letter by letter: quoted text, numbers, ids. */
  literals: string[];
}

const negation =
  /\b(?:not|cannot|never|no|none|nothing|nobody|nowhere|neither|nor|without|avoids?|avoiding|refrains?)\b|n[’']t\b/i;

const demandVerbs =
  'says?|saying|states?|mentions?|names?|tells?|explains?|includes?|contains?|confirms?|reports?|answers?|gives?|' +
  'lists?|shows?|notes?|warns?|points? out|apologi[sz]es?|offers?|suggests?|recommends?|describes?|quotes?|' +
  'asks?|asking|replies|reply|responds?|informs?|provides?|calls?|uses?';

const demand = new RegExp(
  `^(?:(?:it|the (?:answer|agent|reply|response|assistant|model))\\s+)?(?:(?:must|should|has to|needs to|shall|will)\\s+)?(${demandVerbs})\\b` +
    '(?:\\s+(?:the (?:user|customer|person)|them))?(?:\\s+(?:that|how|why|when|whether|about|for|to))?\\s*:?\\s*',
  'i',
);

/** Where one sentence demands and forbids: "Names the price and does not promise a date". */
const turn =
  /\s*[,;]?\s+(?:and|but|or)\s+(?=(?:(?:do|does|must|should|may|can|shall|will)\s*(?:not\b|n[’']t\b)|cannot\b|never\b|avoids?\b))|\s*,?\s+(?:and\s+|but\s+)?(?=without\b)/i;

const quoted = /[“"„«]([^“”"„«»]{2,})[”"“»]|(?:^|\s)'([^']{2,})'(?=[\s.,;:!?]|$)/g;
const withDigit = /[\p{L}\p{N}#€$£][\p{L}\p{N}.,:/_#€$£%+-]*/gu;

/** Takes criteria apart into what they demand, in order. */
export function readClaims(criteria: string): Claim[] {
  return sentences(criteria)
    .flatMap((sentence) => sentence.split(turn))
    .map((text) => text.trim())
    .filter((text) => /[\p{L}\p{N}]/u.test(text))
    .map(readClaim);
}

function readClaim(text: string): Claim {
  const verb = demand.exec(text);
  const content = verb ? text.slice(verb[0].length) : text;
  const unquoted = content.replace(quoted, ' ');
  // Behind a verb of saying, a "not" belongs to what is said; without one it forbids.
  const forbids = verb === null && negation.test(unquoted);
  return {
    text,
    content: content || text,
    forbids,
    denies: !forbids && negation.test(unquoted),
    asks: /^ask/i.test(verb?.[1] ?? ''),
    literals: literalsOf(text),
  };
}

function literalsOf(text: string): string[] {
  const inQuotes = [...text.matchAll(quoted)].map(([, double, single]) => double ?? single ?? '');
  const rest = text.replace(quoted, ' ');
  const numbers = (rest.match(withDigit) ?? [])
    .filter((word) => /\p{N}/u.test(word))
    .map((word) => word.replace(/[.,:/_-]+$/, ''));
  return [...new Set([...inQuotes, ...numbers])];
}

/** @returns whether a text says that something is not so. */
export function denies(text: string): boolean {
  return negation.test(text);
}

/** @returns the sentences and list items of a text. */
export function sentences(text: string): string[] {
  return text
    .split(/(?<=[.!?…][”"')\]]?)\s+|\s*\n+\s*|;\s+/)
    .map((line) => line.replace(/^(?:[-*•]|\d+[.)])\s+/, '').trim())
    .filter((line) => /[\p{L}\p{N}]/u.test(line));
}

/** @returns whether a text holds another, whatever the case, the spaces and the decimal sign. */
export function holds(text: string, part: string): boolean {
  return plain(text).includes(plain(part));
}

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(\d),(?=\d)/g, '$1.')
    .replace(/[‘’]/g, "'")
    .replace(/[“”„]/g, '"')
    .replace(/\s+/g, ' ')
    .trim();
}
