/** Deeper than any value that means something; writing one of some thousand levels overflows the stack. */
const deepest = 200;

/** A text cannot be read as JSON; the message completes "it cannot be read". */
export class JsonProblem extends Error {}

/**
 * Reads JSON whose lists and objects lie in each other at most 200 deep.
 * @throws JsonProblem, which never quotes the text: it may hold a secret.
 */
export function parseJson(text: string): unknown {
  refuseDeep(text);
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = error instanceof Error && / at position \d+/.exec(error.message)?.[0];
    throw new JsonProblem(place || '');
  }
}

/** Looks at brackets only, and passes over strings as a whole: a manifest is nearly all strings. */
function refuseDeep(text: string): void {
  const bracket = /["[\]{}]/g;
  let depth = 0;
  for (let found = bracket.exec(text); found; found = bracket.exec(text)) {
    switch (found[0]) {
      case '"':
        bracket.lastIndex = endOfString(text, found.index + 1);
        break;
      case '[':
      case '{':
        depth += 1;
        if (depth > deepest) throw new JsonProblem(`, as it is nested more than ${deepest} levels deep`);
        break;
      default:
        depth -= 1;
    }
  }
}

/** @returns the place behind the string's closing quote, or the end of the text. */
function endOfString(text: string, from: number): number {
  for (let quote = text.indexOf('"', from); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text[quote - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
  }
  return text.length;
}
